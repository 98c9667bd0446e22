package io.tplus1.topology;

import static io.tplus1.topology.HoledSeries.T0;
import static io.tplus1.topology.HoledSeries.harness;
import static io.tplus1.topology.HoledSeries.push;
import static io.tplus1.topology.HoledSeries.serve;
import static io.tplus1.topology.HoledSeries.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Prediction;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors and features that come late, where a step or a value was made up for them. */
class LateHolesTopologyTest {
  @Test
  void push_vectorForAFilledStep_takesItsPlace() throws Exception {
    try (var harness = harness("gap.fill", "last", "step.interval", "10s")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      push(harness, 20, 3, 30);
      harness.predictions();

      push(harness, 10, 2, 20);
      push(harness, 30, 4, 40);

      assertThat(window(model))
          .containsExactly(
              Tuple.tuple(10L, 2f, 20f), Tuple.tuple(20L, 3f, 30f), Tuple.tuple(30L, 4f, 40f));
      assertThat(harness.predictions())
          .extracting(Prediction::status)
          .containsExactly(ForecastStatus.OK);
    }
  }

  /** A sensor's steps are seldom exact. */
  @Test
  void push_lateVectorNearAFilledStep_takesItsPlace() throws Exception {
    try (var harness = harness("gap.fill", "last", "step.interval", "10s")) {
      push(harness, 0, 1, 10);
      push(harness, 20, 3, 30);

      push(harness, 12, 2, 20);

      assertThat(harness.window("k"))
          .extracting(vector -> (vector.timeMs() - T0.toEpochMilli()) / 1_000)
          .containsExactly(0L, 12L, 20L);
      assertThat(harness.counters().events(ForecastCounters.Event.CORRECTED)).isEqualTo(1);
    }
  }

  @Test
  void push_lateVectorsNewestFirst_takeThePlacesOfTheirOwnSteps() throws Exception {
    try (var harness = harness("gap.fill", "last", "step.interval", "60s", "gap.limit", "2")) {
      push(harness, 0, 1, 10);
      push(harness, 180, 3, 30);

      push(harness, 100, 2, 20);
      push(harness, 35, 1, 15);

      assertThat(harness.window("k"))
          .extracting(vector -> (vector.timeMs() - T0.toEpochMilli()) / 1_000)
          .containsExactly(35L, 100L, 180L);
    }
  }

  /** What was missed is often sent after, and not all of it. */
  @Test
  void push_lateVectorFarFromTheFilledSteps_leavesThem() throws Exception {
    try (var harness =
        harness(
            "gap.fill", "last", "step.interval", "10s", "gap.limit", "5", "max.lateness", "1h")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      push(harness, 50, 3, 30);

      push(harness, 3, 2, 20);
      push(harness, 60, 4, 40);

      assertThat(window(model))
          .containsExactly(
              Tuple.tuple(40L, 1f, 10f), Tuple.tuple(50L, 3f, 30f), Tuple.tuple(60L, 4f, 40f));
      assertThat(harness.counters().events(ForecastCounters.Event.LATE)).isEqualTo(1);
    }
  }

  @Test
  void push_absentFeatureOfALateVector_isTakenFromTheOneBefore() throws Exception {
    try (var harness = harness("missing.fill", "last")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      push(harness, 10, 2, 20);

      harness.push("k", T0.plusSeconds(5), "{\"x\":9}");
      harness.push("k", T0.plusSeconds(10), "{\"y\":21}");
      push(harness, 20, 3, 30);

      assertThat(window(model))
          .containsExactly(
              Tuple.tuple(5L, 9f, 10f), Tuple.tuple(10L, 2f, 21f), Tuple.tuple(20L, 3f, 30f));
    }
  }

  /** What it leaves out came before; only what never came is made up. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"{\"y\":20}, GAP_FILLED", "-, OK"})
  void push_correctionOfAPart_marksWhatNeverCameAlone(String partBefore, ForecastStatus status)
      throws Exception {
    try (var harness = harness("missing.fill", "last")) {
      serve(harness);
      push(harness, 0, 1, 10);
      if (partBefore == null) {
        push(harness, 10, 2, 20);
      } else {
        harness.push("k", T0.plusSeconds(10), partBefore);
      }
      harness.predictions();

      harness.push("k", T0.plusSeconds(10), "{\"y\":21}");
      push(harness, 20, 3, 30);

      assertThat(harness.predictions()).extracting(Prediction::status).containsExactly(status);
      assertThat(harness.counters().events(ForecastCounters.Event.CORRECTED)).isEqualTo(1);
    }
  }
}
