package io.tplus1.topic;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What a store needs of its changelog, and gets from Kafka Streams.
 *
 * @param name the store's
 * @param retention how long brokers keep a row, counted from when it was written; empty for as long
 *     as no other replaces it
 * @param optional whether only some settings have the store
 */
public record StoreContract(String name, Optional<Retention> retention, boolean optional) {

  /**
   * How long brokers keep a row.
   *
   * @param least what is asked for
   * @param made what Kafka Streams make the topic with: more, since event time may stand still
   *     while brokers' clocks do not
   */
  public record Retention(Duration least, Duration made) {}

  private static final String BY_BROKERS = "LogAppendTime";

  /** 64 MiB. */
  private static final String SEGMENT_BYTES = "67108864";

  private static final Map<String, String> VALUES =
      Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, BY_BROKERS);

  private static final Map<String, String> VALUES_IN_SEGMENTS =
      Map.of(
          TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
          BY_BROKERS,
          TopicConfig.SEGMENT_BYTES_CONFIG,
          SEGMENT_BYTES);

  private static final Map<String, String> WINDOWS =
      Map.of(
          TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
          BY_BROKERS,
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_DELETE);

  /** Of a key-value store. */
  public static StoreContract ofValues(String name) {
    return new StoreContract(name, Optional.empty(), false);
  }

  /**
   * Of a window store.
   *
   * @param least the store's own retention, or {@code made} where that was chosen
   * @param made the topic's: the store's own, and what Kafka Streams add
   */
  public static StoreContract ofWindows(String name, Duration least, Duration made) {
    return new StoreContract(name, Optional.of(new Retention(least, made)), false);
  }

  /** This store, where only some settings have it. */
  public StoreContract asOptional() {
    return new StoreContract(name, retention, true);
  }

  /**
   * What the topic is made with, beside what Kafka Streams set themselves.
   *
   * <p>Brokers delete and roll segments by record timestamp against their own clock, changelogs
   * included: with the event times of a replay they would empty the changelog. The key of a
   * window's row holds its time, so there is next to nothing to compact: brokers read and wrote
   * each segment again, and took the core of a stream thread beside them for seconds.
   *
   * <p>Values are all read again after a kill, and brokers compact no segment that they still write
   * to: as they ship one of 1 GiB, where the states of a thousand series are 345 kB.
   *
   * @param segmentBytesSet whether {@code topic.segment.bytes} is set, over which Kafka Streams
   *     would put the store's own
   */
  public Map<String, String> configs(boolean segmentBytesSet) {
    if (retention.isPresent()) {
      return WINDOWS;
    }
    return segmentBytesSet ? VALUES : VALUES_IN_SEGMENTS;
  }
}
