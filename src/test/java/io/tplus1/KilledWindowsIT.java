package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.fault.SmallMemtables;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.serde.Prediction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The application is killed: its windows are whole, and what of them lay on the disk is not read
 * from their changelog again.
 */
final class KilledWindowsIT {
  private static final int STEPS = 6;
  private static final int SERIES = 1_000;
  private static final int ROUNDS = 20;

  /** Event time at which the store of windows begins another span: half a retention. */
  private static final long SPAN_MS = 150_000L * 11_333_333;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
  void kill9_rowsOfAnOlderSpanNotOnDisk_windowsAreWholeAndMostAreKept(String guarantee)
      throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream =
          new StreamUnderTest(
              broker.bootstrapServers(),
              "least",
              directory.resolve("state"),
              Map.ofEntries(
                  Map.entry("features", "a,b"),
                  Map.entry("window.steps", Integer.toString(STEPS)),
                  Map.entry("history.minimum", "1"),
                  Map.entry("window.max.age", "200s"),
                  Map.entry("max.lateness", "100s"),
                  Map.entry("time.max.ahead", "off"),
                  Map.entry("topics.features.partitions", "1"),
                  Map.entry("processing.guarantee", guarantee),
                  Map.entry("commit.interval.ms", "200"),
                  Map.entry("rocksdb.config.setter", SmallMemtables.class.getName())));
      Path config = stream.write(directory.resolve("least.properties"));
      try (MainProcess killed =
          MainProcess.start(directory, "run", "--config", config.toString())) {
        awaitTopics(stream);
        stream.produce(before());
        stream.await("predictions", STEPS - 1);
        for (int round = 0; round < ROUNDS; round++) {
          stream.produce(round(round));
          stream.await("predictions", STEPS - 1 + (round + 1) * SERIES);
        }
        killed.kill();
      }

      try (LogCapture log = LogCapture.of("org.apache.kafka.streams", Level.INFO);
          ForecastApplication application = stream.start(null)) {
        stream.produce(List.of(vector("s", SPAN_MS + 21_000)));
        // Not so many in all: what was not committed before the kill is forecast again.
        Prediction last =
            Awaitility.await("the last forecast")
                .pollInterval(Duration.ofMillis(200))
                .until(
                    () ->
                        stream.read("predictions").stream()
                            .map(stream::prediction)
                            .filter(one -> one.key().equals("s") && one.timeMs() > SPAN_MS)
                            .findFirst(),
                    Optional::isPresent)
                .orElseThrow();

        assertThat(last.receipt().orElseThrow().window().steps()).isEqualTo(STEPS);
        assertThat(application.failure()).isNull();
        assertThat(offsets(log)).isNotEmpty().allMatch(offset -> offset > ROUNDS * SERIES / 2);
      }
    }
  }

  /** From which offsets Kafka Streams say that they read the windows' changelog. */
  private static List<Long> offsets(LogCapture log) {
    Pattern line = Pattern.compile(".*State store vectors initialized .* with offset (\\d+) at.*");
    return log.messages().stream()
        .map(line::matcher)
        .filter(Matcher::matches)
        .map(matcher -> Long.valueOf(matcher.group(1)))
        .toList();
  }

  private static void awaitTopics(StreamUnderTest stream) {
    Awaitility.await().ignoreExceptions().until(() -> stream.read("features") != null);
  }

  /** All of a window but its newest row. */
  private static List<SeriesVector> before() {
    List<SeriesVector> vectors = new ArrayList<>();
    for (int step = STEPS - 1; step > 0; step--) {
      vectors.add(vector("s", SPAN_MS - step * 10_000L));
    }
    return vectors;
  }

  /** So many rows of other series that the newest span is written to the disk. */
  private static List<SeriesVector> round(int round) {
    List<SeriesVector> vectors = new ArrayList<>();
    for (int series = 0; series < SERIES; series++) {
      vectors.add(vector("other-" + series, SPAN_MS + 1_000L * (round + 1)));
    }
    return vectors;
  }

  private static SeriesVector vector(String series, long timeMs) {
    return new SeriesVector(series, new FeatureVector(timeMs, new float[] {1, 2}));
  }
}
