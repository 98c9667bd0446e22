package io.tplus1.ops;

import java.util.function.DoubleBinaryOperator;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/** What the stream threads' own consumers say by their metrics. Any thread. */
final class StreamConsumers {
  private StreamConsumers() {}

  /** Records that they have not yet read, as of their last fetch; see {@link InputLag}. */
  static long lag(KafkaStreams streams) {
    return reduce(streams, "consumer-fetch-manager-metrics", "records-lag", Double::sum);
  }

  /**
   * For how long the thread that has been away for longest has not asked for records; 0 before any
   * has asked. A thread asks several times a second where it waits for records or restores, and
   * does not while it works on those that it has, for up to half of {@code max.poll.interval.ms},
   * while it commits, or while it hangs.
   */
  static long secondsSincePoll(KafkaStreams streams) {
    return reduce(streams, "consumer-metrics", "last-poll-seconds-ago", Math::max);
  }

  private static long reduce(
      KafkaStreams streams, String group, String name, DoubleBinaryOperator operator) {
    double result = 0;
    for (Metric metric : streams.metrics().values()) {
      MetricName of = metric.metricName();
      if (of.name().equals(name)
          && of.group().equals(group)
          && readsInputs(of.tags().getOrDefault("client-id", ""))
          && metric.metricValue() instanceof Double value
          && value > 0) {
        result = operator.applyAsDouble(result, value);
      }
    }
    return (long) result;
  }

  /** Whether a consumer is a stream thread's own; by its end, for it begins as its user likes. */
  static boolean readsInputs(String clientId) {
    return !clientId.endsWith("-restore-consumer") && !clientId.endsWith("-global-consumer");
  }
}
