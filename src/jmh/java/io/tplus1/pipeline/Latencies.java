package io.tplus1.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The time from when a vector was due to its forecast's arrival at a consumer. One partition keeps
 * the order, and each vector has one forecast, so the n-th answers the n-th.
 */
final class Latencies implements AutoCloseable {
  /** Most vectors without their forecasts while it warms up: enough to keep everybody busy. */
  private static final int UNDER_WAY = 20_000;

  private static final long SPAN_NANOS = 3_000_000_000L;
  private static final double SETTLED = 0.05;
  private static final double LEAD_SECONDS = 10;
  private static final long LONGEST_SILENCE_NANOS = 90_000_000_000L;

  /** Between two looks for a topic. */
  private static final long PAUSE_NANOS = 50_000_000;

  /**
   * How it went.
   *
   * @param recordsPerSecond of the last two spans
   * @param settled whether it had before the longest was over, with so many forecasts as were to
   *     come before
   * @param enough whether so many had come
   */
  record WarmUp(double recordsPerSecond, boolean settled, boolean enough, double seconds) {}

  private final Child child;
  private final Workload.Vectors vectors;
  private final String input;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AtomicLong arrived = new AtomicLong();
  private volatile boolean full;
  private long lastArrival = System.nanoTime();
  private long sent;

  /**
   * Waits for the topic of forecasts.
   *
   * @param run with which the topics' names begin
   * @param committed whether the consumer reads what is committed alone
   */
  Latencies(
      String bootstrapServers, Child child, String run, Workload.Vectors vectors, boolean committed)
      throws IOException {
    this.child = child;
    this.vectors = vectors;
    this.input = run + "-features";
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "0"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "fetch.max.wait.ms", "100",
                "metadata.max.age.ms", "500",
                "isolation.level", committed ? "read_committed" : "read_uncommitted",
                "allow.auto.create.topics", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    String output = run + "-predictions";
    while (!consumer.listTopics().containsKey(output)) {
      requireAlive();
      if (System.nanoTime() - lastArrival > LONGEST_SILENCE_NANOS) {
        throw child.failure("it made no topic " + output);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    lastArrival = System.nanoTime();
    TopicPartition partition = new TopicPartition(output, 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /**
   * Keeps a bounded number of vectors under way until as many forecasts come in one span as in the
   * one before and compilers are done, and then until all have come.
   *
   * @param least seconds that it takes
   * @param most seconds until it goes on anyway
   * @param fewest forecasts that come before
   */
  // A lost record shows as a forecast that does not come.
  @SuppressWarnings("FutureReturnValueIgnored")
  WarmUp warmUp(int least, int most, long fewest) throws IOException, InterruptedException {
    full = true;
    Thread producing =
        start(
            () -> {
              for (; full; sent++) {
                while (sent - arrived.get() >= UNDER_WAY) {
                  LockSupport.parkNanos(50_000);
                }
                producer.send(vectors.next(input));
              }
            });
    double before = 0;
    double now = 0;
    while (arrived.get() == 0) {
      poll();
    }
    long began = System.nanoTime();
    double seconds = 0;
    boolean settled = false;
    try (Busy busy = Busy.of(child.pid())) {
      while (!settled && seconds < most) {
        long start = System.nanoTime();
        long from = arrived.get();
        while (System.nanoTime() - start < SPAN_NANOS) {
          poll();
        }
        before = now;
        now = (arrived.get() - from) * 1e9 / (System.nanoTime() - start);
        seconds = (System.nanoTime() - began) / 1e9;
        settled =
            isSettled(before, now, busy.compilers(), arrived.get() >= fewest) && seconds >= least;
      }
    }
    full = false;
    while (producing.isAlive() || arrived.get() < sent) {
      poll();
    }
    return new WarmUp((before + now) / 2, settled, arrived.get() >= fewest, seconds);
  }

  /**
   * Whether two spans carried the same, compilers are done, and windows are whole.
   *
   * @param before records per second of the former
   * @param compilers cores that they took in the later one
   * @param enough whether so many forecasts came as were to come before
   */
  static boolean isSettled(double before, double now, double compilers, boolean enough) {
    return enough && Math.abs(now / before - 1) < SETTLED && compilers < Meter.COMPILING;
  }

  /**
   * Sends vectors at a steady rate.
   *
   * @param rate records per second
   * @return milliseconds, sorted, of what was due in these seconds, after those of the first ten
   *     seconds
   */
  @SuppressWarnings("FutureReturnValueIgnored")
  double[] measure(int rate, double seconds) throws IOException, InterruptedException {
    int lead = (int) (LEAD_SECONDS * rate);
    int total = lead + (int) (seconds * rate);
    long first = arrived.get();
    long start = System.nanoTime();
    long[] arrivals = new long[total];
    Thread producing =
        start(
            () -> {
              for (int i = 0; i < total; i++) {
                long due = due(start, i, rate);
                while (System.nanoTime() < due) {
                  LockSupport.parkNanos(due - System.nanoTime());
                }
                producer.send(vectors.next(input));
                sent++;
              }
            });
    int next = 0;
    while (next < total) {
      long now = poll();
      for (long end = arrived.get() - first; next < end; next++) {
        arrivals[next] = now;
      }
    }
    producing.join();
    double[] latencies = new double[total - lead];
    for (int i = lead; i < total; i++) {
      // From when it was due, not when the producer came to it: else a stall hides itself.
      latencies[i - lead] = (arrivals[i] - due(start, i, rate)) / 1e6;
    }
    Arrays.sort(latencies);
    return latencies;
  }

  private static long due(long start, long i, int rate) {
    return start + i * 1_000_000_000L / rate;
  }

  private static Thread start(Runnable sending) {
    Thread thread = new Thread(sending, "producer");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Counts what has come, if anything has; the time now. */
  private long poll() throws IOException {
    int count = consumer.poll(Duration.ofMillis(100)).count();
    long now = System.nanoTime();
    if (count > 0) {
      arrived.addAndGet(count);
      lastArrival = now;
    } else if (now - lastArrival > LONGEST_SILENCE_NANOS) {
      throw child.failure("only %d forecasts came".formatted(arrived.get()));
    } else {
      requireAlive();
    }
    return now;
  }

  private void requireAlive() throws IOException {
    if (!child.isAlive()) {
      throw child.failure("it ended");
    }
  }

  @Override
  public void close() {
    full = false;
    producer.close(Duration.ofSeconds(5));
    consumer.close();
  }
}
