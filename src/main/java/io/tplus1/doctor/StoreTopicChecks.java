package io.tplus1.doctor;

import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Contracts;
import io.tplus1.cluster.Reason;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.topic.Application;
import io.tplus1.topic.StoreContract;
import java.util.ArrayList;
import java.util.Comparator;
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
import org.apache.kafka.streams.StreamsConfig;

/**
 * Whether brokers would make the topics of stores as Kafka Streams ask for them; makes none. That
 * somebody has no right to is not told here.
 */
final class StoreTopicChecks {
  private static final String TOPICS = "topics";

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
    List<Finding> findings = new ArrayList<>();
    try {
      Contracts.readers(configuration, role).values().stream()
          .filter(Application::starts)
          .sorted(Comparator.comparing(Application::id))
          .forEach(application -> finding(application, existing).ifPresent(findings::add));
    } catch (TimeoutException e) {
      findings.add(Finding.untried(TOPICS, "the topics of stores", e));
    }
    return findings;
  }

  private Optional<Finding> finding(Application application, Set<String> existing) {
    // Which of them there are is the settings' matter; brokers take one as they take another.
    boolean ran = false;
    Optional<KafkaException> refusal = Optional.empty();
    for (StoreContract store : application.stores()) {
      String topic = Application.changelog(application.id(), store.name());
      if (existing.contains(topic)) {
        ran = true;
      } else if (refusal.isEmpty()) {
        refusal = refusal(topic, store);
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
                refusal.get().getMessage());
    String remedy = remedy(refusal.get());
    return Optional.of(
        ran ? Finding.warning(TOPICS, found, remedy) : Finding.failed(TOPICS, found, remedy));
  }

  private Optional<KafkaException> refusal(String topic, StoreContract store) {
    NewTopic asked =
        new NewTopic(topic, Optional.of(1), replicas(configuration.kafka()))
            .configs(configs(configuration.kafka(), store));
    return Optional.ofNullable(cluster.trial().refusals(List.of(asked)).get(topic))
        .filter(refusal -> !(refusal instanceof AuthorizationException));
  }

  /** Empty for the brokers' default. */
  private static Optional<Short> replicas(Map<String, Object> kafka) {
    String name = StreamsConfig.REPLICATION_FACTOR_CONFIG;
    return Optional.ofNullable(kafka.get(name))
        .map(set -> (Integer) ConfigDef.parseType(name, set, ConfigDef.Type.INT))
        .filter(replicas -> replicas != -1)
        .map(Integer::shortValue);
  }

  /** What is set for all of them, and over it what the store's own wants. */
  private static Map<String, String> configs(Map<String, Object> kafka, StoreContract store) {
    Map<String, String> configs = new HashMap<>();
    configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    kafka.forEach(
        (name, value) -> {
          if (name.startsWith(StreamsConfig.TOPIC_PREFIX)) {
            configs.put(name.substring(StreamsConfig.TOPIC_PREFIX.length()), value.toString());
          }
        });
    configs.putAll(store.configs());
    return configs;
  }

  private static String remedy(KafkaException refusal) {
    if (refusal instanceof InvalidReplicationFactorException) {
      return "start as many brokers, or set replication.factor to what there are";
    }
    if (refusal instanceof InvalidConfigurationException) {
      return "correct or leave out what is set as topic.…";
    }
    if (refusal instanceof PolicyViolationException) {
      return "ask whoever runs the brokers for what their policy takes, and set replication.factor"
          + " and topic.… to that";
    }
    return "see what the brokers' logs say, and check again";
  }
}
