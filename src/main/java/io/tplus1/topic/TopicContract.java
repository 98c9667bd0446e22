package io.tplus1.topic;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What a topic must be like.
 *
 * @param id the word that the program knows the topic by, whatever its name
 * @param name the topic's name on the cluster
 * @param partitions the number that a new topic gets; an existing topic may have another
 * @param partitionsChosen whether a user chose that number: a new topic gets it or is not made
 * @param replication the number of replicas of a new topic; −1 is the broker's default
 * @param configs topic configs under Kafka's names; what is not named here is not checked
 * @param copartitionedWith id of the topic whose number of partitions this one must have
 * @param writtenByTplus1 whether this program writes the topic, so that a record refused by the
 *     broker stops it
 * @param leastMessageBytes the {@code max.message.bytes} with which brokers refuse no record of
 *     this program, at most what configs have; empty if that is what configs have
 */
public record TopicContract(
    String id,
    String name,
    int partitions,
    boolean partitionsChosen,
    int replication,
    Map<String, String> configs,
    Optional<String> copartitionedWith,
    boolean writtenByTplus1,
    Optional<Long> leastMessageBytes) {

  /** The broker's own replication factor. */
  static final int BROKER_DEFAULT = -1;

  /** Most characters of a topic's name. */
  public static final int LONGEST_NAME = 249;

  private static final Pattern LETTERS = Pattern.compile("[a-zA-Z0-9._-]+");

  /** Configs that are compared by size. */
  static final Set<String> NUMBERS =
      Set.of(
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG);

  public TopicContract {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(copartitionedWith, "copartitionedWith");
    Objects.requireNonNull(leastMessageBytes, "leastMessageBytes");
    if (!isLegal(name, LONGEST_NAME)) {
      throw new IllegalArgumentException(
          "Topic %s: name is '%s', expected 1 to %d letters, digits, dots, underscores and hyphens"
              .formatted(id, name, LONGEST_NAME));
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

  /** Whether brokers take a name of a topic. */
  public static boolean isLegal(String name, int longest) {
    return name.length() <= longest
        && LETTERS.matcher(name).matches()
        && !name.equals(".")
        && !name.equals("..");
  }

  /** Number of replicas of a new topic; empty for the broker's default. */
  public Optional<Short> replicas() {
    return replication == BROKER_DEFAULT ? Optional.empty() : Optional.of((short) replication);
  }

  /** The least of a number with which brokers refuse no record of this program. */
  long least(String config) {
    long made = Long.parseLong(configs.get(config));
    return config.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
        ? leastMessageBytes.orElse(made)
        : made;
  }

  /** The same contract for a topic of another name. */
  public TopicContract withName(String newName) {
    return with(newName, partitions, partitionsChosen, replication, configs);
  }

  /** The same contract with another number of partitions for a new topic. */
  public TopicContract withPartitions(int newPartitions) {
    return with(name, newPartitions, partitionsChosen, replication, configs);
  }

  /** The same contract with a number of partitions that a user chose. */
  public TopicContract withChosenPartitions(int chosen) {
    return with(name, chosen, true, replication, configs);
  }

  /** The same contract with another number of replicas for a new topic. */
  public TopicContract withReplication(int newReplication) {
    return with(name, partitions, partitionsChosen, newReplication, configs);
  }

  /** The same contract with one topic config set. */
  public TopicContract withConfig(String config, String value) {
    Map<String, String> changed = new TreeMap<>(configs);
    changed.put(config, value);
    return with(name, partitions, partitionsChosen, replication, changed);
  }

  /** The same contract for a topic that takes the largest record of this program, of so much. */
  public TopicContract holding(long bytes) {
    String limit = TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
    TopicContract taking =
        bytes > Long.parseLong(configs.get(limit)) ? withConfig(limit, Long.toString(bytes)) : this;
    return new TopicContract(
        id,
        name,
        partitions,
        partitionsChosen,
        replication,
        taking.configs,
        copartitionedWith,
        writtenByTplus1,
        Optional.of(bytes));
  }

  /** The same contract with no say on one topic config: the cluster's value is right. */
  public TopicContract withoutConfig(String config) {
    Map<String, String> changed = new TreeMap<>(configs);
    changed.remove(config);
    return with(name, partitions, partitionsChosen, replication, changed);
  }

  private TopicContract with(
      String newName,
      int newPartitions,
      boolean chosen,
      int newReplication,
      Map<String, String> newConfigs) {
    return new TopicContract(
        id,
        newName,
        newPartitions,
        chosen,
        newReplication,
        newConfigs,
        copartitionedWith,
        writtenByTplus1,
        leastMessageBytes);
  }
}
