package io.tplus1.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.LogCapture;
import io.tplus1.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.internals.PartitionLeaderStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waiting for who leads the partitions of topics that were just made. */
final class TopicLeadersIT {
  @TempDir Path directory;

  /** Kafka's client gives a topic up of which the broker that it asked has not heard. */
  @Test
  void awaitLeaders_brokerHasNotHeardOfATopic_isAskedAgain() throws Exception {
    TopicContract late = TopicContracts.load().get(TopicContracts.FEATURES);
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        LogCapture lines = LogCapture.of(PartitionLeaderStrategy.class)) {
      AdminAnswers answers = new AdminAnswers(broker.bootstrapServers(), Duration.ofSeconds(30));
      TopicMaker maker =
          new TopicMaker(
              admin,
              new ClusterTopics(admin, answers),
              answers,
              () -> new KafkaCommands(broker.bootstrapServers(), false));
      CompletableFuture<Void> awaited =
          CompletableFuture.runAsync(() -> maker.awaitLeaders(List.of(late)));
      await().until(() -> !lines.events().isEmpty());
      assertThat(awaited).isNotDone();

      NewTopic topic = new NewTopic(late.name(), late.partitions(), (short) 1);
      admin.createTopics(List.of(topic)).all().get();

      assertThat(awaited).succeedsWithin(Duration.ofMinutes(1));
    }
  }
}
