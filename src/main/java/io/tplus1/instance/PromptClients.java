package io.tplus1.instance;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The clients of Kafka Streams, of which a stream thread's producer without transactions sends at
 * once whatever waits in it as soon as the thread has little to work on.
 *
 * <p>A producer waits {@code linger.ms} for more records, whether more are to come or not. Without
 * it, a busy thread sends thousands of small batches a second, which costs the brokers, the sender
 * and the thread itself more than the records do; with it, every forecast comes later by as much.
 * The thread knows which it is: when its consumer has less than {@value #FEW} records for it, it
 * keeps up, and has the time. So {@code linger.ms} tells how long a record may wait in a thread
 * that lags behind. With {@code max.poll.records} below that, {@code linger.ms} does nothing. In a
 * transaction records wait for {@code linger.ms} or the commit, which comes soon in any case.
 *
 * <p>They also tell how often what a thread had done was not committed. Any thread.
 */
public final class PromptClients implements KafkaClientSupplier {
  /**
   * Records in a poll, below which a thread is not busy: it works on them for about a millisecond.
   */
  static final int FEW = 64;

  private final Map<String, PromptProducer> producers = new ConcurrentHashMap<>();
  private final LongAdder uncommitted = new LongAdder();
  private final CommittedSends sends;

  /**
   * @param sends told what transactions commit
   */
  public PromptClients(CommittedSends sends) {
    this.sends = sends;
  }

  /** How often so far a commit failed, or a transaction was given up. */
  public long uncommitted() {
    return uncommitted.sum();
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    String thread = thread(config, "-producer");
    PromptProducer producer =
        new PromptProducer(config, thread + "-flush", sends.by(thread), uncommitted);
    if (!config.containsKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG)) {
      // Kafka Streams closes one before it asks for another in its place.
      producers.put(thread, producer);
    }
    return producer;
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new IdleConsumer(config, thread(config, "-consumer"));
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** The stream thread that a client is of; Kafka Streams names its clients after it. */
  private static String thread(Map<String, Object> config, String suffix) {
    String client = config.get(CommonClientConfigs.CLIENT_ID_CONFIG).toString();
    return client.endsWith(suffix)
        ? client.substring(0, client.length() - suffix.length())
        : client;
  }

  /** Tells the thread's producer when it finds little to work on, and of commits that fail. */
  // A class of Kafka's is inherited here because sixty methods would be passed on for two.
  private final class IdleConsumer extends KafkaConsumer<byte[], byte[]> {
    private final String thread;

    IdleConsumer(Map<String, Object> config, String thread) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.thread = thread;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      PromptProducer producer = producers.get(thread);
      if (timeout.isZero() || producer == null || !producer.isWaiting()) {
        return super.poll(timeout);
      }
      ConsumerRecords<byte[], byte[]> there = super.poll(Duration.ZERO);
      if (there.count() < FEW) {
        producer.sendWaiting();
      }
      boolean isNothing = there.isEmpty() && there.nextOffsets().isEmpty();
      return isNothing ? super.poll(timeout) : there;
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
      try {
        super.commitSync(offsets);
      } catch (RuntimeException e) {
        uncommitted.increment();
        throw e;
      }
    }
  }
}
