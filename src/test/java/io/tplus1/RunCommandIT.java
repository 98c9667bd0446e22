package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.instance.Watching;
import io.tplus1.rnn.keras.KerasSamples;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.tool.SystemTool;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicContracts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code tplus1 run} ends by itself, in a JVM of its own. */
final class RunCommandIT {
  @TempDir Path directory;
  private RunRig rig;

  @BeforeEach
  void prepare() {
    rig = new RunRig(directory);
  }

  @Test
  void run_brokersSilent_saysSoWithinAMinuteAndEnds1() throws Exception {
    // A port that takes connections and never answers is the worst case.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        MainProcess run =
            MainProcess.start(
                directory,
                "run",
                "--config",
                rig.write(rig.stream("127.0.0.1:" + silent.getLocalPort())).toString())) {
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
    StreamUnderTest stream = rig.stream("127.0.0.1:1");
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
              directory, "run", "--role", role, "--config", rig.write(stream).toString())) {
        await()
            .ignoreExceptions()
            .until(() -> !run.isAlive() || RunRig.get(port, "/health/live").statusCode() == 200);

        assertThat(run.isAlive()).as(run.err()).isTrue();
        assertThat(RunRig.get(port, "/health/ready").statusCode()).isEqualTo(503);
        assertThat(RunRig.get(port, "/health/ready").body()).contains("model.file");
        assertThat(run.err()).doesNotContainPattern("m\\.h5: N=");
      }
    }
  }

  /** It is due again at the next start, and whoever asked for it is not told that it failed. */
  @Test
  void run_forecastsFailWhileATrainingRuns_trainingHasNotFailed() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      StreamUnderTest stream = rig.stream(broker.bootstrapServers());
      int port = Watching.freePortFrom(28_380);
      RunRig.trainWithoutEnd(stream, port);
      stream.settings().put("producer.max.block.ms", "10000");
      try (MainProcess run = rig.startBoth(stream)) {
        RunRig.awaitTraining(run, stream, port);
        assertThat(RunRig.scrape(port)).contains("\ntplus1_retrain_lag_records ");

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

  /** Its place in the old topic is none in the new one. */
  @Test
  void run_modelsDeletedAndMadeAgain_stopsOnceAndStartsAgain() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      StreamUnderTest stream = rig.stream(broker.bootstrapServers());
      TopicContract models = TopicContracts.load().get("models").withName(stream.topic("models"));
      NewTopic topic =
          new NewTopic(models.name(), Optional.of(models.partitions()), Optional.empty())
              .configs(models.configs());
      NewTopics.create(admin, topic);
      byte[] any = "any".getBytes(UTF_8);
      TopicRecords.produce(
          broker.bootstrapServers(), List.of(new ProducerRecord<>(models.name(), any, any)));
      try (MainProcess run = rig.start(stream)) {
        RunRig.awaitRunning(run);
        admin.deleteTopics(List.of(models.name())).all().get();
        await()
            .ignoreExceptions()
            .until(() -> admin.createTopics(List.of(topic)).all().get() == null);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).containsPattern("(?m)^tplus1: the forecasts stopped: ");
      }
      try (MainProcess run = rig.start(stream)) {
        RunRig.awaitRunning(run);
        assertThat(run.isAlive()).as(run.err()).isTrue();
      }
    }
  }

  @Test
  void run_streamThreadFails_reasonAndExitCode1() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = rig.stream(broker.bootstrapServers());
      try (ForecastApplication application = stream.start(null)) {
        stream.produce(List.of(RunRig.vector(0, 1, 2)));
        stream.await("predictions", 1);
        assertThat(application.failure()).isNull();
      }
      stream.settings().put("features", "a");

      try (MainProcess run = rig.start(stream)) {
        stream.produce(List.of(RunRig.vector(1, 3)));

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
      StreamUnderTest stream = rig.stream(broker.bootstrapServers());
      try (ForecastApplication running = stream.start(null);
          MainProcess run = rig.start(stream)) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
            .containsPattern("(?m)^tplus1: .*" + stream.settings().get("state.dir"))
            .doesNotContain("please report it");
        stream.produce(List.of(RunRig.vector(0, 1, 2)));
        stream.await("predictions", 1);
        assertThat(running.failure()).isNull();
      }
    }
  }
}
