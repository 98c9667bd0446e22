package io.tplus1.topology;

import static io.tplus1.topology.HoledSeries.T0;
import static io.tplus1.topology.HoledSeries.harness;
import static io.tplus1.topology.HoledSeries.push;
import static io.tplus1.topology.HoledSeries.serve;
import static io.tplus1.topology.HoledSeries.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Prediction;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  private static ForecastTestHarness limitedTo2() {
    return harness("missing.fill", "last", "missing.limit", "2", "window.heap.series", "1");
  }

  /** Another series takes its place on the heap, so what is known of it is read from the store. */
  private static void pushParts(ForecastTestHarness harness, long seconds, String... parts) {
    for (String part : parts) {
      harness.push("k", T0.plusSeconds(seconds), part);
      harness.push("other", T0.plusSeconds(seconds), 0, 0);
    }
  }

  /** Whether a producer sends halves, or mends each vector whole. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"y\":%d}", "{\"x\":%1$d,\"y\":%1$d}"})
  void push_correctionsThatBringWhatWasAbsent_endItsAbsence(String second) throws Exception {
    try (var harness = limitedTo2()) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 0, 0);
      for (int s = 10; s <= 80; s += 10) {
        pushParts(harness, s, "{\"x\":%d}".formatted(s), second.formatted(s));
      }

      assertThat(harness.deadLetters()).isEmpty();
      assertThat(harness.counters().events(ForecastCounters.Event.WINDOW_RESTARTED)).isZero();
      push(harness, 90, 90, 90);
      assertThat(window(model))
          .containsExactly(
              Tuple.tuple(70L, 70f, 70f), Tuple.tuple(80L, 80f, 80f), Tuple.tuple(90L, 90f, 90f));
    }
  }

  /** Nor does one of a vector that is not the newest any more. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"20; {\"x\":3}", "10; {\"y\":3}"})
  void push_correctionsThatLeaveItAbsentInTheNewest_countNothing(long seconds, String correction)
      throws Exception {
    try (var harness = limitedTo2()) {
      serve(harness);
      push(harness, 0, 1, 10);
      pushParts(harness, 10, "{\"x\":2}");
      pushParts(harness, 20, "{\"x\":3}");

      pushParts(harness, seconds, correction, correction);
      assertThat(harness.deadLetters()).isEmpty();
      pushParts(harness, 30, "{\"x\":4}");

      assertThat(harness.deadLetters()).hasSize(1);
    }
  }

  /** What was dead-lettered is in no window, whatever comes of the vector before it. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"y\":20}", "{\"x\":3,\"y\":20}"})
  void push_correctionBehindTheLimit_leavesTheWindowOver(String correction) throws Exception {
    try (var harness = limitedTo2()) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      pushParts(harness, 10, "{\"x\":2}");
      pushParts(harness, 20, "{\"x\":3}");
      pushParts(harness, 30, "{\"x\":4}");
      assertThat(harness.deadLetters()).hasSize(1);

      pushParts(harness, 20, correction);
      pushParts(harness, 40, "{\"x\":5}");
      assertThat(harness.deadLetters()).hasSize(1);
      push(harness, 50, 6, 60);

      assertThat(window(model)).containsExactly(Tuple.tuple(50L, 6f, 60f));
      assertThat(harness.counters().events(ForecastCounters.Event.WINDOW_RESTARTED)).isOne();
    }
  }
}
