package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.TopicRecords;
import io.tplus1.config.Configuration;
import io.tplus1.demo.StormTracks;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.StreamUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo as a user starts it, in a JVM of its own, again and again on one folder. */
final class DemoIT {
  /** In which a demo ends that is asked to, also beside other work: it waits 30 s itself. */
  private static final Duration SOON = Duration.ofSeconds(40);

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static Path folder;

  /** What the first start, of 15 seconds, printed and left behind. */
  private static List<String> firstOut;

  private static int firstExitCode;
  private static List<ConsumerRecord<byte[], byte[]>> firstFeatures;
  private static List<ConsumerRecord<byte[], byte[]>> firstPredictions;

  @BeforeAll
  static void firstStart() throws Exception {
    folder = directory.resolve("demo");
    try (MainProcess demo = start("--for", "15s", "--speed", "200", "--json")) {
      firstExitCode = demo.exitCode();
      firstOut = demo.out();
      assertThat(demo.err()).contains(folder.toString()).doesNotContain("Exception");
    }
    firstFeatures = read("features");
    firstPredictions = read("predictions");
  }

  @Test
  void firstStart_for15Seconds_jsonLinesSummaryAndExitCode0() throws Exception {
    assertThat(firstExitCode).isZero();
    // A busy machine may leave seconds out.
    assertThat(firstOut.size()).isBetween(2, 16);
    int second = 0;
    for (String line : firstOut.subList(0, firstOut.size() - 1)) {
      assertThat(JSON.readTree(line).get("second").intValue()).isGreaterThan(second);
      second = JSON.readTree(line).get("second").intValue();
    }
    JsonNode summary = summary(firstOut);
    assertThat(summary.get("deadLettered").longValue()).isZero();
    assertThat(summary.get("scored").longValue()).isPositive();
    assertThat(summary.get("perSecond").doubleValue()).isBetween(50.0, 550.0);
    for (String feature : List.of("lat", "long", "wind", "pressure")) {
      assertThat(summary.get("rmse").get(feature).doubleValue())
          .as(feature)
          .isPositive()
          .isLessThan(summary.get("persistenceRmse").get(feature).doubleValue());
    }
  }

  @Test
  void firstStart_all_forecastsAreThoseOfWhatWasProduced() throws Exception {
    Configuration configuration = TracksOnTopic.configuration();
    NaiveWindows windows =
        new NaiveWindows(configuration.windows().steps(), configuration.windows().maxAge());
    StormTracks tracks = StormTracks.load(configuration.csv(), configuration.schema());
    Map<String, Integer> partitions = new HashMap<>();
    firstFeatures.forEach(one -> partitions.put(StreamUnderTest.key(one), one.partition()));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < firstFeatures.size(); i++) {
      SeriesVector vector = tracks.at(i);
      if (windows.put(vector) && windows.window(vector.series()).steps() > 1) {
        expected.add(
            forecast(partitions.get(vector.series()), vector.series(), vector.vector().timeMs()));
      }
    }
    List<String> found = new ArrayList<>();
    firstPredictions.forEach(
        one -> found.add(forecast(one.partition(), StreamUnderTest.key(one), one.timestamp())));

    assertThat(firstFeatures.size()).isBetween(500, 500 * 16);
    // What a busy machine was not waited for, the next start forecasts: it is a partition's last.
    for (int partition : Set.copyOf(partitions.values())) {
      assertThat(of(partition, expected)).startsWith(of(partition, found).toArray(String[]::new));
    }
    assertThat(found.size()).isBetween(1, expected.size());
    // The summary waits for what is under way, and on a busy machine not for ever.
    assertThat(summary(firstOut).get("forecasts").intValue()).isBetween(1, found.size());
  }

  private static String forecast(int partition, String series, long timeMs) {
    return "%d: %s %d".formatted(partition, series, timeMs);
  }

  private static List<String> of(int partition, List<String> forecasts) {
    return forecasts.stream().filter(one -> one.startsWith(partition + ": ")).toList();
  }

  /** As a person starts it, whose output goes into a file here. */
  @Test
  void start_withoutJson_saysWhereToLookALineASecondAndASummary() throws Exception {
    try (MainProcess demo = start("--for", "4s", "--speed", "200")) {
      assertThat(demo.exitCode()).as(demo.err()).isZero();

      List<String> out = demo.out();
      assertThat(out.get(0)).isEqualTo("Data folder: " + folder.toAbsolutePath());
      assertThat(out.get(1)).matches("Broker: \\S+:\\d+ \\(Kafka, in this process\\)");
      assertThat(out.get(2)).matches("Dashboard: http://localhost:\\d+/");
      assertThat(out.get(3)).isEqualTo("Model: %s, trained at the first start", model());
      assertThat(out.get(4)).matches("Streaming [0-9,]+ positions of storms, 200 a second; .*");
      // A busy machine may leave seconds out, the first too, and forecast little in the others.
      assertThat(out).anyMatch(line -> line.matches(" +[1-4] s  [0-9,]+ forecasts, .*/s.*"));
      assertThat(out).anyMatch(line -> line.matches("[0-9,]+ forecasts, .* forecasts/s"));
      assertThat(out)
          .filteredOn(line -> line.matches("(lat|long|wind|pressure)( +[0-9.NaN]+){3}"))
          .hasSize(4);
      assertThat(demo.err()).isEmpty();
    }
  }

  private static Path model() {
    return folder.resolve("model.zip");
  }

  @Test
  void start_outputThatTakesNothing_endsAndSaysSo() throws Exception {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    String[] line = {"demo", "--json", "--for", "10m", "--data-dir", folder.toString()};

    try (MainProcess demo = MainProcess.start(directory, full, line)) {
      assertThat(demo.exitCode()).isEqualTo(1);
      assertThat(demo.err()).contains("the output could not be written to its end");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SIGTERM", "SIGINT"})
  void stop_bySignal_summaryAndNextStartGoesOnWhereItStopped(String signal) throws Exception {
    int before = read("features").size();
    try (MainProcess demo = start("--speed", "400", "--json")) {
      await().until(() -> demo.out().size() >= 4 || !demo.isAlive());
      if (signal.equals("SIGTERM")) {
        demo.terminate();
      } else {
        demo.interrupt();
      }

      assertThat(demo.exitCode(SOON)).isEqualTo(signal.equals("SIGTERM") ? 143 : 130);
      assertThat(summary(demo.out()).get("forecasts").longValue()).isPositive();
      assertThat(demo.err()).contains("trained at the first start").doesNotContain("Exception");
    }

    List<ConsumerRecord<byte[], byte[]>> features = read("features");
    assertThat(features.size()).isGreaterThan(before + 1_000);
    TracksOnTopic.assertPrefix(features);
  }

  /** As `run` says it. */
  @Test
  void start_retrainingFails_saysWhichPartStoppedAndEnds1() throws Exception {
    try (MainProcess demo = start("--speed", "400", "--json")) {
      await().until(() -> demo.out().size() >= 2 || !demo.isAlive());
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker(demo)))) {
        admin.deleteTopics(List.of("model-commands")).all().get();
      }

      assertThat(demo.exitCode()).isEqualTo(1);
      assertThat(demo.err()).containsPattern("(?m)^tplus1: the retraining stopped: ");
    }
  }

  /** Else it would show that nothing comes, for good, and nobody would know why. */
  @Test
  void start_positionThatTheBrokerRefuses_saysWhyAndEnds1() throws Exception {
    Path refusing = Files.createDirectories(directory.resolve("refusing"));
    Files.copy(model(), refusing.resolve("model.zip"));
    String[] line = {"demo", "--speed", "400", "--json", "--data-dir", refusing.toString()};
    try (MainProcess demo = MainProcess.start(directory, line)) {
      await().until(() -> demo.out().size() >= 2 || !demo.isAlive());
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker(demo)))) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "features");
        ConfigEntry none = new ConfigEntry("max.message.bytes", "1");
        AlterConfigOp set = new AlterConfigOp(none, AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get();

        assertThat(demo.exitCode()).isEqualTo(1);
        assertThat(demo.err())
            .containsPattern("(?m)^tplus1: the storms' positions go on no more: .*larger than");
        assertThat(summary(demo.out()).get("forecasts").longValue()).isPositive();
      }
    }
  }

  private static String broker(MainProcess demo) throws IOException {
    Matcher broker = Pattern.compile("(?m)^Broker: (\\S+)").matcher(demo.err());
    assertThat(broker.find()).isTrue();
    return broker.group(1);
  }

  @Test
  void stop_whileTraining_endsWithinSecondsAndLeavesNoModel() throws Exception {
    folder = directory.resolve("untrained");
    try (MainProcess demo = start("--json")) {
      await().until(() -> demo.err().contains("epoch 2/") || !demo.isAlive());
      demo.interrupt();

      assertThat(demo.exitCode(SOON)).isEqualTo(130);
      assertThat(demo.out()).isEmpty();
      assertThat(demo.err()).contains("Stopped while it was training").doesNotContain("Exception");
      assertThat(folder.resolve("model.zip")).doesNotExist();
    } finally {
      folder = directory.resolve("demo");
    }
  }

  @Test
  void start_folderOfRunningBroker_oneSentence() throws Exception {
    Path taken = Files.createDirectories(directory.resolve("taken"));
    Path broker = taken.resolve("broker");
    try (EmbeddedBroker running = EmbeddedBroker.start(broker);
        MainProcess demo =
            MainProcess.start(directory, "demo", "--json", "--data-dir", taken.toString())) {
      assertThat(demo.exitCode()).isEqualTo(1);
      assertThat(demo.err())
          .contains("tplus1: " + broker.toAbsolutePath() + " belongs to a running broker")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void start_dataDirIsNoFolder_oneSentence() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    try (MainProcess demo =
        MainProcess.start(directory, "demo", "--json", "--data-dir", file.toString())) {
      assertThat(demo.exitCode()).isEqualTo(1);
      assertThat(demo.err()).endsWith("tplus1: " + file + " is not a folder\n");
      assertThat(demo.out()).isEmpty();
    }
  }

  private static JsonNode summary(List<String> out) throws JsonProcessingException {
    JsonNode summary = JSON.readTree(out.get(out.size() - 1));
    assertThat(summary.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "forecasts",
            "scored",
            "deadLettered",
            "perSecond",
            "trainings",
            "promotions",
            "rejections",
            "rollbacks",
            "rmse",
            "persistenceRmse");
    return summary;
  }

  private static MainProcess start(String... options) {
    List<String> arguments = new ArrayList<>(List.of("demo", "--data-dir", folder.toString()));
    arguments.addAll(List.of(options));
    return MainProcess.start(directory, arguments.toArray(String[]::new));
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(directory.resolve("demo").resolve("broker"))) {
      return TopicRecords.readCommitted(broker.bootstrapServers(), topic);
    }
  }
}
