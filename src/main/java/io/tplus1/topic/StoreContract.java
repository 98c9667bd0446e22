package io.tplus1.topic;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What a store needs of its changelog, and gets from Kafka Streams.
 *
 * @param name the store's
 * @param configs that the topic is made with, beside those of Kafka Streams itself
 * @param retention how long brokers keep a row, counted from when it was written; empty for as long
 *     as no other replaces it
 */
public record StoreContract(
    String name, Map<String, String> configs, Optional<Retention> retention) {

  /**
   * How long brokers keep a row.
   *
   * @param least what is asked for
   * @param made what Kafka Streams make the topic with: more, since event time may stand still
   *     while brokers' clocks do not
   */
  public record Retention(Duration least, Duration made) {}

  private static final String BY_BROKERS = "LogAppendTime";

  public StoreContract {
    configs = Map.copyOf(configs);
  }

  /**
   * Of a key-value store, and what any needs. Brokers delete and roll segments by record timestamp
   * against their own clock, changelogs included: with the event times of a replay they would empty
   * the changelog.
   */
  public static StoreContract ofValues(String name) {
    return new StoreContract(
        name, Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, BY_BROKERS), Optional.empty());
  }

  /**
   * Of a window store. A row's key holds its time, so there is next to nothing to compact: brokers
   * read and wrote each segment again, and took the core of a stream thread beside them for
   * seconds.
   *
   * @param least the store's own retention, or {@code made} where that was chosen
   * @param made the topic's: the store's own, and what Kafka Streams add
   */
  public static StoreContract ofWindows(String name, Duration least, Duration made) {
    return new StoreContract(
        name,
        Map.of(
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            BY_BROKERS,
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE),
        Optional.of(new Retention(least, made)));
  }
}
