package io.tplus1.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.Waits;
import io.tplus1.broker.TopicRecords;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.topology.ForecastListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Roles that run side by side, on a real broker. The side topology here only hands on commands. */
final class RolesIT {

  @RegisterExtension static final StreamsOnABroker BROKER = new StreamsOnABroker();

  private StreamUnderTest stream;

  @BeforeEach
  void name(TestInfo test) {
    stream =
        BROKER.stream(test, Map.of("features", "a,b", "window.steps", "2", "history.minimum", "1"));
  }

  /** Hands commands on as events; one that says so makes it fail. */
  private static final class Echo extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    @Override
    public void process(Record<byte[], byte[]> record) {
      if (new String(record.value(), UTF_8).equals("fail")) {
        throw new IllegalStateException("it was told to");
      }
      context().forward(record);
    }
  }

  private Topology echo() {
    Topology topology = new Topology();
    topology.addSource(
        "commands",
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        stream.topic("model-commands"));
    topology.addProcessor("echo", Echo::new, "commands");
    topology.addSink(
        "events",
        stream.topic("model-events"),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        "echo");
    return topology;
  }

  private ForecastApplication start(Role role) {
    Configuration configuration = stream.configuration();
    ForecastApplication application =
        StartedApplication.of(
            configuration,
            stream.schema(),
            configuration.registry(stream.schema()),
            role,
            ForecastListener.NONE,
            this::echo);
    await("running")
        .until(() -> StartedApplication.state(application) == KafkaStreams.State.RUNNING);
    return application;
  }

  private void vector(int minute) {
    stream.produce(
        List.of(
            new SeriesVector("s", new FeatureVector(60_000L * minute, new float[] {minute, 1}))));
  }

  private void command(String text) {
    TopicRecords.produce(
        BROKER.bootstrapServers(),
        List.of(
            new ProducerRecord<>(
                stream.topic("model-commands"), "default".getBytes(UTF_8), text.getBytes(UTF_8))));
  }

  @Test
  void start_all_bothRunAndCloseWithEverythingCommitted() throws Exception {
    try (ForecastApplication both = start(Role.ALL)) {
      vector(0);
      command("go");
      stream.await("predictions", 1);
      stream.await("model-events", 1);
      assertThat(both.complaint()).isEmpty();
    }
    assertThat(Path.of(stream.settings().get("state.dir"), "instance-id")).isRegularFile();
    assertThat(Path.of(stream.settings().get("state.dir"), "retrain", "instance-id"))
        .isRegularFile();

    // As two processes on the same folder, too.
    try (ForecastApplication one = start(Role.FORECAST);
        ForecastApplication other = start(Role.RETRAIN)) {
      vector(1);
      command("go");
      assertThat(stream.await("predictions", 2)).hasSize(2);
      assertThat(stream.await("model-events", 2)).hasSize(2);
      assertThat(one.complaint()).isEmpty();
      assertThat(other.complaint()).isEmpty();
    }
  }

  @Test
  void start_retrainAlone_makesNoTopicOfTheForecasts() throws Exception {
    try (ForecastApplication application = start(Role.RETRAIN);
        Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.bootstrapServers()))) {
      command("go");
      stream.await("model-events", 1);

      assertThat(admin.listTopics().names().get())
          .contains(stream.topic("training-samples"), stream.topic("models"))
          .doesNotContain(
              stream.topic("features"),
              stream.topic("predictions"),
              stream.topic("scores"),
              stream.topic("features-dlq"));
      assertThat(application.failure()).isNull();
    }
    assertThat(Files.exists(Path.of(stream.settings().get("state.dir"), "instance-id"))).isFalse();
  }

  @Test
  void awaitEnd_onePartFails_endsAndSaysWhich() throws Exception {
    try (ForecastApplication application = start(Role.ALL)) {
      command("fail");

      assertThat(application.awaitEnd(Waits.LONG)).isTrue();

      assertThat(application.complaint().orElseThrow())
          .startsWith("the retraining stopped: ")
          .endsWith("it was told to");
    }
  }
}
