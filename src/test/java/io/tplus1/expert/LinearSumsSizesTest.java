package io.tplus1.expert;

import static io.tplus1.expert.LinearRows.after;
import static io.tplus1.expert.LinearRows.rows;
import static io.tplus1.expert.LinearRows.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@link LinearSums} where rows, or errors, are of another size than those before. */
class LinearSumsSizesTest {
  private static final FeatureSchema ONE = FeatureSchema.ofNumbers("x");

  @Test
  void add_oneGiant_movesForecastsLittle() {
    float[] x = rows(new Random(4), 400);
    LinearShape shape = LinearShapes.own(ONE, List.of(1, 2), 1, 0.01, 1);
    LinearSums clean = new LinearSums(shape);
    LinearSums dirty = new LinearSums(shape);
    float[] giant = x.clone();
    giant[4 * 300] = 1e9f;
    for (int t = 3; t < 390; t++) {
      clean.add(window(x, 4, t, 3), after(x, 4, t, 1), 1);
      dirty.add(window(giant, 4, t, 3), after(giant, 4, t, 1), 1);
    }
    float[] expected = new float[1];
    float[] found = new float[1];
    clean.solve().orElseThrow().forecast(window(x, 4, 395, 3), expected);
    dirty.solve().orElseThrow().forecast(window(x, 4, 395, 3), found);

    assertThat(found[0]).isCloseTo(expected[0], within(2f));
  }

  /** Four of five rows do not change, the fifth rises by 100: the mean is 20, the median 0. */
  @Test
  void solve_huber_isNearTheMedianAndWithoutNearTheMean() {
    LinearShape shape = LinearShapes.own(ONE, LinearShapes.lags(2), 1, 0.1, 0.98);
    LinearSums plain = new LinearSums(shape);
    LinearSums robust = new LinearSums(LinearShapes.withHuber(shape, 0.3));
    Random random = new Random(8);
    float[] x = new float[4];
    for (int t = 0; t < 1000; t++) {
      for (int i = 0; i < 3; i++) {
        x[i] = (float) random.nextGaussian();
      }
      x[3] = x[2] + (t % 5 == 0 ? 100 : 0);
      plain.add(window(x, 1, 2, 3), after(x, 1, 2, 1), 1);
      robust.add(window(x, 1, 2, 3), after(x, 1, 2, 1), 1);
      robust.solve();
    }
    Arrays.fill(x, 0);
    float[] mean = new float[1];
    float[] median = new float[1];
    plain.solve().orElseThrow().forecast(window(x, 1, 2, 3), mean);
    robust.solve().orElseThrow().forecast(window(x, 1, 2, 3), median);

    assertThat(mean[0]).isBetween(15f, 25f);
    assertThat(median[0]).isBetween(-5f, 5f);
  }

  /** A thousandfold after a calm stretch, and of the opposite sign. */
  @Test
  void solve_huberAfterACalmStretch_learnsTheNewLaw() {
    LinearShape shape = LinearShapes.own(ONE, List.of(1), 1, 0.01, 0.998);
    LinearSums plain = new LinearSums(shape);
    LinearSums robust = new LinearSums(LinearShapes.withHuber(shape, 0.3));
    Random random = new Random(8);
    for (int t = 0; t < 1_400; t++) {
      double size = t < 1_000 ? 1e-3 : 1;
      double law = t < 1_000 ? 0.8 : -0.8;
      float change = (float) (size * random.nextGaussian());
      float next = (float) (law * change + size * 0.2 * random.nextGaussian());
      float[] x = {0, change, change + next};
      for (LinearSums sums : List.of(plain, robust)) {
        sums.add(window(x, 1, 1, 2), after(x, 1, 1, 1), 1);
        sums.solve();
      }
    }
    float[] asked = {0, 1, 0};
    float[] found = new float[1];

    plain.solve().orElseThrow().forecast(window(asked, 1, 1, 2), found);
    assertThat(found[0]).isCloseTo(1 - 0.8f, within(0.1f));

    robust.solve().orElseThrow().forecast(window(asked, 1, 1, 2), found);
    assertThat(found[0]).isCloseTo(1 - 0.8f, within(0.1f));
  }

  /** The jump to its first reading would be a trend for thousands of rows. */
  @Test
  void solve_targetThatBeginsLate_isForecastWithoutItsJump() {
    FeatureSchema two = FeatureSchema.ofNumbers("a", "late");
    LinearSums sums = new LinearSums(LinearShapes.joint(two, List.of(1, 2), 2, 0.01, 0.999));
    Random random = new Random(10);
    float[] rows = new float[2 * 1_200];
    for (int t = 0; t < 1_200; t++) {
      rows[2 * t] = (float) random.nextGaussian();
      rows[2 * t + 1] = t < 1_000 ? 0 : 3_000 + (float) random.nextGaussian();
    }
    for (int t = 2; t < 1_100; t++) {
      sums.add(window(rows, 2, t, 3), after(rows, 2, t, 2), 1);
    }
    LinearModel model = sums.solve().orElseThrow();
    float[] out = new float[4];
    double off = 0;
    for (int t = 1_100; t < 1_198; t++) {
      model.forecast(window(rows, 2, t, 3), out);
      off += (out[1] - 3_000 + out[3] - 3_000) / (2 * 98);
    }

    assertThat(off).isBetween(-0.5, 0.5);
  }

  /** The target that never moves has no usual error, and counts for none. */
  @Test
  void solve_huberBesideATargetThatNeverMoves_weighsErrorsAsAlone() {
    LinearShape one = LinearShapes.withHuber(LinearShapes.own(ONE, List.of(1), 1, 0.01, 0.98), 0.3);
    FeatureSchema two = FeatureSchema.ofNumbers("x", "still");
    LinearShape both =
        LinearShapes.withHuber(LinearShapes.joint(two, List.of(1), 1, 0.01, 0.98), 0.3);
    LinearSums alone = new LinearSums(one);
    LinearSums beside = new LinearSums(both);
    Random random = new Random(9);
    for (int t = 0; t < 300; t++) {
      float change = (float) random.nextGaussian();
      float next = change / 2 + (t % 5 == 0 ? 100 : 0);
      alone.add(
          window(new float[] {0, change}, 1, 1, 2),
          after(new float[] {change + next}, 1, -1, 1),
          1);
      beside.add(
          window(new float[] {0, 5, change, 5}, 2, 1, 2),
          after(new float[] {change + next, 5}, 2, -1, 1),
          1);
      alone.solve();
      beside.solve();
    }
    float[] expected = new float[1];
    float[] found = new float[2];
    alone.solve().orElseThrow().forecast(window(new float[] {0, 1}, 1, 1, 2), expected);
    beside.solve().orElseThrow().forecast(window(new float[] {0, 5, 1, 5}, 2, 1, 2), found);

    assertThat(found[0]).isCloseTo(expected[0], within(0.1f));
    assertThat(found[1]).isEqualTo(5);
  }
}
