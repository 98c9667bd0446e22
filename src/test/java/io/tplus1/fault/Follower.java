package io.tplus1.fault;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Follows a topic's committed records, and knows how far the event time of each partition is. */
final class Follower implements AutoCloseable {
  private static final Duration LONGEST_SILENCE = Duration.ofMillis(500);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private final long[] reachedMs;
  private final Object news = new Object();
  private volatile boolean closed;
  private volatile RuntimeException failure;

  Follower(String bootstrapServers, String topic, int partitions) {
    this.reachedMs = new long[partitions];
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest",
                "fetch.max.wait.ms", "50"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(
        IntStream.range(0, partitions).mapToObj(each -> new TopicPartition(topic, each)).toList());
    this.thread = new Thread(this::follow, "follower-" + topic);
    thread.setDaemon(true);
    thread.start();
  }

  private void follow() {
    try (consumer) {
      while (!closed) {
        var records = consumer.poll(Duration.ofMillis(500));
        synchronized (news) {
          records.forEach(
              record ->
                  reachedMs[record.partition()] =
                      Math.max(reachedMs[record.partition()], record.timestamp()));
          news.notifyAll();
        }
      }
    } catch (WakeupException end) {
      // Closed.
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /**
   * Waits until every partition holds a record of this event time, or of a later one.
   *
   * @param watch called again and again meanwhile
   * @return {@code System.nanoTime()} of that moment
   */
  long awaitReached(long timeMs, Duration longest, Runnable watch) {
    long deadline = System.nanoTime() + longest.toNanos();
    while (!waitForNews(timeMs)) {
      if (System.nanoTime() > deadline || failure != null) {
        throw new AssertionError(
            "partitions are at %s ms of %d after %s"
                .formatted(Arrays.toString(reachedMs), timeMs, longest),
            failure);
      }
      watch.run();
    }
    return System.nanoTime();
  }

  /** Waits for the moment, at most so long that the caller can look at other things meanwhile. */
  private boolean waitForNews(long timeMs) {
    long deadline = System.nanoTime() + LONGEST_SILENCE.toNanos();
    synchronized (news) {
      try {
        for (long left = LONGEST_SILENCE.toMillis();
            left > 0 && !hasReached(timeMs);
            left = Duration.ofNanos(deadline - System.nanoTime()).toMillis()) {
          news.wait(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
      return hasReached(timeMs);
    }
  }

  private boolean hasReached(long timeMs) {
    for (long each : reachedMs) {
      if (each < timeMs) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
  }
}
