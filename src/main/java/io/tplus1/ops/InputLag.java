package io.tplus1.ops;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;

/**
 * Records that streams have not yet read of their inputs.
 *
 * <p>Their consumers know it as of their last fetch, and fetch nothing while a stream thread works,
 * hangs, or waits for brokers in a commit. From then on the brokers are asked where the inputs end;
 * where they do not answer, what was last known stands. Any thread.
 */
final class InputLag {
  /** A thread that has been away for as long does more than work on one fetch. */
  private static final long AWAY_SECONDS = 5;

  /** For so long a thread that is back may still need what was known, until it has fetched. */
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final KafkaStreams streams;
  private final LongSupplier nanoClock;

  /**
   * Where partitions ended when brokers last said so; empty while no thread is away. Not everything
   * before an end can be read, as what was aborted, so they are not kept for longer.
   */
  private volatile Map<TopicPartition, Long> ends = Map.of();

  /** When {@link #ask} last looked, and when it last found a thread away. */
  private long lookedNanos;

  private long awayNanos;

  InputLag(KafkaStreams streams, LongSupplier nanoClock) {
    this.streams = streams;
    this.nanoClock = nanoClock;
    this.lookedNanos = nanoClock.getAsLong() - PAUSE_NANOS;
    this.awayNanos = nanoClock.getAsLong();
  }

  long records() {
    return Math.max(StreamConsumers.lag(streams), behindEnds());
  }

  private long behindEnds() {
    Map<TopicPartition, Long> known = ends;
    if (known.isEmpty()) {
      return 0;
    }
    long behind = 0;
    for (Map.Entry<TopicPartition, Long> read : read().entrySet()) {
      behind += Math.max(0, known.getOrDefault(read.getKey(), 0L) - read.getValue());
    }
    return behind;
  }

  /** Asks where the inputs end, if a stream thread is away; for the consumer's own thread alone. */
  void ask(Consumer<?, ?> consumer) {
    long now = nanoClock.getAsLong();
    if (now - lookedNanos < PAUSE_NANOS) {
      return;
    }
    lookedNanos = now;
    if (StreamConsumers.secondsSincePoll(streams) < AWAY_SECONDS) {
      if (now - awayNanos >= KEPT_NANOS) {
        ends = Map.of();
      }
      return;
    }
    awayNanos = now;
    try {
      ends = Map.copyOf(consumer.endOffsets(read().keySet(), PATIENCE));
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      // That brokers do not answer, or what is wrong with a topic, others say; and the client warns
      // of a topic that is gone ten times a second while it asks.
      lookedNanos = now + KEPT_NANOS;
    }
  }

  /**
   * The offset behind the last record that was read or committed, of each input of which one is
   * known since its task is here.
   */
  private Map<TopicPartition, Long> read() {
    Map<TopicPartition, Long> read = new HashMap<>();
    BiConsumer<TopicPartition, Long> add =
        (partition, offset) -> {
          if (offset > 0) {
            read.merge(partition, offset, Math::max);
          }
        };
    for (ThreadMetadata thread : streams.metadataForLocalThreads()) {
      for (TaskMetadata task : thread.activeTasks()) {
        task.committedOffsets().forEach(add);
        // The newest record that a consumer gave; -1 before the first.
        task.endOffsets().forEach((partition, newest) -> add.accept(partition, newest + 1));
      }
    }
    return read;
  }
}
