package io.tplus1.topic;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What a topic must be like, and what it is for.
 *
 * @param id the word that the program knows the topic by, whatever its name
 * @param name the topic's name on the cluster
 * @param partitions the number that a new topic gets; an existing topic may have another
 * @param partitionsChosen whether a user chose that number: a new topic gets it or is not made
 * @param replication the number of replicas of a new topic; −1 is the broker's default
 * @param configs topic configs under Kafka's names; what is not named here is not checked
 * @param copartitionedWith id of the topic whose number of partitions this one must have
 * @param documentation what people want to know
 */
public record TopicContract(
    String id,
    String name,
    int partitions,
    boolean partitionsChosen,
    int replication,
    Map<String, String> configs,
    Optional<String> copartitionedWith,
    Documentation documentation) {

  /** The broker's own replication factor. */
  public static final int BROKER_DEFAULT = -1;

  private static final Pattern LEGAL_NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  /** Configs that are compared by size. */
  static final Set<String> NUMBERS =
      Set.of(
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG);

  /**
   * What people want to know of a topic.
   *
   * @param description one sentence
   * @param key what the record key is
   * @param valueSchema file name of the value's JSON Schema in {@code topics/schemas}, if it has
   *     one
   * @param writers who writes; {@code tplus1} is this program
   * @param readers who reads
   */
  public record Documentation(
      String description,
      String key,
      Optional<String> valueSchema,
      List<String> writers,
      List<String> readers) {
    public Documentation {
      Objects.requireNonNull(description, "description");
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(valueSchema, "valueSchema");
      writers = List.copyOf(writers);
      readers = List.copyOf(readers);
    }
  }

  public TopicContract {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(copartitionedWith, "copartitionedWith");
    Objects.requireNonNull(documentation, "documentation");
    if (!LEGAL_NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "Topic %s: name is '%s', expected 1 to 249 letters, digits, dots, underscores and hyphens"
              .formatted(id, name));
    }
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "Topic %s: partitions is %d, expected at least 1".formatted(id, partitions));
    }
    if (replication != BROKER_DEFAULT && (replication < 1 || replication > Short.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "Topic %s: replication is %d, expected at least 1, or -1 for the broker's default"
              .formatted(id, replication));
    }
    if (!configs.containsKey(TopicConfig.CLEANUP_POLICY_CONFIG)) {
      throw new IllegalArgumentException(
          "Topic %s: configs has no cleanup.policy, expected delete or compact".formatted(id));
    }
    for (String config : NUMBERS) {
      String value = configs.getOrDefault(config, "0");
      try {
        Long.parseLong(value);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "Topic %s: configs.%s is '%s', expected an integer".formatted(id, config, value), e);
      }
    }
    // Sorted, so that commands and messages come out the same every time.
    configs = Collections.unmodifiableMap(new TreeMap<>(configs));
  }

  /** Whether this program writes the topic, so that a record refused by the broker stops it. */
  public boolean writtenByTplus1() {
    return documentation.writers().contains("tplus1");
  }

  /** The same contract for a topic of another name. */
  public TopicContract withName(String newName) {
    return new TopicContract(
        id,
        newName,
        partitions,
        partitionsChosen,
        replication,
        configs,
        copartitionedWith,
        documentation);
  }

  /** The same contract with another number of partitions for a new topic. */
  public TopicContract withPartitions(int newPartitions) {
    return new TopicContract(
        id,
        name,
        newPartitions,
        partitionsChosen,
        replication,
        configs,
        copartitionedWith,
        documentation);
  }

  /** The same contract with a number of partitions that a user chose. */
  public TopicContract withChosenPartitions(int chosen) {
    return new TopicContract(
        id, name, chosen, true, replication, configs, copartitionedWith, documentation);
  }

  /** The same contract with another number of replicas for a new topic. */
  public TopicContract withReplication(int newReplication) {
    return new TopicContract(
        id,
        name,
        partitions,
        partitionsChosen,
        newReplication,
        configs,
        copartitionedWith,
        documentation);
  }

  /** The same contract with one topic config set. */
  public TopicContract withConfig(String config, String value) {
    Map<String, String> changed = new TreeMap<>(configs);
    changed.put(config, value);
    return with(changed);
  }

  /** The same contract with no say on one topic config: the cluster's value is right. */
  public TopicContract withoutConfig(String config) {
    Map<String, String> changed = new TreeMap<>(configs);
    changed.remove(config);
    return with(changed);
  }

  private TopicContract with(Map<String, String> changed) {
    return new TopicContract(
        id,
        name,
        partitions,
        partitionsChosen,
        replication,
        changed,
        copartitionedWith,
        documentation);
  }
}
