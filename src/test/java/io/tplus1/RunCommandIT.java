package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.BrokerProcess;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.instance.Watching;
import io.tplus1.rnn.keras.KerasSamples;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.tool.SystemTool;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicContracts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@code tplus1 run} ends, in a JVM of its own. */
final class RunCommandIT {
  /** Ten are promised, seven of them for brokers; a JVM takes some to end on a busy machine. */
  private static final Duration SOON = Duration.ofSeconds(15);

  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final Map<String, String> SETTINGS =
      Map.of("features", "a,b", "window.steps", "2", "history.minimum", "1");

  @TempDir Path directory;

  @Test
  void run_brokersSilent_saysSoWithinAMinuteAndEnds1() throws Exception {
    // A port that takes connections and never answers is the worst case.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        MainProcess run =
            MainProcess.start(
                directory,
                "run",
                "--config",
                write(stream("127.0.0.1:" + silent.getLocalPort())).toString())) {
      assertThat(run.exitCode(Duration.ofMinutes(1))).isEqualTo(1);
      assertThat(run.err())
          .contains(
              "tplus1: no broker of bootstrap.servers=127.0.0.1:%d answered within 30 s"
                  .formatted(silent.getLocalPort()))
          .doesNotContain("\tat ");
    }
  }

  /** Of a network of a thousand units over as many steps it takes minutes. */
  @Test
  void run_modelFileIsStillImported_isLiveAndSaysWhyItIsNotReady() throws Exception {
    StreamUnderTest stream = stream("127.0.0.1:1");
    int port = Watching.freePortFrom(28_480);
    stream.settings().put("http.port", Integer.toString(port));
    stream.settings().put("model.file", directory.resolve("m.h5").toString());
    Files.copy(KerasSamples.real("rnn_26"), directory.resolve("m.h5"));
    // Nobody writes to it, so whoever reads the scaling waits.
    SystemTool.require("--version", "mkfifo").run(directory, "m.scaling.json");
    for (String role : List.of("forecast", "retrain")) {
      stream.settings().put("http.retrain.port", Integer.toString(port));
      stream.settings().put("retrain.mode", "refresh");
      try (MainProcess run =
          MainProcess.start(
              directory, "run", "--role", role, "--config", write(stream).toString())) {
        await()
            .ignoreExceptions()
            .until(() -> !run.isAlive() || get(port, "/health/live").statusCode() == 200);

        assertThat(run.isAlive()).as(run.err()).isTrue();
        assertThat(get(port, "/health/ready").statusCode()).isEqualTo(503);
        assertThat(get(port, "/health/ready").body()).contains("model.file");
        assertThat(run.err()).doesNotContainPattern("m\\.h5: N=");
      }
    }
  }

  @Test
  void run_sigterm_committedAndGoneWithin10Seconds() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      try (MainProcess run = start(stream)) {
        awaitRunning(run);
        stream.produce(List.of(vector(0, 1, 2), vector(1, 3, 4)));
        stream.await("predictions", 2);

        long asked = System.nanoTime();
        run.terminate();

        assertThat(run.exitCode()).isEqualTo(143);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(SOON);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
            .contains("the forecasts: closed, everything committed")
            .doesNotContain("\tat ");
      }
      assertThat(stream.read("predictions")).hasSize(2);

      // A clean stop leaves nothing to restore: the window is read, not replayed.
      try (MainProcess run = start(stream)) {
        awaitRunning(run);
        stream.produce(List.of(vector(2, 5, 6)));
        stream.await("predictions", 3);
        assertThat(stream.await("scores", 2)).hasSize(2);
        assertThat(run.err()).doesNotContain("they are restored from the brokers");
        run.terminate();
        run.exitCode();
      }
      assertThat(stream.read("predictions")).hasSize(3);
    }
  }

  /** What a start has opened and not touched is not to be restored. */
  @Test
  void run_sigtermWhileItStarts_keepsTheStores() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      try (ForecastApplication application = stream.start(null)) {
        stream.produce(List.of(vector(0, 1, 2), vector(1, 3, 4)));
        stream.await("predictions", 2);
        assertThat(application.failure()).isNull();
      }
      try (MainProcess run = start(stream)) {
        await()
            .pollInterval(Duration.ofMillis(1))
            .until(() -> run.err().contains("the forecasts: CREATED -> REBALANCING"));

        run.terminate();

        assertThat(run.exitCode()).isEqualTo(143);
        assertThat(run.err())
            .contains("the forecasts: closed, everything committed")
            .doesNotContainPattern("(?m)^tplus1: ")
            .doesNotContain("\tat ");
      }
      try (MainProcess run = start(stream)) {
        awaitRunning(run);
        stream.produce(List.of(vector(2, 5, 6)));
        stream.await("predictions", 3);
        assertThat(run.err()).doesNotContain("they are restored from the brokers");
      }
    }
  }

  /** It is due again at the next start, and whoever asked for it is not told that it failed. */
  @Test
  void run_forecastsFailWhileATrainingRuns_trainingHasNotFailed() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      int port = Watching.freePortFrom(28_380);
      trainWithoutEnd(stream, port);
      stream.settings().put("producer.max.block.ms", "10000");
      try (MainProcess run = startBoth(stream)) {
        awaitTraining(run, stream, port);
        assertThat(scrape(port)).contains("\ntplus1_retrain_lag_records ");

        admin.deleteTopics(List.of(stream.topic("features"))).all().get();

        // A commit that was under way waits three times for max.block.ms, and so does the producer
        // that it leaves, for the minute that streams which failed have to close.
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
            .containsPattern("(?m)^tplus1: the forecasts stopped: ")
            .contains("the retraining: closed, everything committed");
      }
      assertThat(stream.read("model-events"))
          .extracting(record -> ModelEventSerde.read(record.value()).kind())
          .doesNotContain(ModelEvent.Kind.FAILED);
    }
  }

  private static void trainWithoutEnd(StreamUnderTest stream, int port) {
    stream.settings().put("http.port", Integer.toString(port));
    stream.settings().put("samples.rate", "all");
    stream.settings().put("retrain.mode", "retrain");
    stream.settings().put("retrain.first.samples", "10");
    stream.settings().put("retrain.time.limit", "1h");
    stream.settings().put("train.epochs", "100000");
    stream.settings().put("train.patience", "100000");
  }

  private static void awaitTraining(MainProcess run, StreamUnderTest stream, int port) {
    awaitBothRunning(run);
    List<SeriesVector> vectors = new ArrayList<>();
    for (int hour = 0; hour < 40; hour++) {
      vectors.add(vector(hour, hour % 5, hour % 3));
    }
    stream.produce(vectors);
    await()
        .until(
            () ->
                scrape(port).contains("tplus1_retrain_events_total{event=\"training_started\"} 1"));
  }

  /** Whoever stops it kills it after ten seconds, as Docker does, brokers or not. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void run_sigtermWhileATrainingRuns_goneWithin10Seconds(boolean brokersAnswer) throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(directory.resolve("broker"))) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      int port = Watching.freePortFrom(28_380);
      trainWithoutEnd(stream, port);
      try (MainProcess run = startBoth(stream)) {
        awaitTraining(run, stream, port);
        if (!brokersAnswer) {
          broker.pause();
        }

        long asked = System.nanoTime();
        run.terminate();

        assertThat(run.exitCode()).isEqualTo(143);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).as(run.err()).isLessThan(SOON);
        for (String part : List.of("the forecasts", "the retraining")) {
          assertThat(run.err())
              .contains(
                  part + (brokersAnswer ? ": closed, everything" : " did not close within 7 s;"));
        }
      } finally {
        broker.kill();
      }
    }
  }

  /** Its place in the old topic is none in the new one. */
  @Test
  void run_modelsDeletedAndMadeAgain_stopsOnceAndStartsAgain() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      TopicContract models = TopicContracts.load().get("models").withName(stream.topic("models"));
      NewTopic topic =
          new NewTopic(models.name(), Optional.of(models.partitions()), Optional.empty())
              .configs(models.configs());
      NewTopics.create(admin, topic);
      byte[] any = "any".getBytes(UTF_8);
      TopicRecords.produce(
          broker.bootstrapServers(), List.of(new ProducerRecord<>(models.name(), any, any)));
      try (MainProcess run = start(stream)) {
        awaitRunning(run);
        admin.deleteTopics(List.of(models.name())).all().get();
        await()
            .ignoreExceptions()
            .until(() -> admin.createTopics(List.of(topic)).all().get() == null);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).containsPattern("(?m)^tplus1: the forecasts stopped: ");
      }
      try (MainProcess run = start(stream)) {
        awaitRunning(run);
        assertThat(run.isAlive()).as(run.err()).isTrue();
      }
    }
  }

  private static String scrape(int port) throws IOException, InterruptedException {
    return get(port, "/metrics").body();
  }

  private static HttpResponse<String> get(int port, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Who stops leaves its place to the others; who is expected back keeps it. */
  @Test
  void run_sigterm_leavesTheGroupUnlessItIsExpectedBack() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      // So that whoever is gone is gone because it left.
      stream.settings().put("session.timeout.ms", "300000");
      stream.settings().put("retrain.mode", "refresh");
      for (int members : new int[] {0, 1}) {
        if (members > 0) {
          stream.settings().put("stop.leaves.group", "false");
        }
        try (MainProcess run = startBoth(stream)) {
          awaitBothRunning(run);
          run.terminate();
          assertThat(run.exitCode()).as(run.err()).isEqualTo(143);
        }
        assertThat(members(stream, "forecast")).isEqualTo(members);
        assertThat(members(stream, "retrain")).isEqualTo(members);
      }
    }
  }

  private static int members(StreamUnderTest stream, String role) throws Exception {
    String group = "run-" + role;
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", stream.settings().get("bootstrap.servers")))) {
      return admin
          .describeConsumerGroups(List.of(group))
          .describedGroups()
          .get(group)
          .get()
          .members()
          .size();
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(GroupIdNotFoundException.class);
      return 0;
    }
  }

  @Test
  void run_streamThreadFails_reasonAndExitCode1() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      try (ForecastApplication application = stream.start(null)) {
        stream.produce(List.of(vector(0, 1, 2)));
        stream.await("predictions", 1);
        assertThat(application.failure()).isNull();
      }
      stream.settings().put("features", "a");

      try (MainProcess run = start(stream)) {
        stream.produce(List.of(vector(1, 3)));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
            .containsPattern(
                "(?m)^tplus1: the forecasts stopped: .*was kept under other features, targets or"
                    + " words: .*, or reset it \\(src/site/upgrade.md, Changing a running application\\)$");
      }
    }
  }

  @Test
  void run_stateDirOfRunningInstance_oneSentenceAndEnds1() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      try (ForecastApplication running = stream.start(null);
          MainProcess run = start(stream)) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
            .containsPattern("(?m)^tplus1: .*" + stream.settings().get("state.dir"))
            .doesNotContain("please report it");
        stream.produce(List.of(vector(0, 1, 2)));
        stream.await("predictions", 1);
        assertThat(running.failure()).isNull();
      }
    }
  }

  @Test
  void run_bothRolesSigterm_bothCommittedAndGoneWithin10Seconds() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      stream.settings().put("retrain.mode", "refresh");
      stream.settings().put("http.port", Integer.toString(Watching.freePortFrom(28_280)));
      try (MainProcess run = startBoth(stream)) {
        awaitBothRunning(run);
        stream.produce(List.of(vector(0, 1, 2), vector(1, 3, 4)));
        stream.await("predictions", 2);

        long asked = System.nanoTime();
        run.terminate();

        assertThat(run.exitCode()).isEqualTo(143);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(SOON);
        assertThat(run.err())
            .contains("the forecasts: closed, everything committed")
            .contains("the retraining: closed, everything committed")
            .doesNotContain("Processing exception handler")
            .doesNotContain("\tat ");
      }
    }
  }

  private StreamUnderTest stream(String bootstrapServers) {
    return new StreamUnderTest(bootstrapServers, "run", directory.resolve("state"), SETTINGS);
  }

  private MainProcess start(StreamUnderTest stream) throws IOException {
    return MainProcess.start(directory, "run", "--config", write(stream).toString());
  }

  private MainProcess startBoth(StreamUnderTest stream) throws IOException {
    return MainProcess.start(
        directory, "run", "--role", "all", "--config", write(stream).toString());
  }

  private static void awaitRunning(MainProcess run) {
    await().until(() -> run.err().contains("REBALANCING -> RUNNING") || !run.isAlive());
  }

  private static void awaitBothRunning(MainProcess run) {
    await()
        .until(
            () ->
                !run.isAlive()
                    || (run.err().contains("the forecasts: REBALANCING -> RUNNING")
                        && run.err().contains("the retraining: REBALANCING -> RUNNING")));
  }

  private Path write(StreamUnderTest stream) throws IOException {
    return stream.write(Files.createTempFile(directory, "run", ".properties"));
  }

  private static SeriesVector vector(int hour, float... values) {
    return new SeriesVector(
        "s", new FeatureVector(START + Duration.ofHours(hour).toMillis(), values));
  }
}
