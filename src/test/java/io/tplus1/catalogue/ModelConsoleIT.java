package io.tplus1.catalogue;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.KillableCluster;
import io.tplus1.broker.NewTopics;
import io.tplus1.config.Configuration;
import io.tplus1.serde.ModelCommand;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class ModelConsoleIT {
  @TempDir Path directory;

  /** Nobody knows whether a broker has it: given again, it might be carried out twice. */
  @Test
  @Timeout(300)
  void ask_noBrokerTakesTheCommand_asksToLookBeforeItIsGivenAgain() throws Exception {
    try (KillableCluster cluster = KillableCluster.start(directory, 0, Map.of())) {
      Map<String, Object> client = Map.of("bootstrap.servers", cluster.bootstrapServers());
      try (Admin admin = Admin.create(client)) {
        NewTopics.create(admin, new NewTopic("model-events", Map.of(0, List.of(1))));
        NewTopics.create(admin, new NewTopic("model-commands", Map.of(0, List.of(3))));
      }
      Configuration configuration =
          new Configuration(
              Map.of("bootstrap.servers", cluster.bootstrapServers(), "features", "a"));
      try (KafkaConsumer<byte[], byte[]> role =
              new KafkaConsumer<>(
                  Map.of(
                      "bootstrap.servers",
                      cluster.bootstrapServers(),
                      "group.id",
                      configuration.retrainApplicationId()),
                  new ByteArrayDeserializer(),
                  new ByteArrayDeserializer());
          ModelConsole console = new ModelConsole(configuration, Duration.ofSeconds(20))) {
        role.subscribe(List.of("model-events"));
        cluster.kill(3);
        await("a role")
            .ignoreExceptions()
            .until(
                () -> {
                  role.poll(Duration.ofMillis(100));
                  return !role.assignment().isEmpty();
                });

        assertThatThrownBy(
                () ->
                    console.ask(
                        ModelCommand.now(
                            ModelCommand.Kind.ROLLBACK, Optional.empty(), Clock.systemUTC())))
            .isInstanceOf(NoAnswerException.class)
            .hasMessageContaining("model-commands did not take the command ")
            .hasMessageContaining(" within 20 s, and may have it all the same: ask");
      }
    }
  }
}
