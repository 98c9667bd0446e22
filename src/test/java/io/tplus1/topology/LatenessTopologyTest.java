package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.serde.RejectReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenessTopologyTest {
  private static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");

  private static ForecastTestHarness harness(String store, int seriesOnHeap) {
    return new ForecastTestHarness(
        Map.of(
            "features", "x",
            "window.steps", "3",
            "history.minimum", "1",
            "window.max.age", "100s",
            "max.lateness", "30s",
            "window.store", store,
            "window.heap.series", Integer.toString(seriesOnHeap)));
  }

  private static List<Float> lastWindow(RecordingForecaster model) {
    return model.lastWindow().stream().map(vector -> vector.values()[0]).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rocksdb", "memory"})
  void push_lateVector_isStoredAndSeenButNeitherScoredNorForecast(String store) throws Exception {
    try (var harness = harness(store, 10)) {
      RecordingForecaster model = new RecordingForecaster("m", harness.schema(), 3, 1, 0);
      harness.serve(model);
      harness.push("k", T0, 1);
      harness.push("k", T0.plusSeconds(20), 3);
      harness.predictions();
      harness.scores();

      harness.push("k", T0.plusSeconds(10), 2);

      assertThat(harness.predictions()).isEmpty();
      assertThat(harness.scores()).isEmpty();
      assertThat(harness.counters().events(ForecastCounters.Event.LATE)).isEqualTo(1);
      assertThat(harness.counters().events(ForecastCounters.Event.CORRECTED)).isZero();
      assertThat(harness.window("k")).extracting(v -> v.values()[0]).containsExactly(1f, 2f, 3f);

      harness.push("k", T0.plusSeconds(30), 4);
      assertThat(lastWindow(model)).containsExactly(2f, 3f, 4f);
      assertThat(harness.scores()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rocksdb", "memory"})
  void push_sameTimeAgain_correctsOldAndNewestAlike(String store) throws Exception {
    try (var harness = harness(store, 1)) {
      RecordingForecaster model = new RecordingForecaster("m", harness.schema(), 3, 1, 0);
      harness.serve(model);
      harness.push("k", T0, 1);
      harness.push("k", T0.plusSeconds(10), 2);
      harness.predictions();
      harness.scores();

      harness.push("k", T0, 10);
      harness.push("k", T0.plusSeconds(10), 20);

      assertThat(harness.predictions()).isEmpty();
      assertThat(harness.scores()).isEmpty();
      assertThat(harness.counters().events(ForecastCounters.Event.CORRECTED)).isEqualTo(2);
      assertThat(harness.counters().events(ForecastCounters.Event.LATE)).isZero();
      harness.push("other", T0.plusSeconds(10), 0);
      harness.push("k", T0.plusSeconds(20), 3);
      assertThat(lastWindow(model)).containsExactly(10f, 20f, 3f);
      assertThat(harness.scores()).singleElement().asString().contains("\"madeAt\":1767139210000");
    }
  }

  @Test
  void push_exactlyMaxLateness_isStoredAndOneMillisecondMoreIsNot() {
    try (var harness = harness("rocksdb", 10)) {
      harness.push("clock", T0.plusSeconds(30), 0);

      harness.push("k", T0, 1);
      harness.push("k", T0.minusMillis(1), 2);

      assertThat(harness.window("k")).hasSize(1);
      assertThat(harness.deadLetters()).hasSize(1);
      assertThat(harness.counters().deadLetters(RejectReason.TOO_LATE)).isEqualTo(1);
      assertThat(harness.counters().events(ForecastCounters.Event.LATE)).isZero();
    }
  }

  @Test
  void push_vectorsOlderThanMaxAge_areNotInTheWindow() throws Exception {
    try (var harness = harness("rocksdb", 1)) {
      RecordingForecaster model = new RecordingForecaster("m", harness.schema(), 3, 1, 0);
      harness.serve(model);
      harness.push("k", T0, 1);
      harness.push("k", T0.plusSeconds(1), 2);
      harness.push("k", T0.plusSeconds(101), 3);
      assertThat(lastWindow(model)).containsExactly(2f, 3f);

      harness.push("k", T0.plusSeconds(202), 4);
      assertThat(lastWindow(model)).containsExactly(4f);
    }
  }

  @Test
  void push_anotherSeriesFarAhead_leavesTheWindowThatMaxAgeAllows() throws Exception {
    try (var harness = harness("rocksdb", 1)) {
      RecordingForecaster model = new RecordingForecaster("m", harness.schema(), 3, 1, 0);
      harness.serve(model);
      harness.push("k", T0, 1);
      harness.push("clock", T0.plusSeconds(130), 0);

      harness.push("k", T0.plusSeconds(100), 2);

      assertThat(lastWindow(model)).containsExactly(1f, 2f);
    }
  }
}
