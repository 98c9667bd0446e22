package io.tplus1.broker;

import io.tplus1.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What integration tests write to a broker and read from it: plain records of bytes. */
public final class TopicRecords {

  private TopicRecords() {}

  /** Writes the records in order and returns when every one is acknowledged. */
  public static void produce(
      String bootstrapServers, Collection<ProducerRecord<byte[], byte[]>> records) {
    produce(Map.of("bootstrap.servers", bootstrapServers), records);
  }

  /** As above, with any settings of clients, such as security. */
  public static void produce(
      Map<String, ?> clients, Collection<ProducerRecord<byte[], byte[]>> records) {
    Map<String, Object> config = new HashMap<>(clients);
    config.put("linger.ms", 5);
    // A broker that is fenced for a moment, as on a machine that stalls, refuses a new producer's
    // first batch, takes the second, and never again the first (KAFKA-15591).
    config.put("max.in.flight.requests.per.connection", 1);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (ProducerRecord<byte[], byte[]> record : records) {
        sent.add(producer.send(record));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("A record was not acknowledged: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /**
   * Returns all committed records that the topic holds, by partition and then by offset. What lies
   * behind a transaction that is still open is not among them.
   */
  public static List<ConsumerRecord<byte[], byte[]>> readCommitted(
      String bootstrapServers, String topic) {
    return readCommitted(Map.of("bootstrap.servers", bootstrapServers), topic);
  }

  /** As above, with any settings of clients, such as security. */
  public static List<ConsumerRecord<byte[], byte[]>> readCommitted(
      Map<String, ?> clients, String topic) {
    Map<String, Object> config = new HashMap<>(clients);
    config.put("isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
      for (Map.Entry<TopicPartition, Long> end : consumer.endOffsets(partitions).entrySet()) {
        readUntil(consumer, end.getKey(), end.getValue(), read);
      }
      read.sort(
          Comparator.<ConsumerRecord<byte[], byte[]>>comparingInt(ConsumerRecord::partition)
              .thenComparingLong(ConsumerRecord::offset));
      return read;
    }
  }

  private static void readUntil(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicPartition partition,
      long end,
      List<ConsumerRecord<byte[], byte[]>> read) {
    long deadline = System.nanoTime() + Waits.LONG.toNanos();
    // The position, not the records: transactions end with markers that are no records.
    while (consumer.position(partition) < end) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "%s: read up to %d of %d in %s"
                .formatted(partition, consumer.position(partition), end, Waits.LONG));
      }
      consumer.poll(Duration.ofMillis(100)).forEach(read::add);
    }
  }

  /** Deletes what a partition holds, as its retention would. */
  public static void deleteAll(String bootstrapServers, String topic, int partition)
      throws ExecutionException, InterruptedException {
    RecordsToDelete all = RecordsToDelete.beforeOffset(-1);
    try (Admin admin =
        Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrapServers))) {
      admin.deleteRecords(Map.of(new TopicPartition(topic, partition), all)).all().get();
    }
  }
}
