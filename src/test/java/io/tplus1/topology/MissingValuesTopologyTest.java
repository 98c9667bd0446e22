package io.tplus1.topology;

import static io.tplus1.topology.HoledSeries.harness;
import static io.tplus1.topology.HoledSeries.push;
import static io.tplus1.topology.HoledSeries.serve;
import static io.tplus1.topology.HoledSeries.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.RejectReason;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/** Vectors that bring numbers that stand for no value, or no target at all. */
class MissingValuesTopologyTest {
  @Test
  void push_numberThatStandsForNoValue_isFilledAndNotScored() throws Exception {
    try (var harness = harness("missing.fill", "last", "missing.values", "-9999")) {
      RecordingForecaster model = serve(harness);
      for (int i = 0; i < 4; i++) {
        push(harness, 10L * i, i + 1, 10 * (i + 1));
      }
      push(harness, 40, -9999, 50);

      assertThat(window(model))
          .containsExactly(
              Tuple.tuple(20L, 3f, 30f), Tuple.tuple(30L, 4f, 40f), Tuple.tuple(40L, 4f, 50f));
      assertThat(harness.predictions())
          .extracting(Prediction::status)
          .last()
          .isEqualTo(ForecastStatus.GAP_FILLED);
      assertThat(harness.scores()).last().asString().contains("\"y\":").doesNotContain("\"x\":");
    }
  }

  @Test
  void push_vectorWithoutAnyTarget_isAStepAndNotScored() throws Exception {
    try (var harness = harness("missing.fill", "last", "targets", "x")) {
      RecordingForecaster model = serve(harness);
      push(harness, 0, 1, 10);
      push(harness, 10, 2, 20);
      harness.discard();
      long before = harness.counters().events(ForecastCounters.Event.SCORED);

      harness.push("k", HoledSeries.T0.plusSeconds(20), "{\"y\": 30}");

      assertThat(window(model))
          .containsExactly(
              Tuple.tuple(0L, 1f, 10f), Tuple.tuple(10L, 2f, 20f), Tuple.tuple(20L, 2f, 30f));
      assertThat(harness.predictions())
          .extracting(Prediction::status)
          .containsExactly(ForecastStatus.GAP_FILLED);
      assertThat(harness.scores()).isEmpty();
      assertThat(harness.counters().events(ForecastCounters.Event.SCORED)).isEqualTo(before);
      assertThat(harness.deadLetters()).isEmpty();

      push(harness, 30, 4, 40);

      assertThat(harness.scores())
          .satisfiesExactlyInAnyOrder(
              score -> assertThat(score).contains(madeAt(10), "\"horizon\":2,"),
              score -> assertThat(score).contains(madeAt(20), "\"horizon\":1,"));
    }
  }

  private static String madeAt(long seconds) {
    return "\"madeAt\":%d,".formatted(HoledSeries.T0.plusSeconds(seconds).toEpochMilli());
  }

  @Test
  void push_numberThatStandsForNoValueAndNothingFills_isDeadLettered() throws Exception {
    try (var harness = harness("missing.values", "x:-9999")) {
      push(harness, 0, -9999, 10);
      push(harness, 10, 1, -9999);

      assertThat(harness.deadLetters()).hasSize(1);
      assertThat(harness.counters().deadLetters(RejectReason.MISSING_FEATURE)).isEqualTo(1);
      assertThat(harness.window("k")).hasSize(1);
    }
  }
}
