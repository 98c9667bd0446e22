package io.tplus1.ops;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A thread that asks the brokers one thing after the other, over and over, with a consumer that it
 * shares with nobody.
 */
final class BrokerThread implements AutoCloseable {
  private static final long PAUSE_MS = 500;
  private static final int METADATA_MS = 5_000;

  /** Brokers that do not answer are not to hold up the end of an instance. */
  private static final Duration LONGEST_CLOSE = Duration.ofMillis(500);

  /** Something that brokers are asked. */
  @FunctionalInterface
  interface Question {
    /**
     * Asks, unless it is too early to ask again. What brokers fail at is the question's own to say;
     * only a {@link WakeupException} or an {@link InterruptException} is passed on.
     *
     * @return whether it has waited for the brokers; where no question does, the thread pauses
     */
    boolean ask(Consumer<byte[], byte[]> consumer);
  }

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<Question> questions;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * Begins to ask.
   *
   * @param client what a consumer in no group is made with, under Kafka's names
   */
  BrokerThread(Map<String, Object> client, List<Question> questions) {
    this.questions = List.copyOf(questions);
    Map<String, Object> properties = new HashMap<>(client);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // Who leads a partition has to be known soon after a broker hangs, which closes nothing.
    properties.putIfAbsent(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MS);
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.thread = new Thread(this::run, "brokers");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (closed.getCount() > 0) {
        boolean waited = false;
        for (Question question : questions) {
          waited |= question.ask(consumer);
        }
        if (!waited) {
          pause();
        }
      }
    } catch (WakeupException | InterruptException e) {
      // It is closed, and nobody waits for an answer any more.
    } finally {
      consumer.close(CloseOptions.timeout(LONGEST_CLOSE));
    }
  }

  private void pause() {
    try {
      closed.await(PAUSE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
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
