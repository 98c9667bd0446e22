package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.TestSettings;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.serde.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which vector answers which horizon of which forecast, and what becomes of the unanswered. */
class SettlingTopologyTest {
  private static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");

  private static ForecastTestHarness harness(int horizon, String... more) {
    return new ForecastTestHarness(
        TestSettings.with(
            Map.of(
                "features", "x",
                "window.steps", "1",
                "forecast.horizon", Integer.toString(horizon),
                "window.max.age", "100s",
                "max.lateness", "20s"),
            more));
  }

  /** Each score as "made at → time, horizon: forecast against actual", in seconds from T0. */
  private static List<String> scores(ForecastTestHarness harness) throws Exception {
    List<String> scores = new ArrayList<>();
    for (String score : harness.scores()) {
      JsonNode json = new ObjectMapper().readTree(score);
      scores.add(
          "%s %d → %d, %d: %.0f against %.0f"
              .formatted(
                  json.get("key").asText(),
                  (json.get("madeAt").asLong() - T0.toEpochMilli()) / 1_000,
                  (json.get("time").asLong() - T0.toEpochMilli()) / 1_000,
                  json.get("horizon").asInt(),
                  json.at("/features/x/forecast").asDouble(),
                  json.at("/features/x/actual").asDouble()));
    }
    return scores;
  }

  @Test
  void push_horizonThree_answersEachForecastThreeTimesByTheVectorsThatFollow() throws Exception {
    try (var harness = harness(3)) {
      harness.serve(new RecordingForecaster("m", harness.schema(), 1, 3, 101, 102, 103));
      harness.push("k", T0, 1);
      assertThat(scores(harness)).isEmpty();
      harness.push("k", T0.plusSeconds(1), 2);
      assertThat(scores(harness)).containsExactly("k 0 → 1, 1: 101 against 2");
      // An interval of its own: steps count vectors, not seconds.
      harness.push("k", T0.plusSeconds(9), 3);
      assertThat(scores(harness))
          .containsExactly("k 0 → 9, 2: 102 against 3", "k 1 → 9, 1: 101 against 3");
      harness.push("k", T0.plusSeconds(10), 4);
      assertThat(scores(harness))
          .containsExactly(
              "k 0 → 10, 3: 103 against 4",
              "k 1 → 10, 2: 102 against 4",
              "k 9 → 10, 1: 101 against 4");
      harness.push("k", T0.plusSeconds(11), 5);
      assertThat(scores(harness))
          .containsExactly(
              "k 1 → 11, 3: 103 against 5",
              "k 9 → 11, 2: 102 against 5",
              "k 10 → 11, 1: 101 against 5");
      assertThat(harness.counters().events(ForecastCounters.Event.SCORED)).isEqualTo(9);
      assertThat(harness.counters().events(ForecastCounters.Event.EXPIRED)).isZero();
    }
  }

  @Test
  void push_severalSeries_answerTheirOwn() throws Exception {
    try (var harness = harness(1)) {
      harness.push("a", T0, 1);
      harness.push("b", T0.plusSeconds(1), 2);
      harness.push("b", T0.plusSeconds(2), 3);
      harness.push("a", T0.plusSeconds(3), 4);

      assertThat(scores(harness))
          .containsExactly("b 1 → 2, 1: 2 against 3", "a 0 → 3, 1: 1 against 4");
    }
  }

  @Test
  void push_lateVector_isAHorizonOfWhatWasForecastBeforeIt() throws Exception {
    try (var harness = harness(3)) {
      harness.push("k", T0, 1);
      harness.push("k", T0.plusSeconds(2), 2);
      scores(harness);
      harness.push("k", T0.plusSeconds(1), 9);
      assertThat(scores(harness)).isEmpty();
      harness.push("k", T0.plusSeconds(3), 3);

      assertThat(scores(harness))
          .containsExactly("k 0 → 3, 3: 1 against 3", "k 2 → 3, 1: 2 against 3");
      harness.push("k", T0.plusSeconds(4), 4);
      assertThat(scores(harness))
          .containsExactly("k 2 → 4, 2: 2 against 4", "k 3 → 4, 1: 3 against 4");
    }
  }

  @Test
  void push_lateVectorInTheLastHorizon_answersNoMore() throws Exception {
    try (var harness = harness(2)) {
      harness.push("k", T0, 1);
      harness.push("k", T0.plusSeconds(2), 2);
      scores(harness);
      harness.push("k", T0.plusSeconds(1), 9);
      harness.push("k", T0.plusSeconds(3), 3);

      assertThat(scores(harness)).containsExactly("k 2 → 3, 1: 2 against 3");
      assertThat(harness.counters().events(ForecastCounters.Event.EXPIRED)).isZero();
    }
  }

  /** A filled step has been counted, be it in the ring or, as that of 10 s with 50, no more. */
  @ParameterizedTest
  @CsvSource({"20, 12, 30, 3", "20, 10, 30, 3", "50, 11, 60, 6", "50, 3, 60, 7"})
  void push_lateVectorBesideFilledSteps_isAHorizonIfItIsOfNone(
      long next, long late, long last, int horizon) throws Exception {
    try (var harness =
        harness(
            7,
            "window.steps",
            "3",
            "history.minimum",
            "1",
            "gap.fill",
            "last",
            "step.interval",
            "10s",
            "gap.limit",
            "5",
            "max.lateness",
            "60s",
            "window.retention",
            "200s")) {
      harness.push("k", T0, 1);
      harness.push("k", T0.plusSeconds(next), 2);
      harness.push("k", T0.plusSeconds(late), 3);
      scores(harness);

      harness.push("k", T0.plusSeconds(last), 4);

      assertThat(scores(harness)).startsWith("k 0 → %d, %d: 1 against 4".formatted(last, horizon));
    }
  }

  @Test
  void push_correctingVectors_areNoSteps() throws Exception {
    try (var harness = harness(2)) {
      harness.push("k", T0, 1);
      harness.push("k", T0.plusSeconds(2), 2);
      scores(harness);
      harness.push("k", T0, 9);
      harness.push("k", T0.plusSeconds(2), 9);
      assertThat(scores(harness)).isEmpty();
      harness.push("k", T0.plusSeconds(3), 3);

      assertThat(scores(harness))
          .containsExactly("k 0 → 3, 2: 1 against 3", "k 2 → 3, 1: 2 against 3");
    }
  }

  @Test
  void push_gapOfExactlyRetention_isAnsweredAndALongerOneExpires() throws Exception {
    try (var harness = harness(2)) {
      harness.push("at", T0, 1);
      harness.push("at", T0.plusSeconds(120), 2);
      assertThat(scores(harness)).containsExactly("at 0 → 120, 1: 1 against 2");
      assertThat(harness.counters().events(ForecastCounters.Event.EXPIRED)).isZero();

      harness.push("at", T0.plusSeconds(121), 3);

      assertThat(scores(harness)).containsExactly("at 120 → 121, 1: 2 against 3");
      assertThat(harness.counters().events(ForecastCounters.Event.EXPIRED)).isEqualTo(1);
      harness.push("at", T0.plusSeconds(122), 4);
      assertThat(scores(harness))
          .containsExactly("at 120 → 122, 2: 2 against 4", "at 121 → 122, 1: 3 against 4");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rocksdb", "memory"})
  void advanceWallClock_seriesSilentForLongerThanRetention_expiresWhatWaited(String store)
      throws Exception {
    try (var harness = harness(2, "window.store", store)) {
      harness.push("silent", T0, 1);
      harness.push("silent", T0.plusSeconds(1), 2);
      scores(harness);
      harness.push("clock", T0.plusSeconds(121), 0);
      harness.advanceWallClock(Duration.ofSeconds(2));
      assertThat(harness.counters().events(ForecastCounters.Event.SERIES_DROPPED)).isZero();

      harness.push("clock", T0.plusSeconds(127), 0); // a twentieth of the retention later
      harness.advanceWallClock(Duration.ofSeconds(10));

      assertThat(harness.counters().events(ForecastCounters.Event.SERIES_DROPPED)).isEqualTo(1);
      assertThat(harness.counters().events(ForecastCounters.Event.EXPIRED)).isEqualTo(2);
      scores(harness);
      harness.push("silent", T0.plusSeconds(128), 3);
      assertThat(scores(harness)).isEmpty();
      assertThat(harness.window("silent")).hasSize(1);
    }
  }

  @Test
  void push_silentForLongerThanRetention_beginsAnewWhetherOrNotTheScanCameBy() throws Exception {
    List<List<Prediction>> forecasts = new ArrayList<>();
    for (boolean scanned : List.of(false, true)) {
      try (var harness = harness(1, "experts", "last,series", "window.steps", "2")) {
        for (int i = 0; i < 30; i++) {
          harness.push("rests", T0.plusSeconds(i), i % 3);
        }
        harness.push("clock", T0.plusSeconds(600), 0);
        harness.predictions();
        if (scanned) {
          harness.advanceWallClock(Duration.ofSeconds(2));
        }
        for (int i = 0; i < 10; i++) {
          harness.push("rests", T0.plusSeconds(600 + i), i % 3);
        }
        forecasts.add(harness.predictions());
        assertThat(harness.counters().events(ForecastCounters.Event.SERIES_DROPPED)).isEqualTo(1);
      }
    }

    assertThat(forecasts.get(0)).usingRecursiveComparison().isEqualTo(forecasts.get(1));
  }

  @Test
  void advanceWallClock_clockAlone_dropsNothing() {
    try (var harness = harness(1)) {
      harness.push("k", T0, 1);
      harness.advanceWallClock(Duration.ofMinutes(10));

      assertThat(harness.counters().events(ForecastCounters.Event.SERIES_DROPPED)).isZero();
    }
  }

  @Test
  void advanceWallClock_emptyStores_isQuiet() {
    for (String store : List.of("rocksdb", "memory")) {
      try (var harness = harness(1, "window.store", store)) {
        harness.advanceWallClock(Duration.ofSeconds(3));

        assertThat(harness.counters().events(ForecastCounters.Event.SERIES_DROPPED)).isZero();
      }
    }
  }
}
