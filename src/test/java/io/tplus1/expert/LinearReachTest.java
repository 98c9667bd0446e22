package io.tplus1.expert;

import static io.tplus1.expert.LinearRows.after;
import static io.tplus1.expert.LinearRows.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far a model that sums were solved for goes from the last value. */
class LinearReachTest {
  /**
   * As a meter in W among many in kW: what they have learnt holds of it in its own size, also where
   * the horizon is longer than lags reach.
   */
  @ParameterizedTest
  @CsvSource({"24, 1, .1, .6", "4, 12, .02, .2"})
  void solve_oneSeriesMuchLargerThanAllOthers_isForecastAsTheyAre(
      int lags, int horizon, double noise, double most) {
    Random random = new Random(5);
    int all = 100;
    LinearSums sums =
        new LinearSums(
            LinearShapes.own(
                FeatureSchema.ofNumbers("x"), LinearShapes.lags(lags), horizon, 0.01, 0.9995));
    float[] large = null;
    for (int s = 0; s < all; s++) {
      large = new float[130];
      for (int t = 0; t < large.length; t++) {
        double profile = Math.sin(2 * Math.PI * t / 24) + noise * random.nextGaussian();
        large[t] = (float) (profile * (s == all - 1 ? 1_000 : 1));
      }
      for (int last = 24; last < 100; last++) {
        sums.add(window(large, 1, last, 25), after(large, 1, last, horizon), 1);
      }
    }
    LinearModel model = sums.solve().orElseThrow();
    double errors = 0;
    double persistence = 0;
    float[] out = new float[horizon];
    for (int last = 90; last < 114; last++) {
      model.forecast(window(large, 1, last, 25), out);
      errors += Math.pow((double) large[last + horizon] - out[horizon - 1], 2);
      persistence += Math.pow((double) large[last + horizon] - large[last], 2);
    }

    assertThat(errors).isLessThan(most * persistence);
  }

  /** As rain that begins after a dry season: a few drops are no measure of what a storm does. */
  @Test
  void solve_inputThatBeginsLateAndSmall_isNotTrustedFarBeyond() {
    FeatureSchema schema = FeatureSchema.ofNumbers("a", "b");
    LinearSums sums =
        new LinearSums(LinearShapes.joint(schema, LinearShapes.lags(1, 4), 1, 0.01, 0.9999));
    Random random = new Random(3);
    int steps = 3_044;
    float[] rows = new float[2 * steps];
    for (int t = 1; t < steps; t++) {
      rows[2 * t] = (float) (0.9 * rows[2 * t - 2] + 0.5 * random.nextGaussian());
      rows[2 * t + 1] = t < 3_000 ? 0 : t < 3_040 ? 0.001f : 1;
    }
    for (int last = 4; last < 3_039; last++) {
      sums.add(window(rows, 2, last, 5), after(rows, 2, last, 1), 1);
    }
    float[] out = new float[2];

    sums.solve().orElseThrow().forecast(window(rows, 2, 3_040, 5), out);

    // Of changes of some 0.5 there were 3,000, whose squares have a root of some 28.
    assertThat(out[0]).isBetween(-32f, 32f);
  }
}
