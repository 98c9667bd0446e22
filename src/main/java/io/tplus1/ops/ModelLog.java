package io.tplus1.ops;

import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest events of one model, read from {@code model-events} by a thread of its own. Every
 * instance reads all of them: they are few. The thread has its consumer ask the brokers for what
 * else they know, too.
 */
final class ModelLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelLog.class);
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final long RETRY_MS = 5_000;

  /** Events that are kept. */
  static final int MOST = 500;

  private final String topic;
  private final String modelName;
  private final List<InputLag> lags;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Deque<ModelEvent> events = new ArrayDeque<>();
  private final Map<ModelEvent.Kind, Long> counts = new EnumMap<>(ModelEvent.Kind.class);
  private double trainingSeconds;
  private long failedInARow;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile long version;
  private long unreadable;
  private volatile boolean caughtUp;
  private long failures;
  private Map<TopicPartition, Long> ends = Map.of();

  /**
   * Begins to read.
   *
   * @param client what a consumer in no group is made with, under Kafka's names
   * @param modelName key of the events
   * @param lags what asks the consumer where inputs end
   */
  ModelLog(Map<String, Object> client, String topic, String modelName, List<InputLag> lags) {
    this.topic = topic;
    this.modelName = modelName;
    this.lags = List.copyOf(lags);
    Map<String, Object> properties = new HashMap<>(client);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.thread = new Thread(this::read, "model-events");
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    try (consumer) {
      boolean assigned = false;
      while (closed.getCount() > 0) {
        try {
          lags.forEach(lag -> lag.ask(consumer));
          assigned = assigned || assign();
          if (!assigned) {
            pause(); // The brokers do not know the topic yet.
            continue;
          }
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE)) {
            accept(record);
            failures = 0;
          }
          if (!caughtUp) {
            caughtUp = hasReachedEnds();
          }
        } catch (WakeupException | InterruptException e) {
          return;
        } catch (KafkaException e) {
          complain(e);
          pause();
        }
      }
    }
  }

  /** The 1st, 2nd, 4th, 8th … time: what is wrong may stay so for days. */
  private void complain(KafkaException failure) {
    failures++;
    if (Long.bitCount(failures) == 1) {
      LOG.warn(
          "Events of models cannot be read ({} times so far), and are tried again every {} s: {}",
          failures,
          RETRY_MS / 1_000,
          failure instanceof AuthorizationException
              ? "the right Read is missing on topic " + topic
              : failure.toString());
    }
  }

  private boolean assign() {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      return false;
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    ends = consumer.endOffsets(partitions);
    return true;
  }

  private boolean hasReachedEnds() {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private void pause() {
    try {
      closed.await(RETRY_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
        trainingSeconds += event.figures().getOrDefault(ModelEvent.SECONDS, 0.0);
        if (event.kind() == ModelEvent.Kind.FAILED) {
          failedInARow++;
        } else if (event.kind() == ModelEvent.Kind.TRAINED) {
          failedInARow = 0;
        }
      }
      if (events.size() > MOST) {
        events.removeLast();
      }
      version++;
    }
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

  /** Whether all that the topic held at the start is read: before, counts grow with the past. */
  boolean isCaughtUp() {
    return caughtUp;
  }

  /** Grows with every event. */
  long version() {
    return version;
  }

  @Override
  public void close() {
    closed.countDown();
    consumer.wakeup();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
