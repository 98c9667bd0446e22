package io.tplus1.ops;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjDoubleConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.ThreadMetadata;

/** What the stream threads' own consumers say by their metrics. Any thread. */
final class StreamConsumers {
  private StreamConsumers() {}

  /**
   * Records that they have not yet read, as of their last fetch, of each partition of which they
   * have fetched any; see {@link InputLag}.
   *
   * @return a map of its own
   */
  static Map<TopicPartition, Long> lags(KafkaStreams streams) {
    Map<TopicPartition, Long> lags = new HashMap<>();
    visit(
        streams,
        "consumer-fetch-manager-metrics",
        "records-lag",
        (tags, lag) ->
            lags.merge(
                new TopicPartition(tags.get("topic"), Integer.parseInt(tags.get("partition"))),
                (long) lag,
                Math::max));
    return once(lags);
  }

  /**
   * Partitions without the second ones of topics whose names have dots: Kafka's former metrics have
   * underscores there, and are kept beside today's. No cluster has topics of both names.
   */
  static Map<TopicPartition, Long> once(Map<TopicPartition, Long> lags) {
    Map<TopicPartition, Long> once = new HashMap<>(lags);
    for (TopicPartition each : lags.keySet()) {
      if (each.topic().contains(".")) {
        once.remove(new TopicPartition(each.topic().replace('.', '_'), each.partition()));
      }
    }
    return once;
  }

  /**
   * For how long the thread that has been away for longest has not asked for records; 0 before any
   * has asked. A thread asks several times a second where it waits for records or restores, and
   * does not while it works on those that it has, for up to half of {@code max.poll.interval.ms},
   * while it commits, or while it hangs.
   */
  static long secondsSincePoll(KafkaStreams streams) {
    double[] longest = {0};
    visit(
        streams,
        "consumer-metrics",
        "last-poll-seconds-ago",
        (tags, seconds) -> longest[0] = Math.max(longest[0], seconds));
    return (long) longest[0];
  }

  /** Visits the tags and values of a metric of each consumer, where it has a value. */
  private static void visit(
      KafkaStreams streams,
      String group,
      String name,
      ObjDoubleConsumer<Map<String, String>> visitor) {
    // Beside them Kafka Streams have consumers that restore, and one of the global stores.
    Set<String> own =
        streams.metadataForLocalThreads().stream()
            .map(ThreadMetadata::consumerClientId)
            .collect(Collectors.toSet());
    for (Metric metric : streams.metrics().values()) {
      MetricName of = metric.metricName();
      if (of.name().equals(name)
          && of.group().equals(group)
          && own.contains(of.tags().getOrDefault("client-id", ""))
          && metric.metricValue() instanceof Double value
          && value >= 0) {
        visitor.accept(of.tags(), value);
      }
    }
  }
}
