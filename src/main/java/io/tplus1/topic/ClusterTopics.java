package io.tplus1.topic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the brokers of a cluster tell of its topics. Safe for use by several threads. */
final class ClusterTopics {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterTopics.class);

  private final Admin admin;
  private final AdminAnswers answers;

  ClusterTopics(Admin admin, AdminAnswers answers) {
    this.admin = admin;
    this.answers = answers;
  }

  /** How many partitions topics have, by name; without those that do not exist. */
  Map<String, Integer> partitions(Collection<String> names) {
    Map<String, Integer> partitions = new HashMap<>();
    admin
        .describeTopics(names)
        .topicNameValues()
        .forEach(
            (name, description) ->
                unlessUnknown(description)
                    .ifPresent(topic -> partitions.put(name, topic.partitions().size())));
    return partitions;
  }

  /** Topics with their configs, by name; without those that do not exist. */
  Map<String, ExistingTopic> existing(Collection<String> names) {
    Map<String, Integer> partitions = partitions(names);
    Map<String, ExistingTopic> existing = new HashMap<>();
    configs(partitions.keySet())
        .forEach(
            (name, asked) ->
                unlessUnknown(asked)
                    .ifPresent(
                        config ->
                            existing.put(
                                name, new ExistingTopic(partitions.get(name), values(config)))));
    return existing;
  }

  /**
   * An application's changelogs that are there.
   *
   * @param topics by name, without configs where these were not read
   * @param hidden those that may not be described, so that it is not known whether they are there
   * @param failures by name, why configs were not read, where that is not for want of
   *     DescribeConfigs
   */
  record Changelogs(
      Map<String, ExistingTopic> topics, Set<String> hidden, Map<String, String> failures) {}

  /**
   * The changelogs of an application that whoever asks may see. They are without configs where
   * these may not be read, or the application does not start.
   */
  Changelogs changelogs(Application application) {
    Map<String, ExistingTopic> changelogs = new TreeMap<>();
    Set<String> hidden = new TreeSet<>();
    Map<String, String> failures = new TreeMap<>();
    List<String> readable = new ArrayList<>();
    admin
        .describeTopics(
            application.changelogs(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
        .topicNameValues()
        .forEach(
            (name, asked) -> {
              try {
                unlessUnknown(asked)
                    .ifPresent(
                        topic -> {
                          changelogs.put(
                              name, new ExistingTopic(topic.partitions().size(), Map.of()));
                          if (mayReadConfigs(topic)) {
                            readable.add(name);
                          }
                        });
              } catch (TopicAuthorizationException e) {
                hidden.add(name);
              }
            });
    if (application.starts()) {
      configs(readable).forEach((name, asked) -> tryToRead(name, asked, changelogs, failures));
    }
    return new Changelogs(changelogs, hidden, failures);
  }

  /** The roles do not need that right, and brokers log each refusal: whoever lacks it asks not. */
  private static boolean mayReadConfigs(TopicDescription topic) {
    Set<AclOperation> allowed = topic.authorizedOperations();
    return allowed == null || allowed.contains(AclOperation.DESCRIBE_CONFIGS);
  }

  /** What is a warning's matter alone is not to end a start. */
  private void tryToRead(
      String name,
      KafkaFuture<Config> asked,
      Map<String, ExistingTopic> changelogs,
      Map<String, String> failures) {
    try {
      Map<String, String> configs = values(answers.answer(asked));
      changelogs.computeIfPresent(
          name, (same, topic) -> new ExistingTopic(topic.partitions(), configs));
    } catch (AuthorizationException e) {
      LOG.debug("The settings of {} may not be read: {}", name, e.getMessage());
    } catch (ApiException e) {
      LOG.debug("The settings of {} cannot be read: {}", name, e.getMessage());
      failures.put(name, e.getMessage());
    }
  }

  private Map<String, KafkaFuture<Config>> configs(Collection<String> names) {
    List<ConfigResource> resources =
        names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    Map<String, KafkaFuture<Config>> asked = new HashMap<>();
    admin
        .describeConfigs(resources)
        .values()
        .forEach((resource, config) -> asked.put(resource.name(), config));
    return asked;
  }

  private static Map<String, String> values(Config config) {
    Map<String, String> values = new HashMap<>();
    for (ConfigEntry entry : config.entries()) {
      if (entry.value() != null) {
        values.put(entry.name(), entry.value());
      }
    }
    return values;
  }

  private <T> Optional<T> unlessUnknown(KafkaFuture<T> future) {
    try {
      return Optional.of(answers.answer(future));
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    }
  }
}
