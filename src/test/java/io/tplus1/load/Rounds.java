package io.tplus1.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.serde.VectorJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
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

  private final String topic;
  private final int series;
  private final VectorJson json;
  private final float[] vector;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Thread thread;
  private final AtomicLong acknowledged = new AtomicLong();
  private final SplittableRandom random = new SplittableRandom(1);
  private final Pace pace = new Pace();
  private volatile int most = Integer.MAX_VALUE;
  private volatile long sent;
  private volatile int rounds;
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
    pace.rate(vectorsPerSecond);
  }

  /** No more rounds than these; said before {@link #rate}. */
  void most(int wanted) {
    most = wanted;
  }

  private void produce() {
    try {
      double phase = 0;
      for (int round = 0; !pace.isOver() && round < most; round++) {
        phase += 0.8 + 0.6 * Math.sin(2 * Math.PI * round / CYCLE);
        for (int s = 0; s < series; s++) {
          pace.await();
          send(round, s, phase);
        }
        rounds = round + 1;
      }
      producer.flush();
    } catch (RuntimeException e) {
      failure = e;
    }
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
    requireTaken();
    return acknowledged.get();
  }

  /** Whether there were as many rounds as there may be; not all of the last may be taken yet. */
  boolean areMade() {
    requireTaken();
    return rounds == most;
  }

  private void requireTaken() {
    if (failure != null) {
      throw new AssertionError("Vectors were not taken: " + failure, failure);
    }
  }

  /**
   * Makes no round but the one that runs, whose vectors are due at once, and waits until everything
   * is taken.
   *
   * @return how many rounds there were
   */
  int finish() {
    pace.end();
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
    pace.end();
    producer.close(Duration.ZERO);
  }
}
