package io.tplus1.ops;

import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest events of one model, read from {@code model-events}. Every instance reads all of them:
 * they are few. Any thread, but for {@link #ask}.
 */
final class ModelLog implements BrokerThread.Question {
  private static final Logger LOG = LoggerFactory.getLogger(ModelLog.class);
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** Longest that brokers are waited for where the log begins; others wait meanwhile. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private static final long RETRY_SECONDS = 5;

  /** Events that are kept. */
  static final int MOST = 500;

  private final String topic;
  private final String modelName;
  private final LongSupplier nanoClock;
  private final Deque<ModelEvent> events = new ArrayDeque<>();
  private final Map<ModelEvent.Kind, Long> counts = new EnumMap<>(ModelEvent.Kind.class);
  private double trainingSeconds;
  private double newestSeconds = Double.NaN;
  private long failedInARow;
  private Optional<ModelEvent> decision = Optional.empty();
  private volatile long version;
  private long unreadable;
  private volatile boolean caughtUp;

  /** When it is read on; whether its partitions are known; how often that failed in a row. */
  private long nextNanos;

  private boolean assigned;
  private long failures;
  private Map<TopicPartition, Long> ends = Map.of();

  /**
   * A log of which nothing is read yet.
   *
   * @param modelName key of the events
   * @param nanoClock by which the next try waits, such as {@link System#nanoTime}
   */
  ModelLog(String topic, String modelName, LongSupplier nanoClock) {
    this.topic = topic;
    this.modelName = modelName;
    this.nanoClock = nanoClock;
    this.nextNanos = nanoClock.getAsLong();
  }

  /** Reads on, unless that just failed; for the consumer's own thread alone. */
  @Override
  public boolean ask(Consumer<byte[], byte[]> consumer) {
    if (nanoClock.getAsLong() - nextNanos < 0) {
      return false;
    }
    try {
      assigned = assigned || assign(consumer);
      if (assigned) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE)) {
          accept(record);
          failures = 0;
        }
        caughtUp = caughtUp || hasReachedEnds(consumer);
        return true;
      }
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      complain(e);
    }
    nextNanos = nanoClock.getAsLong() + TimeUnit.SECONDS.toNanos(RETRY_SECONDS);
    return false;
  }

  /** The 1st, 2nd, 4th, 8th … time: what is wrong may stay so for days. */
  private void complain(KafkaException failure) {
    failures++;
    if (Long.bitCount(failures) == 1) {
      LOG.warn(
          "Events of models cannot be read ({} times so far), and are tried again every {} s: {}",
          failures,
          RETRY_SECONDS,
          failure instanceof AuthorizationException
              ? "the right Read is missing on topic " + topic
              : failure.toString());
    }
  }

  private boolean assign(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic, LONGEST).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      return false; // The brokers do not know the topic yet.
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    ends = consumer.endOffsets(partitions, LONGEST);
    return true;
  }

  private boolean hasReachedEnds(Consumer<byte[], byte[]> consumer) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), LONGEST) >= end.getValue());
  }

  private void accept(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null
        || record.value() == null
        || !new String(record.key(), StandardCharsets.UTF_8).equals(modelName)) {
      return;
    }
    try {
      add(ModelEventSerde.read(record.value()));
    } catch (SerializationException e) {
      // Anybody's bytes stand in the message, and nothing of a stack trace is made safe for a log.
      if (Long.bitCount(++unreadable) == 1) {
        LOG.warn(
            "{} records of {} are no events so far; the last one, at offset {} of partition {}: {}",
            unreadable,
            topic,
            record.offset(),
            record.partition(),
            e.getMessage());
      }
    }
  }

  private void add(ModelEvent event) {
    synchronized (events) {
      events.addFirst(event);
      if (!event.isRepeated()) {
        counts.merge(event.kind(), 1L, Long::sum);
        double seconds = event.figures().getOrDefault(ModelEvent.SECONDS, 0.0);
        // Others may write there, too; what is no time would spoil the sum for good.
        if (seconds > 0 && Double.isFinite(seconds)) {
          trainingSeconds += seconds;
          newestSeconds = seconds;
        }
        if (event.kind() == ModelEvent.Kind.FAILED) {
          failedInARow++;
        } else if (event.kind() == ModelEvent.Kind.TRAINED) {
          failedInARow = 0;
        }
      }
      if (isDecision(event)) {
        decision = Optional.of(event);
      }
      if (events.size() > MOST) {
        events.removeLast();
      }
      version++;
    }
  }

  private static boolean isDecision(ModelEvent event) {
    return event.kind() == ModelEvent.Kind.PROMOTED || event.kind() == ModelEvent.Kind.REJECTED;
  }

  /** The newest events, newest first. */
  List<ModelEvent> newest() {
    synchronized (events) {
      return new ArrayList<>(events);
    }
  }

  /**
   * How many events of a kind the topic holds; one of a training, however many commands it answers.
   */
  long count(ModelEvent.Kind kind) {
    synchronized (events) {
      return counts.getOrDefault(kind, 0L);
    }
  }

  /** How many trainings failed since the newest that gave a model. */
  long failedInARow() {
    synchronized (events) {
      return failedInARow;
    }
  }

  /** How long all trainings of the topic took together, those that failed too. */
  double trainingSeconds() {
    synchronized (events) {
      return trainingSeconds;
    }
  }

  /** How long the newest training took, one that failed too; NaN while none is known. */
  double newestSeconds() {
    synchronized (events) {
      return newestSeconds;
    }
  }

  /** The newest decision about a challenger, however many events came after it. */
  Optional<ModelEvent> decision() {
    synchronized (events) {
      return decision;
    }
  }

  /** Whether all that the topic held at the start is read: before, counts grow with the past. */
  boolean isCaughtUp() {
    return caughtUp;
  }

  /** Grows with every event. */
  long version() {
    return version;
  }
}
