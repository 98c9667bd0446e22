package io.tplus1.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.TopicRecords;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance knows of its models from their topic. */
final class ModelLogIT {
  private static final int FAILURES = 700;
  private static final String EVENTS = "tplus1.model.events";

  @TempDir Path directory;

  /** An alert counts what is added: to count the past up would be to add it. */
  @Test
  void refresh_logThatCatchesUp_metersComeWithThePastInThem() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    ModelMeters meters = new ModelMeters(new MeterRegistrar(registry));
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
      createTopic(client);
      fail(broker, FAILURES);

      try (ModelLog log = new ModelLog(client, "events", "default")) {
        await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(1))
            .until(
                () -> {
                  meters.refresh(log);
                  FunctionCounter found =
                      registry.find(EVENTS).tag("kind", "failed").functionCounter();
                  // Whenever it is seen, all of it is.
                  assertThat(found == null ? FAILURES : found.count()).isEqualTo(FAILURES);
                  return found != null;
                });
      }
    }
  }

  @Test
  void read_topicThatComesLater_isReadFromThenOn() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (ModelLog log = new ModelLog(client, "events", "default")) {
        await().atMost(Duration.ofSeconds(60)).until(ModelLogIT::hasLookedInVain);
        createTopic(client);
        fail(broker, 3);

        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertThat(log.count(ModelEvent.Kind.FAILED)).isEqualTo(3));
        assertThat(log.isCaughtUp()).isTrue();
        assertThat(log.trainingSeconds()).isEqualTo(6);
      }
    }
  }

  private static boolean hasLookedInVain() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().equals("model-events"))
        .flatMap(thread -> Arrays.stream(thread.getValue()))
        .anyMatch(frame -> frame.getMethodName().equals("pause"));
  }

  private static void createTopic(Map<String, Object> client) throws Exception {
    try (Admin admin = Admin.create(client)) {
      admin.createTopics(List.of(new NewTopic("events", 1, (short) 1))).all().get();
    }
  }

  /** The event that one training answers each of several commands with. */
  @Test
  void count_trainingThatAnswersThreeCommands_isOne() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
      createTopic(client);
      fail(broker, 1);
      fail(broker, 2, Map.of());
      try (ModelLog log = new ModelLog(client, "events", "default")) {
        await().atMost(Duration.ofSeconds(60)).until(log::isCaughtUp);

        assertThat(log.newest()).hasSize(3);
        assertThat(log.count(ModelEvent.Kind.FAILED)).isEqualTo(1);
        assertThat(log.trainingSeconds()).isEqualTo(2);
      }
    }
  }

  private static void fail(EmbeddedBroker broker, int times) throws Exception {
    fail(broker, times, Map.of("seconds", 2.));
  }

  private static void fail(EmbeddedBroker broker, int times, Map<String, Double> figures)
      throws Exception {
    ModelEvent failed =
        new ModelEvent(
            ModelEvent.Kind.FAILED,
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "of old",
            figures);
    byte[] event = new ModelEventSerde().serializer().serialize("", failed);
    TopicRecords.produce(
        broker.bootstrapServers(),
        Collections.nCopies(
            times, new ProducerRecord<>("events", "default".getBytes(UTF_8), event)));
  }
}
