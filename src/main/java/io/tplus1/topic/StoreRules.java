package io.tplus1.topic;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Decides how many partitions topics are to have beside the stores of whoever reads them. */
final class StoreRules {
  private StoreRules() {}

  /**
   * A topic that was lost is made as its reader's stores still are, unless a user chose.
   *
   * @param stores by the id of a topic, how many partitions its reader's stores have, by changelog
   */
  static List<TopicContract> follow(
      Collection<TopicContract> contracts, Map<String, Map<String, Integer>> stores) {
    Map<String, Integer> kept = new HashMap<>();
    for (TopicContract contract : contracts) {
      if (!contract.partitionsChosen()) {
        usual(stores.getOrDefault(contract.id(), Map.of()))
            .ifPresent(count -> kept.put(contract.id(), count));
      }
    }
    return contracts.stream()
        .map(
            contract ->
                contract.partitionsChosen()
                    ? contract
                    : contract.withPartitions(
                        kept.getOrDefault(
                            contract.copartitionedWith().orElse(contract.id()),
                            contract.partitions())))
        .toList();
  }

  /**
   * What is to be said of each application that would not start.
   *
   * @param missing as they are to be made
   * @param existing by topic name
   * @param readers by the id of a topic
   * @param stores as in {@link #follow}
   */
  static List<Deviation> differences(
      Collection<TopicContract> contracts,
      Collection<TopicContract> missing,
      Map<String, ExistingTopic> existing,
      Map<String, Application> readers,
      Map<String, Map<String, Integer>> stores,
      KafkaCommands commands) {
    Map<String, TopicContract> toMake = new HashMap<>();
    missing.forEach(contract -> toMake.put(contract.id(), contract));
    List<Deviation> differences = new ArrayList<>();
    for (TopicContract contract : contracts) {
      Application reader = readers.get(contract.id());
      if (reader != null && reader.starts()) {
        outgrown(
                reader,
                group(contract, contracts, toMake),
                Optional.ofNullable(existing.get(contract.name())),
                stores.get(contract.id()),
                commands)
            .ifPresent(differences::add);
      }
    }
    return differences;
  }

  private static List<TopicContract> group(
      TopicContract first, Collection<TopicContract> contracts, Map<String, TopicContract> toMake) {
    return Stream.concat(
            Stream.of(first),
            contracts.stream()
                .filter(other -> other.copartitionedWith().equals(Optional.of(first.id()))))
        .map(contract -> toMake.getOrDefault(contract.id(), contract))
        .toList();
  }

  /**
   * Kafka Streams does not start on stores of other partitions than it reads.
   *
   * @param group the topic that is read, then those that are partitioned like it; what is missing,
   *     as it would be made
   */
  private static Optional<Deviation> outgrown(
      Application reader,
      List<TopicContract> group,
      Optional<ExistingTopic> topic,
      Map<String, Integer> stores,
      KafkaCommands commands) {
    TopicContract contract = group.get(0);
    int partitions = topic.map(ExistingTopic::partitions).orElse(contract.partitions());
    Map<String, Integer> others = new TreeMap<>(stores);
    others.values().removeIf(found -> found == partitions);
    if (others.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Deviation.of(
            "%s: %s %d partitions, and the stores of %s are of others, %s: it would not start"
                .formatted(
                    contract.name(),
                    topic.isPresent() ? "has" : "is to have",
                    partitions,
                    reader.id(),
                    others),
            remedy(reader, group, partitions, topic.isPresent(), stores, others, commands)));
  }

  /** Of stores that agree with the topic or not: which of them were made anew, nobody can tell. */
  private static String remedy(
      Application reader,
      List<TopicContract> group,
      int partitions,
      boolean isPresent,
      Map<String, Integer> stores,
      Map<String, Integer> others,
      KafkaCommands commands) {
    String asStores = asMostStores(reader, group, isPresent, stores, commands);
    if (others.size() == stores.size()) {
      return asStores;
    }
    String odd = oddOnes(others.keySet(), partitions);
    return usual(stores).orElse(partitions) == partitions
        ? odd
        : "if %s was made anew since: %s. If it was not: %s"
            .formatted(group.get(0).name(), asStores, odd);
  }

  /**
   * How many partitions more than half of the stores have: a topic that brokers made anew, or that
   * is lost, says less of what was.
   */
  private static Optional<Integer> usual(Map<String, Integer> stores) {
    return stores.values().stream()
        .filter(count -> 2 * Collections.frequency(stores.values(), count) > stores.size())
        .findFirst();
  }

  /** Brokers made them, or somebody did; Kafka Streams make what is absent as the others are. */
  private static String oddOnes(Set<String> changelogs, int partitions) {
    return "stop it and delete %s: what they hold is lost, and nothing else; the next start makes them with %d"
        .formatted(String.join(", ", changelogs), partitions);
  }

  /**
   * Makes the topic as most stores are, or all of them as the topic is.
   *
   * @param group the topic that is read, and those that are partitioned like it
   * @param isPresent whether that topic exists
   */
  private static String asMostStores(
      Application reader,
      List<TopicContract> group,
      boolean isPresent,
      Map<String, Integer> stores,
      KafkaCommands commands) {
    TopicContract contract = group.get(0);
    Optional<Integer> usual = usual(stores);
    String asItWas = "";
    if (usual.isPresent()) {
      int count = usual.get();
      if (contract.writtenByTplus1()) { // The stores outweigh what waits there to be read.
        return "stop all that runs, delete %s, and see that %s are not set: `tplus1 topics create` makes them anew with %d. What nobody has read of them is lost, and nothing else"
            .formatted(
                group.stream().map(TopicContract::name).collect(joining(", ")),
                group.stream()
                    .map(of -> "topics.%s.partitions".formatted(of.id()))
                    .collect(joining(", ")),
                count);
      }
      asItWas =
          "%smake it with %d (%s), or "
              .formatted(
                  isPresent ? "if nothing that it holds is needed, delete it and " : "",
                  count,
                  commands.create(contract.withPartitions(count)));
    }
    return "%sset another application.id, or stop it, delete the folder %s in each state.dir, and %s"
        .formatted(asItWas, reader.id(), commands.reset(reader.id(), contract.name()));
  }
}
