package io.tplus1.config;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What the configuration says about topics beyond their contracts.
 *
 * @param create whether missing topics are created
 * @param segmentBytesSet whether {@code topic.segment.bytes} says how large the segments of all
 *     topics are that Kafka Streams make
 * @param departures by contract id, such as {@code features}
 */
public record TopicSettings(
    boolean create, boolean segmentBytesSet, Map<String, Departure> departures) {
  private static final String SEGMENT_BYTES =
      StreamsConfig.TOPIC_PREFIX + TopicConfig.SEGMENT_BYTES_CONFIG;

  /**
   * Whether a size of segments is set for the topics that Kafka Streams make.
   *
   * @param kafka settings of Kafka Streams
   */
  public static boolean isSegmentBytesSet(Map<String, Object> kafka) {
    return kafka.containsKey(SEGMENT_BYTES);
  }

  /** The name of a topic, by contract id. */
  public String name(String id) {
    return departures.get(id).name();
  }

  /**
   * One topic's departures from its contract.
   *
   * @param name the topic's name
   * @param partitions number of partitions
   * @param replication replication factor; −1 is the broker's default
   */
  public record Departure(
      String name, Optional<Integer> partitions, Optional<Integer> replication) {}
}
