package io.tplus1.topic;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes topics as their contracts say and holds those that exist against them.
 *
 * <p>Safe for use by several threads, and by several instances of the program at the same time: a
 * topic that another made first is compared like any that exists. The caller closes the {@code
 * Admin}.
 */
public final class TopicProvisioner {
  private static final Logger LOG = LoggerFactory.getLogger(TopicProvisioner.class);

  private final Admin admin;
  private final ClusterTopics cluster;
  private final TopicMaker maker;
  private final AdminAnswers answers;
  private final boolean secured;
  private final Map<String, Application> readers;

  /**
   * @param admin a client of the cluster
   * @param answers waits for each answer, and as long for topics just made to be known to the
   *     brokers
   * @param secured whether clients of the cluster need security settings
   * @param readers by the id of a topic, who has a task for each of its partitions
   */
  public TopicProvisioner(
      Admin admin, AdminAnswers answers, boolean secured, Map<String, Application> readers) {
    this.admin = admin;
    this.cluster = new ClusterTopics(admin, answers);
    this.maker = new TopicMaker(admin, cluster, answers, this::commands);
    this.answers = answers;
    this.secured = secured;
    this.readers = Map.copyOf(readers);
  }

  /**
   * Sees to it that the topics exist and fit: all of them, or it throws. Nothing is created when
   * anything differs. What differs and may be meant is logged as a warning.
   *
   * @param create whether missing topics may be created
   * @return the comparison by which they do: another broker may not have heard yet of what was made
   * @throws TopicMismatchException with the whole difference: topics that differ in what matters,
   *     are missing and may not be created, or cannot be created
   * @throws KafkaException when the cluster does not answer
   */
  public TopicComparison provision(Collection<TopicContract> contracts, boolean create) {
    TopicComparison before = compare(contracts);
    if (!before.differences().isEmpty() || (!create && !before.missing().isEmpty())) {
      // With create, the missing ones would be made once the rest is put right.
      throw new TopicMismatchException(
          create ? before.differences() : before.withMissing(commands()));
    }
    TopicComparison after = before;
    if (!before.missing().isEmpty()) {
      maker.make(before.missing());
      after = compareOnceKnown(contracts);
      if (!after.differences().isEmpty()) {
        throw new TopicMismatchException(after.differences());
      }
      maker.awaitLeaders(before.missing());
    }
    after.warnings().forEach(warning -> LOG.warn("{}", warning));
    return after;
  }

  /** All that has to be put right, with its remedy; empty if the topics are there and fit. */
  public List<Deviation> remedies(TopicComparison comparison) {
    return comparison.withMissing(commands());
  }

  /**
   * What the brokers would refuse of topics that are to be made, each with its remedy; they look at
   * settings, replicas and their own policy, and make nothing. That somebody has no right to make
   * topics is not told here.
   *
   * @throws KafkaException when the cluster does not answer
   */
  public List<Deviation> refusals(Collection<TopicContract> missing) {
    return maker.refusals(missing);
  }

  /** Holds the cluster's topics against the contracts and changes nothing. */
  public TopicComparison compare(Collection<TopicContract> contracts) {
    Set<String> names = new HashSet<>();
    for (TopicContract contract : contracts) {
      if (!names.add(contract.name())) {
        throw new IllegalArgumentException(
            "Two topics have the name '%s', expected a name of its own for each"
                .formatted(contract.name()));
      }
    }
    Map<String, ExistingTopic> existing = cluster.existing(names);
    KafkaCommands commands = commands();
    Map<String, Map<String, Integer>> stores = new HashMap<>();
    List<Deviation> warnings = new ArrayList<>();
    List<String> forbidden = new ArrayList<>();
    Map<String, String> failures = new TreeMap<>();
    Set<String> hidden = new TreeSet<>();
    for (TopicContract contract : contracts) {
      Application reader = readers.get(contract.id());
      // Stores of one that runs elsewhere count where topics are lost: not everybody may see them.
      if (reader != null && (reader.starts() || isAnyMissing(contract.id(), contracts, existing))) {
        ClusterTopics.Changelogs changelogs = cluster.changelogs(reader);
        Map<String, Integer> partitions = new TreeMap<>();
        changelogs.topics().forEach((name, topic) -> partitions.put(name, topic.partitions()));
        stores.put(contract.id(), partitions);
        if (reader.starts()) {
          warnings.addAll(ChangelogRules.warnings(reader, changelogs.topics(), commands));
          forbidden.addAll(withoutConfigs(changelogs));
          failures.putAll(changelogs.failures());
          for (String name : changelogs.hidden()) {
            failures.put(name, "this principal may not describe it");
          }
          reader.lastingChangelogs().stream()
              .filter(changelogs.hidden()::contains)
              .forEach(hidden::add);
        }
      }
    }
    TopicComparison found =
        TopicRules.compare(StoreRules.follow(contracts, stores), existing, commands);
    List<Deviation> differences = new ArrayList<>(found.differences());
    differences.addAll(
        StoreRules.differences(contracts, found.missing(), existing, readers, stores, commands));
    warnings.addAll(0, found.warnings());
    return new TopicComparison(
        found.missing(), differences, warnings, untold(forbidden, failures), hidden);
  }

  private static List<String> withoutConfigs(ClusterTopics.Changelogs changelogs) {
    return changelogs.topics().entrySet().stream()
        .filter(topic -> topic.getValue().configs().isEmpty())
        .map(Map.Entry::getKey)
        .filter(name -> !changelogs.failures().containsKey(name))
        .toList();
  }

  private static List<String> untold(List<String> forbidden, Map<String, String> failures) {
    List<String> untold = new ArrayList<>();
    if (!forbidden.isEmpty()) {
      untold.add("without DescribeConfigs on " + forbidden);
    }
    failures.forEach((name, why) -> untold.add("of %s: %s".formatted(name, why)));
    return untold;
  }

  /** Of a topic that is read, and those that are partitioned like it. */
  private static boolean isAnyMissing(
      String id, Collection<TopicContract> contracts, Map<String, ExistingTopic> existing) {
    return contracts.stream()
        .filter(any -> any.copartitionedWith().orElse(any.id()).equals(id))
        .anyMatch(any -> !existing.containsKey(any.name()));
  }

  /*
   * The controller answers before every broker has heard of a new topic, and each question may go
   * to another broker. So the comparison that counts is the first in which nothing is missing.
   */
  private TopicComparison compareOnceKnown(Collection<TopicContract> contracts) {
    long began = System.nanoTime();
    TopicComparison comparison = compare(contracts);
    while (!comparison.missing().isEmpty()) {
      if (answers.isOver(System.nanoTime() - began)) {
        // No TimeoutException: that is of brokers that do not answer.
        throw new KafkaException(
            "Topics were created, but %s later the brokers do not know %s yet: start again"
                .formatted(
                    AdminAnswers.text(answers.longestWait()),
                    comparison.missing().stream().map(TopicContract::name).toList()));
      }
      TopicMaker.pause();
      comparison = compare(contracts);
    }
    return comparison;
  }

  /** The tools' command lines name the brokers as they advertise themselves. */
  private KafkaCommands commands() {
    return new KafkaCommands(
        answers.answer(admin.describeCluster().nodes()).stream()
            .map(node -> node.host() + ":" + node.port())
            .sorted()
            .collect(joining(",")),
        secured);
  }
}
