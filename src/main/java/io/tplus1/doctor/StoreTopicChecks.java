package io.tplus1.doctor;

import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Contracts;
import io.tplus1.cluster.Reason;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.config.TopicSettings;
import io.tplus1.topic.Application;
import io.tplus1.topic.StoreContract;
import io.tplus1.topic.TopicContract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Whether brokers would make the topics of stores as Kafka Streams ask for them; makes none. That
 * somebody has no right to is not told here.
 */
final class StoreTopicChecks {
  private static final String TOPICS = "topics";

  /** What an application reads, and has a task for each partition of. */
  private record Read(TopicContract topic, int partitions) {}

  /** What brokers said to the changelog of a store. */
  private record Refusal(StoreContract store, Read read, KafkaException why) {
    String remedy() {
      if (why instanceof InvalidReplicationFactorException) {
        return "start as many brokers, or set replication.factor to what there are";
      }
      if (why instanceof InvalidConfigurationException) {
        return "correct or leave out what is set as topic.…";
      }
      if (why instanceof PolicyViolationException) {
        return "ask whoever runs the brokers for what their policy takes, and set replication.factor"
            + " and topic.… to that"
            + (store.retention().isPresent()
                ? ", or shorten window.retention or windowstore.changelog.additional.retention.ms,"
                    + " which make up retention.ms here"
                : "")
            + "; its %d partitions are those of %s (topics.%s.partitions, before it is made)"
                .formatted(read.partitions(), read.topic().name(), read.topic().id());
      }
      return "see what the brokers' logs say, and check again";
    }
  }

  private final Configuration configuration;
  private final ClusterAdmin cluster;
  private final Role role;

  StoreTopicChecks(Configuration configuration, ClusterAdmin cluster, Role role) {
    this.configuration = configuration;
    this.cluster = cluster;
    this.role = role;
  }

  /** A finding for each application of the role whose stores would get none; none if all would. */
  List<Finding> run() {
    Set<String> existing;
    try {
      existing = cluster.answer(cluster.admin().listTopics().names());
    } catch (KafkaException e) {
      return List.of(
          Finding.skipped(
              TOPICS,
              "whether topics of stores would be made is not known, for brokers do not tell which there are: "
                  + Reason.of(e)));
    }
    Map<String, Application> readers = Contracts.readers(configuration, role);
    List<Finding> findings = new ArrayList<>();
    try {
      Contracts.of(configuration, Optional.empty()).stream()
          .filter(contract -> readers.containsKey(contract.id()))
          .filter(contract -> readers.get(contract.id()).starts())
          .forEach(
              contract ->
                  finding(
                          readers.get(contract.id()),
                          new Read(contract, partitions(contract, existing)),
                          existing)
                      .ifPresent(findings::add));
    } catch (TimeoutException e) {
      findings.add(Finding.untried(TOPICS, "the topics of stores", e));
    }
    return findings;
  }

  /**
   * An application has a task, and each of its changelogs a partition, for each of what it reads.
   */
  private int partitions(TopicContract read, Set<String> existing) {
    if (existing.contains(read.name())) {
      try {
        return cluster
            .answer(
                cluster
                    .admin()
                    .describeTopics(List.of(read.name()))
                    .topicNameValues()
                    .get(read.name()))
            .partitions()
            .size();
      } catch (AuthorizationException | UnknownTopicOrPartitionException e) {
        return read.partitions(); // Its own checks tell of it.
      }
    }
    return read.partitions();
  }

  private Optional<Finding> finding(Application application, Read read, Set<String> existing) {
    // Which of them there are is the settings' matter.
    boolean ran = false;
    Optional<Refusal> refusal = Optional.empty();
    for (StoreContract store : application.stores()) {
      String topic = Application.changelog(application.id(), store.name());
      if (existing.contains(topic)) {
        ran = true;
      } else if (refusal.isEmpty()) {
        refusal = refusal(topic, read, store);
      }
    }
    if (refusal.isEmpty()) {
      return Optional.empty();
    }
    String found =
        "brokers would not make %s of %s, %2$s-…-changelog: %s"
            .formatted(
                ran ? "topics of further stores" : "the topics of the stores",
                application.id(),
                refusal.get().why().getMessage());
    String remedy = refusal.get().remedy();
    return Optional.of(
        ran ? Finding.warning(TOPICS, found, remedy) : Finding.failed(TOPICS, found, remedy));
  }

  private Optional<Refusal> refusal(String topic, Read read, StoreContract store) {
    NewTopic asked =
        new NewTopic(topic, Optional.of(read.partitions()), replicas(configuration.kafka()))
            .configs(configs(configuration.kafka(), store));
    return Optional.ofNullable(cluster.trial().refusals(List.of(asked)).get(topic))
        .filter(why -> !(why instanceof AuthorizationException))
        .map(why -> new Refusal(store, read, why));
  }

  /** Empty for the brokers' default. */
  private static Optional<Short> replicas(Map<String, Object> kafka) {
    String name = StreamsConfig.REPLICATION_FACTOR_CONFIG;
    return Optional.ofNullable(kafka.get(name))
        .map(set -> (Integer) ConfigDef.parseType(name, set, ConfigDef.Type.INT))
        .filter(replicas -> replicas != -1)
        .map(Integer::shortValue);
  }

  /**
   * What is set for all of them, over it what the store's own wants, and over both how long the
   * rows of windows are kept: of that Kafka Streams take nobody's word but the store's.
   */
  private static Map<String, String> configs(Map<String, Object> kafka, StoreContract store) {
    Map<String, String> configs = new HashMap<>();
    configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    kafka.forEach(
        (name, value) -> {
          if (name.startsWith(StreamsConfig.TOPIC_PREFIX)) {
            configs.put(name.substring(StreamsConfig.TOPIC_PREFIX.length()), value.toString());
          }
        });
    configs.putAll(store.configs(TopicSettings.isSegmentBytesSet(kafka)));
    store
        .retention()
        .map(kept -> Long.toString(kept.made().toMillis()))
        .ifPresent(ms -> configs.put(TopicConfig.RETENTION_MS_CONFIG, ms));
    return configs;
  }
}
