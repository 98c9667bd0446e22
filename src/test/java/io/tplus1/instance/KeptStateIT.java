package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.tplus1.LogCapture;
import io.tplus1.Waits;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.serde.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KafkaStreams;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of kept state when an application fails, or starts with other settings. */
final class KeptStateIT {
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  @RegisterExtension static final StreamsOnABroker BROKER = new StreamsOnABroker();

  /** Every test has topics and a state of its own. */
  private StreamUnderTest stream;

  @BeforeEach
  void name(TestInfo test) {
    stream =
        BROKER.stream(
            test,
            Map.of(
                "features", "a,b",
                "window.steps", "4",
                "history.minimum", "1",
                "time.max.ahead", "off"));
  }

  @Test
  void close_failedBeforeItsStoresWereTouched_storesKept() throws Exception {
    stream.settings().put("session.timeout.ms", "2000"); // brokers allow no less than 6 s
    stream.settings().put("heartbeat.interval.ms", "500");

    try (ForecastApplication application = stream.start(null)) {
      assertThat(application.awaitEnd(Waits.LONG)).isTrue();
      assertThat(application.failure()).isNotNull();
    }

    // By this file the next start would throw them away.
    String id = stream.configuration().forecastApplicationId();
    assertThat(
            BROKER
                .directory()
                .resolve(stream.settings().get("application.id"))
                .resolve(id + ".open"))
        .doesNotExist();
  }

  @Test
  void start_schemaChangedUnderKeptState_endsAndSaysWhy() throws Exception {
    List<SeriesVector> spoken = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      spoken.add(vector("series-" + i % 8, i));
    }
    try (ForecastApplication first = stream.start(null)) {
      stream.produce(spoken);
      stream.await("predictions", 16);
      assertThat(first.failure()).isNull();
    }
    stream.settings().put("features", "b,a");

    // No vector comes: what is kept says it by itself.
    try (ForecastApplication second = stream.start(null)) {
      assertThat(second.awaitEnd(Waits.LONG)).isTrue();
      assertThat(second.failure()).hasRootCauseInstanceOf(SerializationException.class);
      assertThat(second.complaint().orElseThrow())
          .contains("the forecasts stopped: ")
          .contains("was kept under other features, targets or words")
          .contains("or give the application another application.id, or reset it");
    }
    stream.settings().put("features", "a,b");

    try (ForecastApplication third = stream.start(null)) {
      stream.produce(List.of(vector("series-0", 16)));
      assertThat(stream.await("predictions", 17)).hasSize(17);
      assertThat(third.failure()).isNull();
    }
  }

  /** One series and more partitions, as whoever begins has them. */
  @Test
  void start_partitionsWithoutVectorsClosedWell_noneIsTakenForCorrupted() throws Exception {
    try (ForecastApplication first = stream.start(null)) {
      stream.produce(List.of(vector("series", 0)));
      stream.await("predictions", 1);
      awaitRunning(first);
    }
    Path stores =
        Path.of(stream.settings().get("state.dir"))
            .resolve(stream.configuration().forecastApplicationId());
    for (String task : List.of("0_0", "0_1", "0_2", "0_3")) {
      assertThat(stores.resolve("kept").resolve(task).resolve("vectors")).isNotEmptyDirectory();
    }
    assertThat(Path.of(stores + ".open"))
        .as("mark of an instance that did not close")
        .doesNotExist();

    try (LogCapture log = LogCapture.of("org.apache.kafka.streams", Level.WARN);
        ForecastApplication second = stream.start(null)) {
      stream.produce(List.of(vector("series", 1)));
      stream.await("predictions", 2);
      awaitRunning(second);
      assertThat(log.messages()).noneMatch(line -> line.contains("corrupt"));
    }
  }

  /** It has no offset yet, as those have that were not closed, and is restored alone. */
  @Test
  void start_storeIsAdded_othersAreKept() throws Exception {
    try (ForecastApplication first = stream.start(null)) {
      stream.produce(List.of(vector("series", 0), vector("series", 1)));
      stream.await("predictions", 2);
      awaitRunning(first);
    }
    Path task =
        Path.of(stream.settings().get("state.dir"))
            .resolve(stream.configuration().forecastApplicationId())
            .resolve("0_1");
    Path mark = Files.createFile(task.resolve("of-before"));
    stream.settings().put("interval.pool", "true");

    for (int vectors = 3; vectors <= 4; vectors++) {
      try (LogCapture log = LogCapture.of("org.apache.kafka.streams", Level.WARN);
          ForecastApplication later = stream.start(null)) {
        stream.produce(List.of(vector("series", vectors - 1)));
        Prediction last = stream.prediction(stream.await("predictions", vectors).get(vectors - 1));
        assertThat(last.receipt().orElseThrow().window().steps()).isEqualTo(vectors);
        awaitRunning(later);
        assertThat(log.messages()).noneMatch(line -> line.contains("corrupt"));
      }
      assertThat(mark).as("a file of a task that nobody threw away").exists();
      assertThat(task.resolve("rocksdb/pool")).isDirectory();
    }
  }

  private static void awaitRunning(ForecastApplication application) {
    Awaitility.await("all partitions")
        .until(() -> StartedApplication.state(application) == KafkaStreams.State.RUNNING);
  }

  private static SeriesVector vector(String key, int minute) {
    long timeMs = START.plus(Duration.ofMinutes(minute)).toEpochMilli();
    return new SeriesVector(key, new FeatureVector(timeMs, new float[] {minute, -minute}));
  }
}
