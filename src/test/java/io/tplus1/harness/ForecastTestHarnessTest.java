package io.tplus1.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.tplus1.LogCapture;
import io.tplus1.TestSettings;
import io.tplus1.feature.FeatureVector;
import io.tplus1.model.Forecaster;
import io.tplus1.model.LastValue;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.Prediction;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.SmallArtifacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForecastTestHarnessTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Map<String, String> SETTINGS = Map.of("features", "x", "window.steps", "2");

  /** Two builds on one machine, or two tests of one build, must not meet in a folder. */
  @Test
  void constructor_twoAtOnce_haveStateOfTheirOwn() {
    try (var one = new ForecastTestHarness(SETTINGS);
        var two = new ForecastTestHarness(SETTINGS)) {
      one.push("k", T0, 1);
      two.push("k", T0, 2);

      assertThat(one.window("k"))
          .containsExactly(new FeatureVector(T0.toEpochMilli(), new float[] {1}));
      assertThat(two.window("k"))
          .containsExactly(new FeatureVector(T0.toEpochMilli(), new float[] {2}));
    }
  }

  @Test
  void close_stateDirOfAnApplicationThatRuns_leavesWhatIsThere(@TempDir Path folder)
      throws Exception {
    Path global = Files.createDirectories(folder.resolve("tplus1-forecast").resolve("global"));
    Path stored = Files.writeString(global.resolve("models"), "of the application");
    for (String store : List.of("memory", "rocksdb")) {
      try (var harness =
          new ForecastTestHarness(
              Map.of(
                  "features",
                  "x",
                  "window.steps",
                  "1",
                  "window.store",
                  store,
                  "state.dir",
                  folder.toString()))) {
        harness.push("k", T0, 1);
      }
      assertThat(stored).as("with %s", store).exists();
    }
  }

  /** A file of production may name a folder of production. */
  @Test
  void constructor_stateDirSet_isLeftAlone(@TempDir Path folder) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("state.dir", folder.toString());
    try (var one = new ForecastTestHarness(settings);
        var two = new ForecastTestHarness(settings)) {
      one.push("k", T0, 1);
      two.push("k", T0, 2);

      assertThat(one.window("k")).hasSize(1);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void constructor_wrongSetting_isRefused() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new ForecastTestHarness(Map.of("features", "x", "window.step", "2")))
        .withMessageContaining("window.steps");
  }

  @Test
  void window_moreThanNVectors_isTheLastNYoungEnough() {
    try (var harness =
        new ForecastTestHarness(
            Map.of("features", "x", "window.steps", "2", "window.max.age", "10s"))) {
      assertThat(harness.window("k")).isEmpty();
      for (int i = 0; i < 3; i++) {
        harness.push("k", T0.plusSeconds(i), i);
      }
      assertThat(harness.window("k")).extracting(v -> v.values()[0]).containsExactly(1f, 2f);

      harness.push("k", T0.plusSeconds(12), 9);
      assertThat(harness.window("k")).extracting(v -> v.values()[0]).containsExactly(2f, 9f);
      harness.push("k", T0.plusSeconds(60), 10);
      assertThat(harness.window("k")).extracting(v -> v.values()[0]).containsExactly(10f);
    }
  }

  @Test
  void window_gapBeyondTheLimit_beginsBehindIt() {
    try (var harness =
        new ForecastTestHarness(
            Map.of(
                "features", "x",
                "window.steps", "3",
                "gap.fill", "last",
                "gap.limit", "2",
                "step.interval", "1s"))) {
      harness.push("k", T0, 1);
      harness.push("k", T0.plusSeconds(10), 2);
      harness.push("k", T0.plusSeconds(11), 3);

      assertThat(harness.window("k")).extracting(v -> v.values()[0]).containsExactly(2f, 3f);
    }
  }

  @Test
  void command_replayOfYearsAgo_leavesItsTimeAlone() {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("retrain.mode", "refresh");
    Instant then = Instant.parse("1975-06-27T00:00:00Z");
    try (var harness = ForecastTestHarness.ofReplay(settings, Map.of())) {
      for (int i = 0; i < 20; i++) {
        if (i == 10) {
          harness.command(new ModelCommand("1", ModelCommand.Kind.RETRAIN, Optional.empty(), 0));
        }
        harness.push("k", then.plusSeconds(60L * i), i);
      }

      assertThat(harness.deadLetters()).isEmpty();
      assertThat(harness.predictions()).hasSize(19);
    }
  }

  @Test
  void window_timesNearZero_areFound() {
    try (var harness = new ForecastTestHarness(SETTINGS)) {
      harness.push("k", Instant.EPOCH, 1);
      harness.push("k", Instant.ofEpochMilli(1), 2);

      assertThat(harness.window("k")).extracting(FeatureVector::timeMs).containsExactly(0L, 1L);
    }
  }

  @Test
  void window_farthestTime_isFound() {
    try (var harness =
        new ForecastTestHarness(
            Map.of("features", "x", "window.steps", "2", "time.max.ahead", "off"))) {
      harness.push("k", Instant.ofEpochMilli(Long.MAX_VALUE - 5), 1);
      harness.push("k", Instant.ofEpochMilli(Long.MAX_VALUE), 2);

      assertThat(harness.window("k"))
          .extracting(FeatureVector::timeMs)
          .containsExactly(Long.MAX_VALUE - 5, Long.MAX_VALUE);
      assertThat(harness.predictions())
          .singleElement()
          .satisfies(
              prediction ->
                  assertThat(prediction.targetTimesMs()).containsExactly(Prediction.UNKNOWN_TIME));
    }
  }

  @Test
  void window_retentionOfCenturies_works() {
    try (var harness =
        new ForecastTestHarness(
            Map.of("features", "x", "window.steps", "2", "window.retention", "109575d"))) {
      harness.push("k", T0, 1);
      harness.push("k", T0.plusSeconds(1), 2);

      assertThat(harness.window("k")).hasSize(2);
      assertThat(harness.predictions()).hasSize(1);
    }
  }

  @Test
  void advanceWallClock_movesTheClockThatJudgesTheFuture() {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("time.max.ahead", "1h");
    try (var harness = new ForecastTestHarness(settings)) {
      harness.push("k", T0.plusSeconds(3_601), 1);
      assertThat(harness.deadLetters()).hasSize(1);

      harness.advanceWallClock(Duration.ofMillis(1_500));
      harness.push("k", T0.plusSeconds(3_601), 1);

      assertThat(harness.deadLetters()).isEmpty();
      assertThat(harness.window("k")).hasSize(1);
      assertThat(harness.counters().deadLetters()).isEqualTo(1);
      assertThat(harness.counters().events(ForecastCounters.Event.INSUFFICIENT_HISTORY))
          .isEqualTo(1);
    }
  }

  @Test
  void push_timeBehindTheClock_isForecastFrom() {
    try (var harness = new ForecastTestHarness(SETTINGS)) {
      harness.push("k", Instant.parse("2026-06-01T00:00:00Z"), 1);
      harness.push("k", Instant.parse("2026-06-01T01:00:00Z"), 2);

      assertThat(harness.predictions()).hasSize(1);
    }
  }

  @Test
  void push_idsOfCategories_areWrittenAsTheirWords() {
    try (var harness =
        new ForecastTestHarness(
            Map.of(
                "features", "x,kind",
                "window.steps", "2",
                "categories", "kind",
                "vocabulary.kind", "storm,\"calm\""))) {
      harness.push("k", T0, 1, 2);
      harness.push("k", T0.plusSeconds(1), 2, 0);

      assertThat(harness.window("k"))
          .containsExactly(
              new FeatureVector(T0.toEpochMilli(), new float[] {1, 2}),
              new FeatureVector(T0.plusSeconds(1).toEpochMilli(), new float[] {2, 0}));
      harness.push("k", T0.plusSeconds(2), 3, 3);
      assertThat(harness.deadLetters()).as("there is no word 3").hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "json", "binary"})
  void push_timeReadInTheValueAlone_isWrittenThere(String format) {
    try (var harness =
        new ForecastTestHarness(
            Map.of(
                "features", "x,y",
                "window.steps", "2",
                "time.source", "field",
                "time.field", "the \"time\"",
                "features.format", format))) {
      harness.push("k", T0, 1, 2);
      harness.push("k", new FeatureVector(T0.plusSeconds(1).toEpochMilli(), new float[] {3, 4}));

      assertThat(harness.deadLetters()).isEmpty();
      assertThat(harness.window("k"))
          .containsExactly(
              new FeatureVector(T0.toEpochMilli(), new float[] {1, 2}),
              new FeatureVector(T0.plusSeconds(1).toEpochMilli(), new float[] {3, 4}));
    }
  }

  @Test
  void push_noRateOfSamplesSet_isLearntFrom() {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("retrain.mode", "refresh");
    settings.put("time.max.ahead", "off");
    try (var harness = new ForecastTestHarness(settings)) {
      for (int i = 0; i < 700; i++) {
        harness.push("k", T0.plusSeconds(60L * i), (float) Math.sin(.3 * i));
      }

      assertThat(harness.modelEvents())
          .extracting(ModelEvent::kind)
          .contains(ModelEvent.Kind.TRAINED);
    }
  }

  @ParameterizedTest
  @CsvSource({"50, refresh, 1", "all, refresh, 0", "50, off, 0"})
  void constructor_rateOfSamplesWhereTheClockStands_isWarnedOf(
      String rate, String mode, int warnings) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("samples.rate", rate);
    settings.put("retrain.mode", mode);
    try (LogCapture log = LogCapture.of(ForecastTestHarness.class);
        var harness = new ForecastTestHarness(settings)) {
      assertThat(log.messages())
          .filteredOn(line -> line.contains("samples.rate=all"))
          .hasSize(warnings);
      assertThat(harness.predictions()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void push_vectorOfAnotherLength_isRefused(int length) {
    try (var harness = new ForecastTestHarness(Map.of("features", "x,y"))) {
      FeatureVector vector = new FeatureVector(T0.toEpochMilli(), new float[length]);

      assertThatIllegalArgumentException()
          .isThrownBy(() -> harness.push("k", vector))
          .withMessage("2 values were expected, found " + length + "; the schema has [x, y]");
    }
  }

  @Test
  void command_nothingLearns_namesTheSetting() {
    try (var harness = new ForecastTestHarness(SETTINGS)) {
      ModelCommand command = new ModelCommand("1", ModelCommand.Kind.RETRAIN, Optional.empty(), 0);

      assertThatIllegalStateException()
          .isThrownBy(() -> harness.command(command))
          .withMessageContaining("retrain.mode");
    }
  }

  @Test
  void advanceWallClock_negative_movesNothing() {
    Map<String, String> settings = TestSettings.with(SETTINGS, "time.max.ahead", "1h");
    try (var harness = new ForecastTestHarness(settings)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> harness.advanceWallClock(Duration.ofSeconds(-5)))
          .withMessageContaining("found PT-5S");

      harness.push("k", T0.plusSeconds(3_600), 1);
      assertThat(harness.deadLetters()).isEmpty();
    }
  }

  @Test
  void close_twice_isOnce() {
    var harness = new ForecastTestHarness(SETTINGS);
    harness.close();

    assertThatNoException().isThrownBy(harness::close);
  }

  @Test
  void pushReadServeAndMoveTime_afterClose_sayThatItIsClosed() {
    var harness = new ForecastTestHarness(SETTINGS);
    Forecaster model = new LastValue(harness.schema(), 2, 1);
    harness.push("k", T0, 1);
    harness.close();

    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            () -> harness.push("k", T0, 2),
            () -> harness.window("k"),
            harness::predictions,
            harness::scores,
            harness::discard,
            () -> harness.serve(model),
            () -> harness.serve(model, SmallArtifacts.manifest(harness.schema(), 2, 1, 0)),
            () -> harness.advanceWallClock(Duration.ZERO))) {
      assertThatIllegalStateException().isThrownBy(use).withMessageContaining("closed");
    }
  }

  /** What production refuses as too far ahead, and as old, is to be tried with today's vectors. */
  @Test
  void constructor_startGiven_isTheClockThatTimesAreHeldAgainst() {
    Instant start = Instant.parse("2031-05-01T12:00:00Z");
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("time.max.ahead", "1h");
    try (var harness = new ForecastTestHarness(settings, start)) {
      harness.push("k", start, 1);
      harness.push("k", start.plusSeconds(3_600), 2);
      assertThat(harness.deadLetters()).isEmpty();
      assertThat(harness.predictions()).hasSize(1);

      harness.push("k", start.plusSeconds(3_601), 3);
      assertThat(harness.deadLetters()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "binary"})
  void predictionTexts_anyForm_areTheJsonOfThePredictions(String format) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("output.format", format);
    try (var harness = new ForecastTestHarness(settings)) {
      harness.push("k", T0, 1);
      harness.push("k", T0.plusSeconds(1), 2.5f);

      assertThat(harness.predictionTexts())
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith("{\"key\":\"k\",\"time\":1767225601000,\"status\":\"NO_MODEL\"")
          .contains("\"values\":{\"x\":2.5}");
      assertThat(harness.predictions()).as("read already").isEmpty();
    }
  }
}
