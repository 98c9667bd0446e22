package io.tplus1.demo;

import io.tplus1.feature.SeriesVector;
import io.tplus1.serde.VectorWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Produces the storm tracks at a steady rate on a thread of its own, from where the topic ends to
 * their end.
 *
 * <p>How far an earlier run came is read off the topic: a partition's end offset is the number of
 * vectors that it holds, and which vectors go to which partition is fixed by their keys. So nothing
 * is produced twice and nothing left out, even after a kill of this process.
 *
 * <p>A broker that starts again may take what was under way twice: it forgets a producer whose last
 * record is more than {@code producer.id.expiration.ms} old by the record's own time, as those of
 * storms all are, and so does not know what it took already.
 */
public final class TrackProducer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrackProducer.class);

  /** How long brokers that do not answer are waited for at the end, twice. */
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  /** How long vectors wait for brokers before a line says so. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

  private final StormTracks tracks;
  private final VectorWriter vectors;
  private final String topic;
  private final double perSecond;
  private final KafkaProducer<byte[], byte[]> producer;
  private final long[] done;
  private final Thread thread;
  private volatile boolean stopped;
  private final Runnable whenDone;
  private final AtomicLong produced = new AtomicLong();
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /** When a broker last acknowledged a vector, or none waited for that, {@link System#nanoTime}. */
  private volatile long heardNanos;

  private long sent;
  private boolean told;
  private String refused = "";

  /**
   * Starts producing.
   *
   * @param reader what a consumer of the brokers is made with, under Kafka's names
   * @param writer what a producer is
   * @param vectors writes the records' values
   * @param perSecond vectors per second; infinite for as fast as the broker takes them
   * @param whenDone told, on any thread, when it goes on no more though nobody stopped it
   */
  public TrackProducer(
      Map<String, Object> reader,
      Map<String, Object> writer,
      String topic,
      StormTracks tracks,
      VectorWriter vectors,
      double perSecond,
      Runnable whenDone) {
    this.tracks = tracks;
    this.whenDone = whenDone;
    this.vectors = vectors;
    this.topic = topic;
    this.perSecond = perSecond;
    this.done = endOffsets(reader, topic);
    Map<String, Object> properties = new HashMap<>(writer);
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, "storm-tracks");
    // However long brokers are away: what is given up would be left out, and the next run takes the
    // topic's ends for how much was produced in order.
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    // A topic made anew may refuse the first batch and take the second, and then the first for ever
    // (KAFKA-15591).
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    // One for which there is no room, or no topic, is sent again: it has no place in the order yet.
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LONGEST_SILENCE.toMillis());
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.thread = new Thread(this::run, "storm-tracks");
    thread.setDaemon(true);
    thread.start();
  }

  private static long[] endOffsets(Map<String, Object> reader, String topic) {
    Map<String, Object> properties = new HashMap<>(reader);
    // Where others' transactions are open, what they hold back counts as well.
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long[] offsets = new long[partitions.size()];
      ends.forEach((partition, end) -> offsets[partition.partition()] = end);
      return offsets;
    }
  }

  private void run() {
    try {
      produce();
    } catch (KafkaException e) {
      if (!stopped) {
        fail(e);
      }
    }
  }

  private void fail(Exception e) {
    if (failure.compareAndSet(null, e)) {
      LOG.warn("A storm's position could not be produced", e);
    }
    stopped = true;
    LockSupport.unpark(thread);
    whenDone.run();
  }

  private void produce() {
    long start = System.nanoTime();
    long size = tracks.size();
    for (long position = 0; !stopped && position < size; position++) {
      SeriesVector row = tracks.at(position);
      byte[] key = row.series().getBytes(StandardCharsets.UTF_8);
      int partition = Utils.toPositive(Utils.murmur2(key)) % done.length;
      if (done[partition] > 0) {
        done[partition]--;
        continue;
      }
      long due = start + (long) (sent * (TimeUnit.SECONDS.toNanos(1) / perSecond));
      while (!stopped && System.nanoTime() - due < 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      send(
          new ProducerRecord<>(
              topic, partition, row.vector().timeMs(), key, vectors.write(row.vector().values())));
    }
    if (!stopped) {
      LOG.warn(
          "The storm tracks in topic {} have come to the end of the year 9999, and no more are produced; make the topic anew to begin again",
          topic);
      whenDone.run();
    }
  }

  /** Sends a vector as soon as the producer takes it. */
  // The callback hears of failures.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void send(ProducerRecord<byte[], byte[]> vector) {
    if (produced.get() == sent) {
      heardNanos = System.nanoTime();
    }
    boolean waits = true;
    while (waits && !stopped) {
      refused = "";
      producer.send(vector, this::ended);
      tellOfSilence();
      waits = !refused.isEmpty();
    }
    sent++;
  }

  /** On this thread where the producer did not take a vector, on its own where it did. */
  private void ended(RecordMetadata place, Exception refusal) {
    if (refusal == null) {
      produced.incrementAndGet();
      heardNanos = System.nanoTime();
    } else if (refusal instanceof TimeoutException && Thread.currentThread() == thread) {
      refused = String.valueOf(refusal.getMessage());
    } else {
      fail(refusal);
    }
  }

  private void tellOfSilence() {
    boolean silent = System.nanoTime() - heardNanos >= LONGEST_SILENCE.toNanos();
    if (silent && !told) {
      LOG.warn(
          "For {} s no broker has acknowledged a vector: {} vectors wait for topic {}, and are sent once brokers take them{}; if the topic is gone, or has fewer partitions than before, as `tplus1 topics verify` says, stop this and make it anew (`tplus1 topics create`)",
          LONGEST_SILENCE.toSeconds(),
          sent + 1 - produced.get(),
          topic,
          refused.isEmpty() ? "" : " (" + refused + ")");
    }
    told = silent;
  }

  /** Vectors that this run brought to the broker. */
  public long produced() {
    return produced.get();
  }

  /** Why a vector did not get to the broker, the first such; empty if all did. */
  public Optional<Exception> failure() {
    return Optional.ofNullable(failure.get());
  }

  /**
   * Stops producing; what was sent is on the broker when this returns, or counts as failed if the
   * brokers do not answer for long.
   */
  @Override
  public void close() {
    stopped = true;
    thread.interrupt(); // It may wait for its turn, or for room.
    try {
      thread.join(LONGEST_CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(LONGEST_CLOSE);
  }
}
