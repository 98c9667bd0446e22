package io.tplus1.instance;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer that, without transactions, can be told to send at once what waits for company,
 * without waiting itself.
 *
 * <p>Records are sent by one thread, which also tells; any thread may close it.
 */
// A class of Kafka's is inherited here because twenty methods would be passed on for three.
final class PromptProducer extends KafkaProducer<byte[], byte[]> {
  /** {@link #flush} is the one way to end the wait, and returns once brokers have answered. */
  private final Thread flushing;

  private final Semaphore due = new Semaphore(0);
  private final boolean transactional;
  private final CommittedSends.OfProducer sends;
  private final LongAdder uncommitted;
  private volatile boolean closed;
  private boolean waiting;

  /**
   * @param thread name of the thread that flushes
   * @param sends told what transactions commit
   * @param uncommitted counts the transactions that are given up
   */
  PromptProducer(
      Map<String, Object> config,
      String thread,
      CommittedSends.OfProducer sends,
      LongAdder uncommitted) {
    super(config, new ByteArraySerializer(), new ByteArraySerializer());
    this.transactional = config.containsKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    this.sends = sends;
    this.uncommitted = uncommitted;
    this.flushing = new Thread(this::flushWhenDue, thread);
    flushing.setDaemon(true);
    if (!transactional) { // Else the commit sends.
      flushing.start();
    }
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> sent, Callback callback) {
    waiting = true;
    Future<RecordMetadata> answer = super.send(sent, callback);
    if (transactional) {
      sends.sent(sent, answer);
    }
    return answer;
  }

  /** Whether anything was sent since {@link #sendWaiting}. */
  boolean isWaiting() {
    return waiting;
  }

  /** Lets what waits go at once. */
  void sendWaiting() {
    waiting = false;
    due.release();
  }

  private void flushWhenDue() {
    while (true) {
      due.acquireUninterruptibly();
      due.drainPermits();
      if (closed) {
        return;
      }
      try {
        flush();
      } catch (KafkaException e) {
        // Whoever sent a record is told what became of it.
      }
    }
  }

  @Override
  public void commitTransaction() {
    super.commitTransaction();
    sends.committed();
  }

  /** Kafka Streams does so with whatever it could not commit, and never to end well. */
  @Override
  public void abortTransaction() {
    uncommitted.increment();
    sends.givenUp();
    super.abortTransaction();
  }

  @Override
  public void close(Duration timeout) {
    closed = true;
    due.release();
    super.close(timeout);
  }
}
