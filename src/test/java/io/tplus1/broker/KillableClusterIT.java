package io.tplus1.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.Waits;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KillableClusterIT {
  private static final String TOPIC = "committed";

  @TempDir Path directory;

  @Test
  void restore_brokerKilledNetworkCutAndCommitsHeld_allIsAsBefore() throws Exception {
    try (KillableCluster cluster = KillableCluster.start(directory, 0, Map.of())) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
        NewTopics.create(admin, new NewTopic(TOPIC, 1, (short) 3));
      }
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(
              Map.of(
                  "bootstrap.servers", cluster.bootstrapServersBehindProxies(),
                  "transactional.id", "held",
                  "max.block.ms", Waits.LONG.toMillis()),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        producer.initTransactions();
        AtomicBoolean held = new AtomicBoolean();
        AtomicInteger committed = new AtomicInteger();
        // The first may be through before commits are held.
        CompletableFuture<Void> commits =
            CompletableFuture.runAsync(
                () -> {
                  while (!held.get()) {
                    write(producer);
                    committed.incrementAndGet();
                  }
                });
        cluster.holdCommits();
        held.set(true);
        cluster.cut();
        cluster.kill(3);

        cluster.restore();

        commits.get(Waits.LONG.toSeconds(), TimeUnit.SECONDS);
        write(producer);
        assertThat(TopicRecords.readCommitted(cluster.bootstrapServers(), TOPIC))
            .hasSize(committed.get() + 1);
      }
    }
  }

  // The commit fails if the record was not taken.
  @SuppressWarnings("FutureReturnValueIgnored")
  private static void write(KafkaProducer<byte[], byte[]> producer) {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(TOPIC, new byte[] {1}));
    producer.commitTransaction();
  }
}
