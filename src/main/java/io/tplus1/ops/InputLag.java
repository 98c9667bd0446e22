package io.tplus1.ops;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;

/**
 * Records that streams have not yet read of their inputs.
 *
 * <p>Their consumers know it as of their last fetch, of partitions that they have fetched from
 * since they came, and fetch nothing while a stream thread works, hangs, or waits for brokers in a
 * commit. From then on the brokers are asked where the inputs end; of what they do not answer, what
 * was last known stands. Any thread.
 */
final class InputLag implements BrokerThread.Question {
  /** A thread that has been away for as long does more than work on one fetch. */
  private static final long AWAY_SECONDS = 5;

  /** For so long a thread that is back may still need what was known, until it has fetched. */
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Pauses double up to 32 s: a topic may be gone, or a broker away, for days. */
  private static final int MOST_DOUBLINGS = 4;

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Who leads a topic, of no node; or where what a node leads of it ends. */
  private record Part(String topic, Node leader) {}

  private record Silence(int failures, long untilNanos) {}

  private final KafkaStreams streams;
  private final LongSupplier nanoClock;

  /**
   * Where partitions ended when brokers last said so; empty while no thread is away. Not everything
   * before an end can be read, as what was aborted, so they are not kept for longer.
   */
  private volatile Map<TopicPartition, Long> ends = Map.of();

  /** What was not answered last, for {@link #ask} alone. */
  private final Map<Part, Silence> silences = new HashMap<>();

  private long lookedNanos;
  private boolean isAway;

  /** When {@link #ask} first found all threads back. */
  private long backNanos;

  InputLag(KafkaStreams streams, LongSupplier nanoClock) {
    this.streams = streams;
    this.nanoClock = nanoClock;
    this.lookedNanos = nanoClock.getAsLong() - PAUSE_NANOS;
    this.backNanos = nanoClock.getAsLong();
  }

  /** As far as it is known. */
  long records() {
    return records(StreamConsumers.lags(streams));
  }

  /** Of all inputs; empty while one has not been fetched from since it came. */
  OptionalLong known() {
    Map<TopicPartition, Long> fetched = StreamConsumers.lags(streams);
    return streams.state() == KafkaStreams.State.RUNNING && fetched.keySet().containsAll(inputs())
        ? OptionalLong.of(records(fetched))
        : OptionalLong.empty();
  }

  private long records(Map<TopicPartition, Long> fetched) {
    Map<TopicPartition, Long> behind = new HashMap<>(fetched);
    Map<TopicPartition, Long> known = ends;
    if (!known.isEmpty()) {
      read()
          .forEach(
              (partition, read) ->
                  behind.merge(partition, known.getOrDefault(partition, 0L) - read, Math::max));
    }
    return behind.values().stream().mapToLong(records -> Math.max(0, records)).sum();
  }

  private Set<TopicPartition> inputs() {
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .collect(Collectors.toSet());
  }

  /** Asks where the inputs end, if a stream thread is away; for the consumer's own thread alone. */
  @Override
  public boolean ask(Consumer<byte[], byte[]> consumer) {
    long now = nanoClock.getAsLong();
    if (now - lookedNanos < PAUSE_NANOS) {
      return false;
    }
    lookedNanos = now;
    if (StreamConsumers.secondsSincePoll(streams) >= AWAY_SECONDS) {
      isAway = true;
      askForEnds(consumer, now);
      return true;
    }
    if (isAway) {
      isAway = false;
      backNanos = now;
    } else if (now - backNanos >= KEPT_NANOS) {
      ends = Map.of();
      silences.clear();
    }
    return false;
  }

  /**
   * A consumer answers for all partitions or for none, so each leader is asked on its own, and of a
   * topic on its own; partitions without a leader, or of a topic that is gone, are not asked for.
   */
  private void askForEnds(Consumer<?, ?> consumer, long now) {
    Set<TopicPartition> read = read().keySet();
    Map<Part, Set<TopicPartition>> parts = new HashMap<>();
    for (String topic : read.stream().map(TopicPartition::topic).distinct().toList()) {
      answer(
          new Part(topic, Node.noNode()),
          now,
          () -> {
            for (PartitionInfo info : consumer.partitionsFor(topic, PATIENCE)) {
              TopicPartition partition = new TopicPartition(topic, info.partition());
              if (info.leader() != null && read.contains(partition)) {
                parts
                    .computeIfAbsent(new Part(topic, info.leader()), asked -> new HashSet<>())
                    .add(partition);
              }
            }
          });
    }
    Map<TopicPartition, Long> known = new HashMap<>(ends);
    parts.forEach(
        (part, partitions) ->
            answer(part, now, () -> known.putAll(consumer.endOffsets(partitions, PATIENCE))));
    ends = Map.copyOf(known);
  }

  /** Asks, unless the same was asked in vain a short while ago. */
  private void answer(Part part, long now, Runnable ask) {
    Silence silence = silences.getOrDefault(part, new Silence(0, now));
    if (now - silence.untilNanos() < 0) {
      return;
    }
    try {
      ask.run();
      silences.remove(part);
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      // That brokers do not answer, or what is wrong with a topic, others say.
      int failures = silence.failures();
      silences.put(
          part,
          new Silence(failures + 1, now + (PAUSE_NANOS << Math.min(failures, MOST_DOUBLINGS))));
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
