package io.tplus1.topology;

import static io.tplus1.JsonSchemas.assertValid;
import static io.tplus1.topology.HoledSeries.T0;
import static io.tplus1.topology.HoledSeries.harness;
import static io.tplus1.topology.HoledSeries.push;
import static io.tplus1.topology.HoledSeries.serve;
import static io.tplus1.topology.HoledSeries.window;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.JsonSchemas;
import io.tplus1.feature.FeatureVector;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.RejectReason;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Absent steps and absent features: filled, marked, or the end of a window. */
class HolesTopologyTest {
  private static final ForecastStatus OK = ForecastStatus.OK;
  private static final ForecastStatus GAP_FILLED = ForecastStatus.GAP_FILLED;

  @Test
  void push_gapWithinTheLimit_isFilledOnTheLineAndMarked() throws Exception {
    try (var harness = harness("gap.fill", "linear", "gap.limit", "2", "step.interval", "10s")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      harness.predictions();

      push(harness, 30, 4, 40);

      assertThat(window(model))
          .containsExactly(
              Tuple.tuple(10L, 2f, 20f), Tuple.tuple(20L, 3f, 30f), Tuple.tuple(30L, 4f, 40f));
      assertThat(harness.predictions())
          .extracting(Prediction::timeMs, Prediction::status)
          .containsExactly(Tuple.tuple(T0.plusSeconds(30).toEpochMilli(), GAP_FILLED));
      assertThat(harness.scores())
          .as("two steps ahead of 0 s lies 20 s, where nothing came")
          .isEmpty();
      assertThat(harness.counters().events(ForecastCounters.Event.STEP_FILLED)).isEqualTo(2);
      push(harness, 40, 5, 50);
      assertThat(harness.scores()).singleElement().asString().contains("\"status\":\"GAP_FILLED\"");
      push(harness, 50, 6, 60);
      assertThat(harness.predictions())
          .extracting(Prediction::status)
          .as("20 s is in the first, and in the second no more")
          .containsExactly(GAP_FILLED, OK);
      assertThat(harness.window("k"))
          .extracting(FeatureVector::values)
          .last()
          .isEqualTo(new float[] {6, 60});
    }
  }

  @Test
  void push_holedVectorThatIsDeadLettered_leavesTheWindowAsItWas() throws Exception {
    try (var harness = harness("missing.fill", "last", "window.max.age", "20s")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      push(harness, 10, 2, 20);

      harness.push("k", T0.plusSeconds(35), "{\"y\": 30}");
      push(harness, 15, 4, 40);

      assertThat(harness.deadLetters()).hasSize(1);
      assertThat(window(model))
          .as("as the store has it")
          .containsExactly(
              Tuple.tuple(0L, 1f, 10f), Tuple.tuple(10L, 2f, 20f), Tuple.tuple(15L, 4f, 40f));
    }
  }

  /** What learns holds more than windows do; forecasts are the same with it and without. */
  @ParameterizedTest
  @ValueSource(strings = {"off", "refresh"})
  void push_gapOfMoreThanTheWindowsAge_isNotFilledWhetherSomethingLearnsOrNot(String mode)
      throws Exception {
    try (var harness =
        harness(
            "retrain.mode", mode,
            "gap.fill", "last",
            "missing.fill", "last",
            "step.interval", "10s",
            "window.max.age", "25s",
            "max.lateness", "10s",
            "window.retention", "200s")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);

      harness.push("k", T0.plusSeconds(30), "{\"y\": 30}");
      assertThat(harness.deadLetters()).hasSize(1);
      push(harness, 30, 4, 40);

      assertThat(window(model)).containsExactly(Tuple.tuple(30L, 4f, 40f));
      assertThat(harness.counters().events(ForecastCounters.Event.WINDOW_RESTARTED)).isOne();
      assertThat(harness.counters().events(ForecastCounters.Event.EXPIRED)).isOne();
    }
  }

  /** The longest leave one to three vectors beside the next, by which no interval is learnt. */
  @ParameterizedTest
  @CsvSource({"4, off", "5, off", "6, off", "7, off", "5, refresh", "7, refresh"})
  void push_gapThatLeavesFewVectorsInAWindow_isToldByTheWindowBeforeIt(int days, String mode)
      throws Exception {
    try (var harness =
        harness("window.steps", "4", "gap.fill", "last", "gap.limit", "3", "retrain.mode", mode)) {
      long day = 86_400;
      for (int d = 0; d <= 10; d++) {
        push(harness, d * day, d, d);
      }
      assertThat(harness.scores()).isNotEmpty();

      push(harness, (10 + days) * day, 1, 1);

      assertThat(harness.counters().events(ForecastCounters.Event.STEP_FILLED))
          .isEqualTo(days == 4 ? 3 : 0);
      assertThat(harness.counters().events(ForecastCounters.Event.WINDOW_RESTARTED))
          .isEqualTo(days == 4 ? 0 : 1);
      assertThat(harness.scores()).isEmpty();
    }
  }

  /** Where age leaves room for no more than a window, an absent step is one all the same. */
  @Test
  void push_gapInAWindowAsLongAsItsAge_isFilled() throws Exception {
    try (var harness = harness("window.steps", "4", "gap.fill", "last", "window.max.age", "30s")) {
      for (int s = 0; s <= 50; s += 10) {
        push(harness, s, s, s);
      }

      push(harness, 70, 7, 70);

      assertThat(harness.counters().events(ForecastCounters.Event.STEP_FILLED)).isOne();
    }
  }

  @Test
  void push_gapFilledWithTheLastValue_staysLevel() throws Exception {
    try (var harness = harness("gap.fill", "last", "step.interval", "10s")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      push(harness, 21, 4, 40);

      assertThat(window(model))
          .containsExactly(
              Tuple.tuple(0L, 1f, 10f), Tuple.tuple(10L, 1f, 10f), Tuple.tuple(21L, 4f, 40f));
    }
  }

  @Test
  void push_gapBeyondTheLimit_startsTheWindowAnewAndExpiresWhatWaited() throws Exception {
    try (var harness =
        harness(
            "gap.fill",
            "last",
            "gap.limit",
            "2",
            "step.interval",
            "10s",
            "window.heap.series",
            "1")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      push(harness, 10, 2, 20);
      harness.scores();

      push(harness, 50, 3, 30);

      assertThat(window(model)).containsExactly(Tuple.tuple(50L, 3f, 30f));
      assertThat(harness.scores()).isEmpty();
      assertThat(harness.counters().events(ForecastCounters.Event.WINDOW_RESTARTED)).isEqualTo(1);
      assertThat(harness.counters().events(ForecastCounters.Event.EXPIRED)).isEqualTo(2);
      // Another series takes its place on the heap, so the window is read from the store.
      harness.push("other", T0.plusSeconds(50), 0, 0);
      push(harness, 60, 4, 40);
      assertThat(window(model))
          .containsExactly(Tuple.tuple(50L, 3f, 30f), Tuple.tuple(60L, 4f, 40f));
      assertThat(harness.window("k")).as("what the network saw").hasSize(2);
    }
  }

  @Test
  void push_holedVectorBehindALongGap_isDeadLetteredAndTheNextGoesOn() throws Exception {
    try (var harness =
        harness(
            "gap.fill", "last", "missing.fill", "last", "gap.limit", "2", "step.interval", "10s")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      push(harness, 10, 2, 20);

      harness.push("k", T0.plusSeconds(90), "{\"x\": 3}");

      assertThat(harness.deadLetters()).hasSize(1);
      assertThat(harness.counters().deadLetters(RejectReason.MISSING_FEATURE)).isEqualTo(1);
      push(harness, 100, 4, 40);
      assertThat(window(model)).containsExactly(Tuple.tuple(100L, 4f, 40f));
    }
  }

  @Test
  void push_manyAbsentStepsOfOneMillisecond_eachHasATimeOfItsOwn() throws Exception {
    try (var harness =
        harness(
            "gap.fill", "last", "gap.limit", "100", "step.interval", "1ms", "window.steps", "60")) {
      harness.push("k", T0, 1, 10);
      harness.push("k", T0.plusMillis(50), 2, 20);

      assertThat(harness.window("k")).hasSize(51);
    }
  }

  @Test
  void push_intervalNotSet_isLearntFromThreeIntervals() throws Exception {
    try (var harness = harness("gap.fill", "last", "window.steps", "8")) {
      RecordingForecaster model = new RecordingForecaster("m", harness.schema(), 8, 2, 7);
      harness.serve(model);
      push(harness, 0, 0, 0);
      push(harness, 10, 1, 0);
      push(harness, 40, 2, 0);
      assertThat(model.lastWindow()).as("one interval is no law").hasSize(3);
      push(harness, 50, 3, 0);

      push(harness, 70, 4, 0);

      assertThat(window(model))
          .extracting(one -> one.toList().get(0))
          .containsExactly(0L, 10L, 40L, 50L, 60L, 70L);
    }
  }

  @Test
  void push_gapNotFilled_isNoGap() throws Exception {
    try (var harness = harness("step.interval", "10s")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      push(harness, 1_000, 2, 20);

      assertThat(model.lastWindow()).hasSize(2);
      assertThat(harness.scores()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"x, 50", "'x,y', 30"})
  void push_absentNullOrInfiniteFeature_goesOnAlongItsLastChangeIfItIsNoTarget(
      String targets, float filled) throws Exception {
    for (String hole : List.of("{\"x\":3}", "{\"x\":3,\"y\":null}", "{\"x\":3,\"y\":1e99}")) {
      try (var harness = harness("missing.fill", "linear", "targets", targets)) {
        RecordingForecaster model = serve(harness);
        push(harness, 0, 1, 10);
        push(harness, 1, 2, 30);
        harness.predictions();
        harness.scores();

        harness.push("k", T0.plusSeconds(2), hole);

        assertThat(window(model).get(2)).isEqualTo(Tuple.tuple(2L, 3f, filled));
        assertThat(harness.predictions())
            .extracting(Prediction::status)
            .containsExactly(GAP_FILLED);
        List<String> scores = harness.scores();
        assertThat(scores).hasSize(2).allMatch(one -> one.contains("\"x\":"));
        assertThat(scores).noneMatch(one -> one.contains("\"y\":"));
        scores.forEach(one -> assertValid(JsonSchemas.schema("score"), one));
        harness.push("k", T0.plusSeconds(3), hole);
        assertThat(window(model).get(2)).as("no further").isEqualTo(Tuple.tuple(3L, 3f, filled));
        assertThat(harness.counters().events(ForecastCounters.Event.FEATURE_FILLED)).isEqualTo(2);
      }
    }
  }

  @Test
  void push_featureAbsentBeyondTheLimit_isDeadLetteredAndTheNextWholeVectorBeginsAnew()
      throws Exception {
    try (var harness =
        harness("missing.fill", "last", "missing.limit", "2", "window.heap.series", "1")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      harness.push("k", T0.plusSeconds(10), "{\"x\":2}");
      harness.push("k", T0.plusSeconds(20), "{\"x\":3}");
      assertThat(harness.predictions())
          .extracting(Prediction::status)
          .endsWith(GAP_FILLED, GAP_FILLED);

      harness.push("k", T0.plusSeconds(30), "{\"x\":4}");
      // Another series takes its place on the heap, so what is known of it is read from the store.
      harness.push("other", T0.plusSeconds(30), 0, 0);
      harness.push("k", T0.plusSeconds(40), "{\"y\":50}");

      assertThat(harness.deadLetters())
          .extracting(HolesTopologyTest::detail)
          .hasSize(2)
          .allMatch(detail -> detail.matches("one was in missing.limit=2 .*; absent: '[xy]'"));
      assertThat(harness.counters().deadLetters(RejectReason.MISSING_FEATURE)).isEqualTo(2);
      assertThat(harness.counters().events(ForecastCounters.Event.FEATURE_FILLED)).isEqualTo(2);
      harness.push("other", T0.plusSeconds(40), 0, 0);
      harness.predictions();
      harness.scores();

      push(harness, 50, 6, 60);

      assertThat(window(model)).containsExactly(Tuple.tuple(50L, 6f, 60f));
      assertThat(harness.predictions())
          .extracting(Prediction::status)
          .containsExactly(ForecastStatus.COLD_START);
      assertThat(harness.scores()).as("nobody knows which step it is").isEmpty();
      assertThat(harness.counters().events(ForecastCounters.Event.WINDOW_RESTARTED)).isEqualTo(1);
      assertThat(harness.counters().events(ForecastCounters.Event.EXPIRED)).isEqualTo(2);
      harness.push("k", T0.plusSeconds(60), "{\"x\":7}");
      assertThat(window(model))
          .as("counted from the beginning")
          .containsExactly(Tuple.tuple(50L, 6f, 60f), Tuple.tuple(60L, 7f, 60f));
    }
  }

  @Test
  void push_featuresAbsentInTurnWithinTheLimit_areFilled() throws Exception {
    try (var harness = harness("missing.fill", "last", "missing.limit", "1")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      harness.push("k", T0.plusSeconds(10), "{\"x\":2}");
      harness.push("k", T0.plusSeconds(20), "{\"y\":30}");
      harness.push("k", T0.plusSeconds(30), "{\"x\":4}");
      push(harness, 40, 5, 50);

      assertThat(harness.deadLetters()).isEmpty();
      assertThat(harness.counters().events(ForecastCounters.Event.WINDOW_RESTARTED)).isZero();
      assertThat(window(model))
          .containsExactly(
              Tuple.tuple(20L, 2f, 30f), Tuple.tuple(30L, 4f, 30f), Tuple.tuple(40L, 5f, 50f));
    }
  }

  @Test
  void push_featureThatNothingCanFill_isDeadLettered() {
    try (var harness = harness("missing.fill", "last")) {
      harness.push("k", T0, "{\"x\":1}");
      harness.push("k", T0, "{}");
      assertThat(harness.deadLetters())
          .extracting(HolesTopologyTest::detail)
          .containsExactly(
              "the window holds no vector before this one to fill from; absent: 'y'",
              "no feature has a value; the schema has [x, y]");
      assertThat(harness.counters().deadLetters(RejectReason.MISSING_FEATURE)).isEqualTo(2);
      assertThat(harness.predictions()).isEmpty();

      push(harness, 1, 1, 2);
      harness.push("k", T0, "{\"x\":1}");

      assertThat(harness.deadLetters()).as("late, and nothing before it").hasSize(1);
    }
  }

  @Test
  void push_featureAbsentBehindALongGap_isDeadLetteredForTheGap() {
    try (var harness =
        harness(
            "missing.fill", "last", "gap.fill", "last", "gap.limit", "2", "step.interval", "1s")) {
      push(harness, 0, 1, 10);
      harness.push("k", T0.plusSeconds(10), "{\"x\":1}");

      assertThat(harness.deadLetters())
          .extracting(HolesTopologyTest::detail)
          .containsExactly(
              "nothing is filled over a gap of more than gap.limit=2 steps; the series goes on with its next whole vector; absent: 'y'");
    }
  }

  private static String detail(TestRecord<byte[], byte[]> letter) {
    return new String(letter.headers().lastHeader(DeadLetter.DETAIL).value(), UTF_8);
  }
}
