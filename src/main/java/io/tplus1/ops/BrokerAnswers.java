package io.tplus1.ops;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.KafkaStreams;

/**
 * For how long no broker has answered the consumers of streams that have a global store. Kafka
 * Streams stay {@code RUNNING} then.
 *
 * <p>It is told by the bytes that came. The global store's consumer always fetches, and is answered
 * within {@code fetch.max.wait.ms} also where there is nothing to read; a heartbeat's age would
 * grow while a member waits for others to join. For any thread.
 */
final class BrokerAnswers {
  private final DoubleSupplier received;
  private final LongSupplier nanoClock;
  private double before;
  private long sinceNanos;

  /**
   * @param received bytes that came so far; any other number than before is an answer
   */
  BrokerAnswers(DoubleSupplier received, LongSupplier nanoClock) {
    this.received = received;
    this.nanoClock = nanoClock;
    this.sinceNanos = nanoClock.getAsLong();
  }

  /** Those of the consumers of some streams. */
  static BrokerAnswers of(KafkaStreams streams) {
    return new BrokerAnswers(() -> received(streams), System::nanoTime);
  }

  private static double received(KafkaStreams streams) {
    double bytes = 0;
    for (Metric metric : streams.metrics().values()) {
      if (metric.metricName().name().equals("incoming-byte-total")
          && metric.metricName().group().equals("consumer-metrics")
          && metric.metricValue() instanceof Double came) {
        bytes += came;
      }
    }
    return bytes;
  }

  /** Time since it was first seen that nothing more has come. */
  synchronized long silentSeconds() {
    double now = received.getAsDouble();
    long nanos = nanoClock.getAsLong();
    if (now != before) {
      before = now;
      sinceNanos = nanos;
    }
    return TimeUnit.NANOSECONDS.toSeconds(nanos - sinceNanos);
  }
}
