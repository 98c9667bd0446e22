package io.tplus1.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The time from a vector's send to its forecast's arrival at a consumer. One partition keeps the
 * order, and each vector has one forecast, so the n-th answers the n-th.
 */
final class Latencies {
  /** Sent at once in the beginning, so that everything is compiled. */
  private static final int BURST = 100_000;

  private final Workload workload;
  private final Child child;
  private final String input;
  private final String output;
  private final CountDownLatch burstWorkedOff = new CountDownLatch(1);

  Latencies(Workload workload, Child child, String input, String output) {
    this.workload = workload;
    this.child = child;
    this.input = input;
    this.output = output;
  }

  /**
   * Measures.
   *
   * @param rate records per second
   * @return milliseconds, sorted
   */
  double[] measure(Workload.Vectors vectors, int rate, double seconds)
      throws InterruptedException, IOException {
    int warm = BURST + (int) (4.0 * rate);
    int total = warm + (int) (seconds * rate);
    long[] sent = new long[total];
    long[] arrived = new long[total];
    Thread producing = new Thread(() -> produce(vectors, rate, sent), "producer");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", workload.bootstrapServers(),
                "fetch.max.wait.ms", "100",
                "metadata.max.age.ms", "500",
                "allow.auto.create.topics", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(output, 0);
      while (!consumer.listTopics().containsKey(output)) {
        requireAlive();
      }
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      producing.start();
      int next = 0;
      long last = System.nanoTime();
      while (next < total) {
        int count = consumer.poll(Duration.ofMillis(100)).count();
        long now = System.nanoTime();
        for (int i = 0; i < count; i++) {
          arrived[next++] = now;
        }
        if (next >= BURST) {
          burstWorkedOff.countDown();
        }
        last = count > 0 ? now : last;
        if (now - last > 30e9) {
          requireAlive();
          throw child.failure("only %d of %d forecasts came".formatted(next, total));
        }
      }
      producing.join();
    }
    double[] latencies = new double[total - warm];
    for (int i = warm; i < total; i++) {
      latencies[i - warm] = (arrived[i] - sent[i]) / 1e6;
    }
    Arrays.sort(latencies);
    return latencies;
  }

  private void requireAlive() throws IOException {
    if (!child.isAlive()) {
      throw child.failure("it ended");
    }
  }

  // A lost record shows as a forecast that does not come.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void produce(Workload.Vectors vectors, int rate, long[] sent) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", workload.bootstrapServers(), "linger.ms", "0"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      long start = 0;
      for (int i = 0; i < sent.length; i++) {
        if (i == BURST) {
          burstWorkedOff.await();
          start = System.nanoTime();
        }
        long due = start + (i - BURST) * 1_000_000_000L / rate;
        while (i >= BURST && System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        // When it was due, not when the producer came to it: else a stall hides itself.
        sent[i] = i < BURST ? System.nanoTime() : due;
        producer.send(vectors.next(input));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
