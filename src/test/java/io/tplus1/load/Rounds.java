package io.tplus1.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.serde.VectorJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer of vectors: in each round every series has one, a minute of event time after its last.
 * They swing at a pace that changes all the time, so that there is always something to learn.
 */
final class Rounds implements AutoCloseable {
  static final long START_MS = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  static final long STEP_MS = Duration.ofMinutes(1).toMillis();

  /** Rounds in which the pace comes back to where it was. */
  private static final int CYCLE = 1_500;

  /** How far behind its rate the producer may fall before it gives up what it missed. */
  private static final long MOST_BEHIND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String topic;
  private final int series;
  private final VectorJson json;
  private final float[] vector;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Thread thread;
  private final AtomicLong acknowledged = new AtomicLong();
  private final SplittableRandom random = new SplittableRandom(1);
  private volatile double perSecond;
  private volatile long sent;
  private volatile int rounds;
  private volatile boolean enough;
  private volatile Exception failure;

  /**
   * Nothing is produced before {@link #rate} says so.
   *
   * @param schema numbers alone
   */
  Rounds(String bootstrapServers, String topic, int series, FeatureSchema schema) {
    this.topic = topic;
    this.series = series;
    this.json = new VectorJson(schema);
    this.vector = new float[schema.size()];
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "5", "batch.size", "65536"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.thread = new Thread(this::produce, "rounds");
    thread.setDaemon(true);
    thread.start();
  }

  static byte[] key(int series) {
    return ("series-" + series).getBytes(UTF_8);
  }

  /** Which series a key names. */
  static int series(byte[] key) {
    int number = 0;
    for (int i = "series-".length(); i < key.length; i++) {
      number = 10 * number + key[i] - '0';
    }
    return number;
  }

  /** The round of an event time. */
  static long round(long timeMs) {
    return (timeMs - START_MS) / STEP_MS;
  }

  /** From now on so many vectors a second, of all series; 0: none. */
  void rate(double vectorsPerSecond) {
    perSecond = vectorsPerSecond;
    LockSupport.unpark(thread);
  }

  private void produce() {
    try {
      long due = System.nanoTime();
      double phase = 0;
      for (int round = 0; !enough; round++) {
        phase += 0.8 + 0.6 * Math.sin(2 * Math.PI * round / CYCLE);
        for (int s = 0; s < series; s++) {
          due = awaitDue(due);
          send(round, s, phase);
        }
        rounds = round + 1;
      }
      producer.flush();
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /** Waits until the next vector is due; what was begun is ended at the speed that it had. */
  private long awaitDue(long last) {
    double rate = perSecond;
    long due = last;
    while (rate == 0 && !enough) {
      LockSupport.park(this);
      rate = perSecond;
      due = System.nanoTime();
    }
    if (rate == 0) {
      return due;
    }
    due = Math.max(due, System.nanoTime() - MOST_BEHIND_NANOS);
    due += (long) (TimeUnit.SECONDS.toNanos(1) / rate);
    while (System.nanoTime() < due) {
      LockSupport.parkNanos(this, due - System.nanoTime());
    }
    return due;
  }

  // One thread writes.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void send(int round, int s, double phase) {
    for (int f = 0; f < vector.length; f++) {
      vector[f] =
          (float) (Math.sin(phase * (1 + 0.5 * f) + 0.37 * s) + 0.05 * random.nextDouble(-1, 1));
    }
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic, null, START_MS + round * STEP_MS, key(s), json.write(vector)),
            (metadata, exception) -> {
              if (exception == null) {
                acknowledged.incrementAndGet();
              } else {
                failure = exception;
              }
            });
    sent++;
  }

  /** Vectors that the broker has taken. */
  long acknowledged() {
    if (failure != null) {
      throw new AssertionError("Vectors were not taken: " + failure, failure);
    }
    return acknowledged.get();
  }

  /**
   * Ends the round that runs, at once, and waits until everything is taken.
   *
   * @return how many rounds there were
   */
  int finish() {
    enough = true;
    LockSupport.unpark(thread);
    try {
      thread.join(Duration.ofMinutes(5).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    if (thread.isAlive() || acknowledged() != sent) {
      throw new AssertionError("taken were %d of %d vectors".formatted(acknowledged(), sent));
    }
    return rounds;
  }

  @Override
  public void close() {
    enough = true;
    LockSupport.unpark(thread);
    producer.close(Duration.ZERO);
  }
}
