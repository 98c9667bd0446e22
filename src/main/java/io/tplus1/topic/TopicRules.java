package io.tplus1.topic;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.record.TimestampType;

/**
 * Decides what of a cluster's topics must not stay so and what may be meant.
 *
 * <p>A difference, at which the program does not start, is what would lose data, lose the event
 * time, or have the broker refuse a record that this program writes, which stops a stream. What
 * only the producers of a topic would notice, and retention, which is its owner's to choose, is a
 * warning.
 */
final class TopicRules {
  /** What means nothing where brokers stamp records themselves. */
  private static final Set<String> OF_EVENT_TIMES =
      Set.of(
          TopicConfig.SEGMENT_MS_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG);

  private final List<TopicContract> contracts;
  private final Map<String, ExistingTopic> existing;
  private final KafkaCommands commands;
  private final List<Deviation> differences = new ArrayList<>();
  private final List<Deviation> warnings = new ArrayList<>();

  private TopicRules(
      Collection<TopicContract> contracts,
      Map<String, ExistingTopic> existing,
      KafkaCommands commands) {
    this.contracts = List.copyOf(contracts);
    this.existing = existing;
    this.commands = commands;
  }

  /**
   * Applies all rules.
   *
   * @param existing by topic name; what is absent does not exist
   */
  static TopicComparison compare(
      Collection<TopicContract> contracts,
      Map<String, ExistingTopic> existing,
      KafkaCommands commands) {
    return new TopicRules(contracts, existing, commands).compare();
  }

  private TopicComparison compare() {
    for (TopicContract contract : contracts) {
      existing(contract)
          .ifPresent(
              topic -> {
                compareConfigs(contract, topic);
                compareOrder(contract, topic);
              });
    }
    Map<String, Integer> partitions = comparePartitions();
    List<TopicContract> missing = new ArrayList<>();
    for (TopicContract contract : contracts) {
      if (existing(contract).isEmpty()) {
        missing.add(
            contract.withPartitions(partitions.getOrDefault(contract.id(), contract.partitions())));
      }
    }
    return new TopicComparison(missing, differences, warnings, List.of(), Set.of());
  }

  private void compareConfigs(TopicContract contract, ExistingTopic topic) {
    boolean byArrival = goesByArrival(contract, topic);
    contract
        .configs()
        .forEach(
            (config, expected) -> {
              String found = topic.configs().get(config);
              if (byArrival && OF_EVENT_TIMES.contains(config)) {
                return;
              }
              if (found == null) {
                warn(contract, config, "unknown to these brokers", expected, "left out");
              } else if (equal(config, found, expected)) {
                return;
              } else if (byArrival && config.equals(TopicConfig.RETENTION_MS_CONFIG)) {
                String why = "what waits for longer than that to be read is deleted";
                warn(contract, config, found, expected, why);
              } else {
                compareConfig(contract, config, found, expected);
              }
            });
  }

  /**
   * Whether brokers stamp the records of a topic, as they may where the event time is elsewhere.
   */
  private static boolean goesByArrival(TopicContract contract, ExistingTopic topic) {
    String type = TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
    return !contract.configs().containsKey(type)
        && TimestampType.LOG_APPEND_TIME.name.equals(topic.configs().get(type));
  }

  private void compareConfig(TopicContract contract, String config, String found, String expected) {
    if (config.equals(TopicConfig.CLEANUP_POLICY_CONFIG) && policies(found).isEmpty()) {
      String why = "nothing is ever deleted or compacted, so the topic grows for good";
      warn(contract, config, shown(found), expected, why);
    } else if (config.equals(TopicConfig.CLEANUP_POLICY_CONFIG)) {
      differ(contract, config, found, expected, "the broker would delete what must stay");
    } else if (config.equals(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)) {
      String unlessInValues =
          contract.id().equals(TopicContracts.FEATURES)
              ? ", unless every value holds its own and time.source=field"
              : "";
      differ(contract, config, found, expected, "event times would be lost" + unlessInValues);
    } else if (TopicContract.NUMBERS.contains(config)) {
      if (Long.parseLong(found) < Long.parseLong(expected)) {
        less(contract, config, found, expected);
      }
    } else if (config.equals(TopicConfig.RETENTION_MS_CONFIG) && !found.equals("-1")) {
      String why = "records go by their event time, so a replay of older data is deleted at once";
      warn(contract, config, found, expected, why);
    } else if (config.equals(TopicConfig.SEGMENT_MS_CONFIG)) {
      String why = "segments roll by event time, so a replay may make very many files";
      warn(contract, config, found, expected, why);
    } else {
      warn(contract, config, found, expected, "kept as it is");
    }
  }

  /** Producers halve a batch that a broker refuses until it takes the parts; records stay whole. */
  private void less(TopicContract contract, String config, String found, String expected) {
    long least = contract.least(config);
    if (!contract.writtenByTplus1()) {
      String why = "producers may find their records refused";
      warn(contract, config, found, "at least " + expected, why);
    } else if (Long.parseLong(found) < least) {
      String why = "the broker would refuse records, and that stops the application";
      differ(contract, config, found, expected, "at least " + least, why);
    } else {
      String why =
          "no record is larger than %d, and a batch that is too large is sent anew in parts"
              .formatted(least);
      warn(contract, config, found, expected, why);
    }
  }

  /** It serves in the end, since an instance that has read the pointer waits for the artifact. */
  private void compareOrder(TopicContract contract, ExistingTopic topic) {
    if (contract.id().equals(TopicContracts.MODELS) && topic.partitions() > contract.partitions()) {
      warn(
          contract,
          "partitions",
          Integer.toString(topic.partitions()),
          Integer.toString(contract.partitions()),
          "a pointer may be read before its artifact, which counts as a reject until that comes");
    }
  }

  /** Returns the number of partitions for each missing topic that must follow others. */
  private Map<String, Integer> comparePartitions() {
    Map<String, Integer> following = new LinkedHashMap<>();
    Map<String, List<TopicContract>> groups =
        contracts.stream()
            .collect(
                groupingBy(
                    c -> c.copartitionedWith().orElse(c.id()), LinkedHashMap::new, toList()));
    for (List<TopicContract> group : groups.values()) {
      boolean anyPresent = group.stream().anyMatch(c -> existing(c).isPresent());
      List<TopicContract> deciding =
          group.stream()
              .filter(c -> !anyPresent || existing(c).isPresent() || c.partitionsChosen())
              .toList();
      Set<Integer> counts = new TreeSet<>();
      deciding.forEach(contract -> counts.add(partitions(contract)));
      if (counts.size() == 1) {
        group.forEach(contract -> following.put(contract.id(), counts.iterator().next()));
      } else {
        differences.add(
            Deviation.of(
                "%s: expected the same number of partitions, so that partition n can hold the same keys in each"
                    .formatted(
                        deciding.stream()
                            .map(c -> c.name() + has(c) + partitions(c))
                            .collect(joining(", "))),
                anyPresent
                    ? leaveOut(deciding)
                        + "name topics that agree, or create anew those that can be lost"
                    : "set the same number for each"));
      }
    }
    return following;
  }

  private String has(TopicContract contract) {
    return existing(contract).isPresent() ? " has " : " is to have ";
  }

  /** What was chosen for topics that are still to be made, and need not be. */
  private String leaveOut(List<TopicContract> deciding) {
    return deciding.stream()
        .filter(contract -> existing(contract).isEmpty())
        .map(contract -> "leave out topics.%s.partitions, or ".formatted(contract.id()))
        .collect(joining());
  }

  private void differ(
      TopicContract contract, String config, String found, String expected, String why) {
    differ(contract, config, found, expected, expected, why);
  }

  private void differ(
      TopicContract contract,
      String config,
      String found,
      String remedy,
      String expected,
      String why) {
    differences.add(
        Deviation.of(
            "%s: %s is %s, expected %s: %s"
                .formatted(contract.name(), config, found, expected, why),
            commands.alter(contract.name(), config, remedy)));
  }

  private void warn(
      TopicContract contract, String config, String found, String expected, String why) {
    warnings.add(
        Deviation.perhapsMeant(
            "%s: %s is %s, the default here is %s: %s"
                .formatted(contract.name(), config, found, expected, why)));
  }

  private Optional<ExistingTopic> existing(TopicContract contract) {
    return Optional.ofNullable(existing.get(contract.name()));
  }

  private int partitions(TopicContract contract) {
    return existing(contract).map(ExistingTopic::partitions).orElse(contract.partitions());
  }

  private static boolean equal(String config, String found, String expected) {
    return config.equals(TopicConfig.CLEANUP_POLICY_CONFIG)
        ? policies(found).equals(policies(expected))
        : found.equals(expected);
  }

  /** What a {@code cleanup.policy} lists; nothing, from Kafka 4.2 on, where all stays. */
  static Set<String> policies(String list) {
    return Stream.of(list.split(",", -1))
        .map(String::strip)
        .filter(policy -> !policy.isEmpty())
        .collect(toCollection(TreeSet::new));
  }

  /** A config's value as a sentence has it. */
  static String shown(String value) {
    return value.isBlank() ? "empty" : value;
  }
}
