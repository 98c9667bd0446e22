package io.tplus1.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows the committed forecasts and holds them against what is to come: every series has one for
 * each round, in order, of a window of all rounds up to then, or of the newest of them. It
 * remembers a number for each series, whatever their rounds.
 */
final class OnceEach implements AutoCloseable {
  /** Where a receipt tells how long the window was. */
  private static final String STEPS = "\"steps\":";

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private final int steps;
  private final int[] next;
  private volatile long forecasts;
  private volatile long lost;
  private volatile long again;
  private volatile long wrong;
  private volatile boolean closed;
  private volatile RuntimeException failure;

  /**
   * Begins to follow.
   *
   * @param series how many there are
   * @param steps of a whole window
   */
  OnceEach(String bootstrapServers, String topic, int partitions, int series, int steps) {
    this.steps = steps;
    this.next = new int[series];
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(each -> new TopicPartition(topic, each)).toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
    this.thread = new Thread(this::follow, "once-each");
    thread.setDaemon(true);
    thread.start();
  }

  // One thread writes.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void follow() {
    try (consumer) {
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
          int round = (int) Rounds.round(record.timestamp());
          take(Rounds.series(record.key()), round);
          if (windowSteps(record.value()) != Math.min(round + 1, steps)) {
            wrong++;
          }
        }
      }
    } catch (WakeupException end) {
      // Closed.
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  // One thread writes.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void take(int series, int round) {
    forecasts++;
    if (round < next[series]) {
      again++;
    } else {
      lost += round - next[series];
      next[series] = round + 1;
    }
  }

  /** Not parsed: there may be very many. */
  private static int windowSteps(byte[] forecast) {
    String json = new String(forecast, ISO_8859_1);
    int at = json.lastIndexOf(STEPS) + STEPS.length();
    int number = 0;
    for (; Character.isDigit(json.charAt(at)); at++) {
      number = 10 * number + json.charAt(at) - '0';
    }
    return number;
  }

  /** Committed so far. */
  long forecasts() {
    if (failure != null) {
      throw new AssertionError("The forecasts cannot be followed", failure);
    }
    return forecasts;
  }

  /** Rounds that were passed over so far. */
  long lost() {
    return lost;
  }

  /** Forecasts of a round that had one, or that was passed over, so far. */
  long again() {
    return again;
  }

  /** Forecasts whose window is of another length than it should be, so far. */
  long wrong() {
    return wrong;
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
  }
}
