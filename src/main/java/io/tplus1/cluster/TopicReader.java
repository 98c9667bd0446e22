package io.tplus1.cluster;

import io.tplus1.config.ClientProperties;
import io.tplus1.config.Configuration;
import io.tplus1.topic.AdminAnswers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads parts of topics with a consumer that has no group, and closes it. For one thread. */
public final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  /** A fetch that waits at the end of one topic holds up the first of the next. */
  private static final int FETCH_WAIT_MS = 10;

  private final Consumer<byte[], byte[]> consumer;
  private final Duration timeout;

  /**
   * A reader.
   *
   * @param consumer of committed records alone
   * @param timeout longest wait for a broker's answer
   */
  public TopicReader(Consumer<byte[], byte[]> consumer, Duration timeout) {
    this.consumer = consumer;
    this.timeout = timeout;
  }

  /**
   * A reader of the configuration's cluster, with its security.
   *
   * @param client what the brokers' logs call it
   * @param timeout longest wait for a broker's answer
   * @throws KafkaException as {@link BootstrapServers} do, if none answers
   */
  public static TopicReader of(Configuration configuration, String client, Duration timeout) {
    Map<String, Object> settings =
        BootstrapServers.beginWithWhoAnswers(
            ClientProperties.of(configuration).reader(client), timeout);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
    return new TopicReader(
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
        timeout);
  }

  /** Number of partitions; empty if there is no such topic. */
  public OptionalInt partitions(String topic) {
    try {
      var partitions = consumer.partitionsFor(topic, timeout);
      return partitions == null || partitions.isEmpty()
          ? OptionalInt.empty()
          : OptionalInt.of(partitions.size());
    } catch (UnknownTopicOrPartitionException e) {
      return OptionalInt.empty();
    }
  }

  /** What to say of a topic that is not there. */
  public static KafkaException absent(String topic) {
    return new KafkaException(
        "the topic %s does not exist: `tplus1 run` with these settings makes it, or they name another cluster"
            .formatted(topic));
  }

  /** Offset of the oldest record that is still there. */
  public long beginning(TopicPartition partition) {
    return ofLeader(
        partition, () -> consumer.beginningOffsets(List.of(partition), timeout).get(partition));
  }

  /** One behind the last committed record. */
  public long end(TopicPartition partition) {
    return ofLeader(
        partition, () -> consumer.endOffsets(List.of(partition), timeout).get(partition));
  }

  /** Offset of the first record that is not older; the end if all are. */
  public long offsetAt(TopicPartition partition, long timeMs) {
    OffsetAndTimestamp found =
        ofLeader(
            partition,
            () -> consumer.offsetsForTimes(Map.of(partition, timeMs), timeout).get(partition));
    return found == null ? end(partition) : found.offset();
  }

  /**
   * Hands over committed records in their order.
   *
   * @param from offset of the first; if it is gone, the oldest one that is there
   * @param to one behind the last; at most the end
   * @param each tells whether to go on
   * @throws KafkaException if the partition's leader falls silent before the end: if nothing comes
   *     for as long as the timeout, however long all takes
   */
  public void read(
      TopicPartition partition,
      long from,
      long to,
      Predicate<ConsumerRecord<byte[], byte[]>> each) {
    long end = Math.min(to, end(partition));
    consumer.assign(List.of(partition));
    consumer.seek(partition, Math.max(from, beginning(partition)));
    long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
    while (ofLeader(partition, () -> consumer.position(partition, timeout)) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
        if (record.offset() >= end || !each.test(record)) {
          return;
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw silent(partition, null);
      }
    }
  }

  private <T> T ofLeader(TopicPartition partition, Supplier<T> asked) {
    try {
      return asked.get();
    } catch (TimeoutException e) {
      throw silent(partition, e);
    }
  }

  /** Brokers have told of the topic, so that it is this one that is missing. */
  private KafkaException silent(TopicPartition partition, TimeoutException e) {
    return new KafkaException(
        "the leader of %s has not answered within %s: see whether it has one, by `tplus1 doctor` (replicas) or by what the brokers' logs say"
            .formatted(partition, AdminAnswers.text(timeout)),
        e);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
