package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.WindowHash;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Receipt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A receipt tells enough to make its forecast again. */
class ReceiptTopologyTest {
  private static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");

  @Test
  void push_mix_isToTheBitWhatTheReceiptSays() throws Exception {
    try (var harness =
        new ForecastTestHarness(
            Map.of(
                "features", "x",
                "window.steps", "4",
                "history.minimum", "1",
                "forecast.horizon", "2",
                "season.steps", "2",
                "experts", "last,seasonal,rnn"))) {
      harness.serve(new RecordingForecaster("m", harness.schema(), 4, 2, 3, .7f));
      for (int i = 0; i < 30; i++) {
        harness.push("k", T0.plusSeconds(i), i % 2 + i * .01f);

        Prediction prediction = harness.predictions().get(0);
        Receipt receipt = prediction.receipt().orElseThrow();
        List<FeatureVector> window = harness.window("k");
        assertThat(receipt.kernel()).isEqualTo("recording");
        assertThat(receipt.experts()).containsExactly("last", "seasonal", "rnn");
        assertThat(receipt.window())
            .isEqualTo(
                new Receipt.Window(
                    window.get(0).timeMs(),
                    window.size(),
                    WindowHash.of(FeatureWindow.of(window.toArray(FeatureVector[]::new))),
                    0,
                    Math.max(0, i - 3),
                    i));
        float now = window.get(window.size() - 1).values()[0];
        float before = window.size() < 2 ? Float.NaN : window.get(window.size() - 2).values()[0];
        float[][] experts = {{now, now}, {before, now}, {3, .7f}};
        for (int h = 0; h < 2; h++) {
          double sum = 0;
          double weights = 0;
          for (int e = 0; e < 3; e++) {
            if (Float.isFinite(experts[e][h])) {
              sum += (double) receipt.weights()[h][0][e] * experts[e][h];
              weights += receipt.weights()[h][0][e];
            }
          }
          assertThat(prediction.values()[h]).isEqualTo((float) (sum / weights));
        }
        assertThat(receipt.intervals()).hasSize(4 + 2 * 16);
      }
    }
  }

  @Test
  void push_afterALateVector_doesNotKnowTheFirstOffset() {
    try (var harness = new ForecastTestHarness(Map.of("features", "x", "window.steps", "2"))) {
      harness.push("k", T0, 1);
      harness.push("k", T0.plusSeconds(2), 2);
      harness.predictions();
      harness.push("k", T0.plusSeconds(1), 3);
      harness.push("k", T0.plusSeconds(3), 4);
      harness.push("k", T0.plusSeconds(4), 5);

      assertThat(harness.predictions())
          .extracting(prediction -> prediction.receipt().orElseThrow().window())
          .extracting(Receipt.Window::firstOffset)
          .containsExactly(Receipt.UNKNOWN, 3L);
    }
  }

  @Test
  void push_withoutModel_hasNeitherKernelNorExperts() {
    try (var harness =
        new ForecastTestHarness(
            Map.of("features", "x", "window.steps", "1", "interval.coverage", "0"))) {
      harness.push("k", T0, 1);

      Receipt receipt = harness.predictions().get(0).receipt().orElseThrow();
      assertThat(receipt.kernel()).isEmpty();
      assertThat(receipt.experts()).isEmpty();
      assertThat(receipt.intervals()).isEmpty();
    }
  }
}
