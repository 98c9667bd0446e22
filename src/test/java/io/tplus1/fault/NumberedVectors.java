package io.tplus1.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer that goes on: in each round every series says the round's number. One vector of a
 * hundred comes late, behind the next one of its series, and one of a hundred is corrected.
 */
final class NumberedVectors implements AutoCloseable {
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final long STEP = Duration.ofMinutes(1).toMillis();
  private static final int ODD_ONE_IN = 100;

  private final String topic;
  private final int series;
  private final AtomicLong perSecond;
  private final SplittableRandom random;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Thread thread;
  private final Map<Integer, BitSet> acknowledged = new TreeMap<>();
  private volatile int round;
  private volatile boolean enough;
  private volatile Exception failure;

  NumberedVectors(String bootstrapServers, String topic, int series, int perSecond, long seed) {
    this.topic = topic;
    this.series = series;
    this.perSecond = new AtomicLong(perSecond);
    this.random = new SplittableRandom(seed);
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "linger.ms", "2",
                // A broker takes any number for a new producer's first on a new partition. If the
                // first batch has to be sent again, and the second does not, the first is out of
                // order for good, and is never acknowledged.
                "max.in.flight.requests.per.connection", "1",
                // A dead broker must not hold up those vectors that go to the others.
                "buffer.memory", "67108864"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.thread = new Thread(this::produce, "numbers");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** From now on so many a second. */
  void rate(int vectorsPerSecond) {
    perSecond.set(vectorsPerSecond);
  }

  private void produce() {
    try {
      long due = System.nanoTime();
      boolean[] held = new boolean[series];
      for (int now = 0; !enough; now++) {
        round = now;
        for (int s = 0; s < series; s++) {
          int lot = random.nextInt(ODD_ONE_IN);
          boolean hold = lot == 0 && now > 0 && !held[s];
          if (!hold) {
            send(s, now, now);
          }
          if (held[s]) {
            send(s, now - 1, now - 1);
          }
          if (lot == 1) {
            send(s, now, -now);
          }
          held[s] = hold;
          due += TimeUnit.SECONDS.toNanos(1) / perSecond.get();
          while (System.nanoTime() < due) {
            LockSupport.parkNanos(due - System.nanoTime());
          }
        }
      }
      producer.flush();
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void send(int s, int ofRound, int value) {
    String json = "{\"features\":[" + value + "," + s + "]}";
    ProducerRecord<byte[], byte[]> vector =
        new ProducerRecord<>(
            topic,
            null,
            START + ofRound * STEP,
            ("series-" + s).getBytes(UTF_8),
            json.getBytes(UTF_8));
    var unused =
        producer.send(
            vector,
            (metadata, exception) -> {
              if (exception != null) {
                failure = exception;
                return;
              }
              synchronized (acknowledged) {
                acknowledged
                    .computeIfAbsent(metadata.partition(), partition -> new BitSet())
                    .set((int) metadata.offset());
              }
            });
  }

  /** Event time of the first round of which no vector was produced when this was called. */
  long nextRoundMs() {
    return START + (round + 1) * STEP;
  }

  /**
   * Ends the round that runs and waits until everything is acknowledged.
   *
   * @return offsets of what was acknowledged, by partition
   */
  Map<Integer, BitSet> finish() {
    enough = true;
    try {
      thread.join(Duration.ofMinutes(2).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    if (thread.isAlive() || failure != null) {
      throw new AssertionError("Vectors were not acknowledged: " + failure, failure);
    }
    return acknowledged;
  }

  @Override
  public void close() {
    enough = true;
    producer.close(Duration.ZERO);
  }
}
