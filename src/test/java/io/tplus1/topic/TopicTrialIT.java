package io.tplus1.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether brokers would make topics. */
final class TopicTrialIT {
  @TempDir Path directory;

  private static TopicTrial trial(Admin admin, EmbeddedBroker broker, Duration longest) {
    return new TopicTrial(admin, new AdminAnswers(broker.bootstrapServers(), longest));
  }

  private static NewTopic topic(String name) {
    return new NewTopic(name, Optional.of(1), Optional.empty());
  }

  @Test
  void refusals_severalTopics_namesThoseThatBrokersWouldNotMakeAndMakesNone() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopics.create(admin, topic("there"));

      assertThat(
              trial(admin, broker, Duration.ofSeconds(30))
                  .refusals(
                      List.of(
                          topic("there"),
                          topic("new"),
                          topic("odd").configs(Map.of("cleanup.policy", "keep")),
                          new NewTopic("wide", 1, (short) 3))))
          .hasSize(2)
          .hasEntrySatisfying(
              "odd", why -> assertThat(why).isInstanceOf(InvalidConfigurationException.class))
          .hasEntrySatisfying(
              "wide", why -> assertThat(why).isInstanceOf(InvalidReplicationFactorException.class));

      assertThat(admin.listTopics(new ListTopicsOptions()).names().get()).containsExactly("there");
    }
  }

  /** No answer is no refusal, and no consent. */
  @Test
  void refusals_brokerThatIsGone_saysThatNobodyAnswered() {
    EmbeddedBroker broker = EmbeddedBroker.start(directory);
    // Closing it waits for as long.
    Map<String, Object> impatient =
        Map.of(
            "bootstrap.servers", broker.bootstrapServers(),
            "default.api.timeout.ms", 2_000,
            "request.timeout.ms", 1_000);
    try (Admin admin = Admin.create(impatient)) {
      TopicTrial trial = trial(admin, broker, Duration.ofSeconds(1));
      broker.close();

      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(() -> trial.refusals(List.of(topic("new"))))
          .withMessageContaining(" answered within 1 s");
    }
  }
}
