package io.tplus1.ops;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
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
 * <p>Their consumers know it as of their last fetch, and fetch nothing while a stream thread works,
 * hangs, or waits for brokers in a commit. Nor do they know it of partitions of which they have
 * handed nothing on yet, as while stores are restored, or while what they fetched of another
 * partition is handed on first. Of all these the brokers are asked where they end; of what they do
 * not answer, what was last known stands. Any thread.
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
   * Where a partition begins and ends.
   *
   * @param begin 0 where nobody needs to know it
   */
  private record Bounds(long begin, long end) {}

  /**
   * Bounds as brokers last told them, of partitions of which the consumers may know too little. Not
   * everything before an end can be read, as what was aborted, so they are not kept for longer.
   */
  private volatile Map<TopicPartition, Bounds> bounds = Map.of();

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

  long records() {
    Map<TopicPartition, Long> lags = StreamConsumers.lags(streams);
    Map<TopicPartition, Bounds> known = bounds;
    long records = 0;
    for (Map.Entry<TopicPartition, Long> input : positions().entrySet()) {
      Bounds of = known.getOrDefault(input.getKey(), new Bounds(0, 0));
      long behindEnd = of.end() - Math.max(of.begin(), input.getValue());
      records += Math.max(lags.getOrDefault(input.getKey(), 0L), behindEnd);
    }
    return records;
  }

  /**
   * Asks where inputs end of which the consumers may know too little; for the consumer's own thread
   * alone.
   */
  @Override
  public boolean ask(Consumer<byte[], byte[]> consumer) {
    long now = nanoClock.getAsLong();
    if (now - lookedNanos < PAUSE_NANOS) {
      return false;
    }
    lookedNanos = now;
    boolean wasAway = isAway;
    isAway = StreamConsumers.secondsSincePoll(streams) >= AWAY_SECONDS;
    if (wasAway && !isAway) {
      backNanos = now;
    }
    Map<TopicPartition, Long> positions = positions();
    Set<TopicPartition> asked = isAway ? positions.keySet() : untouched(positions.keySet());
    if (!isAway && now - backNanos >= KEPT_NANOS) {
      bounds = of(asked);
      if (asked.isEmpty()) {
        silences.clear();
      }
    }
    if (asked.isEmpty()) {
      return false;
    }
    askForBounds(consumer, now, positions, asked);
    return true;
  }

  /**
   * Inputs of which nothing was handed on yet though there may be something: once all is restored,
   * and what was fetched is read, there is nothing.
   */
  private Set<TopicPartition> untouched(Set<TopicPartition> inputs) {
    Map<TopicPartition, Long> lags = StreamConsumers.lags(streams);
    boolean busy =
        streams.state() != KafkaStreams.State.RUNNING
            || lags.values().stream().anyMatch(lag -> lag > 0);
    Set<TopicPartition> untouched = busy ? new HashSet<>(inputs) : new HashSet<>();
    untouched.removeAll(lags.keySet());
    return untouched;
  }

  private Map<TopicPartition, Bounds> of(Set<TopicPartition> inputs) {
    Map<TopicPartition, Bounds> kept = new HashMap<>(bounds);
    kept.keySet().retainAll(inputs);
    return Map.copyOf(kept);
  }

  /**
   * A consumer answers for all partitions or for none, so each leader is asked on its own, and of a
   * topic on its own; partitions without a leader, or of a topic that is gone, are not asked for.
   */
  private void askForBounds(
      Consumer<?, ?> consumer,
      long now,
      Map<TopicPartition, Long> positions,
      Set<TopicPartition> asked) {
    Map<Part, Set<TopicPartition>> parts = new HashMap<>();
    for (String topic : asked.stream().map(TopicPartition::topic).distinct().toList()) {
      answer(
          new Part(topic, Node.noNode()),
          now,
          () -> {
            for (PartitionInfo info : consumer.partitionsFor(topic, PATIENCE)) {
              TopicPartition partition = new TopicPartition(topic, info.partition());
              if (info.leader() != null && asked.contains(partition)) {
                parts
                    .computeIfAbsent(new Part(topic, info.leader()), part -> new HashSet<>())
                    .add(partition);
              }
            }
          });
    }
    Map<TopicPartition, Bounds> known = new HashMap<>(bounds);
    parts.forEach(
        (part, partitions) ->
            answer(part, now, () -> known.putAll(bounds(consumer, positions, partitions))));
    bounds = Map.copyOf(known);
  }

  /** Where a partition begins matters where nothing is known of what was read of it. */
  private static Map<TopicPartition, Bounds> bounds(
      Consumer<?, ?> consumer,
      Map<TopicPartition, Long> positions,
      Set<TopicPartition> partitions) {
    Set<TopicPartition> unread = new HashSet<>(partitions);
    unread.removeIf(partition -> positions.get(partition) > 0);
    Map<TopicPartition, Long> begins =
        unread.isEmpty() ? Map.of() : consumer.beginningOffsets(unread, PATIENCE);
    Map<TopicPartition, Bounds> bounds = new HashMap<>();
    consumer
        .endOffsets(partitions, PATIENCE)
        .forEach(
            (partition, end) ->
                bounds.put(partition, new Bounds(begins.getOrDefault(partition, 0L), end)));
    return bounds;
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
   * The inputs, each with the offset behind the last record that was read or committed; 0 where
   * none is known since its task is here.
   */
  private Map<TopicPartition, Long> positions() {
    Map<TopicPartition, Long> positions = new HashMap<>();
    BiConsumer<TopicPartition, Long> add =
        (partition, offset) -> positions.merge(partition, Math.max(0, offset), Math::max);
    for (ThreadMetadata thread : streams.metadataForLocalThreads()) {
      for (TaskMetadata task : thread.activeTasks()) {
        task.topicPartitions().forEach(partition -> add.accept(partition, 0L));
        task.committedOffsets().forEach(add);
        // The newest record that a consumer gave; -1 before the first.
        task.endOffsets().forEach((partition, newest) -> add.accept(partition, newest + 1));
      }
    }
    return positions;
  }
}
