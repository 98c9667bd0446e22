package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

final class IntervalPoolTest {
  private static final FeatureSchema ONE = FeatureSchema.ofNumbers("x");

  /** Share of the actuals inside, and the mean half-width. */
  private record Result(double coverage, double halfWidth) {}

  /**
   * Short series with a pool: the share of the actuals inside of those that err, and the mean
   * half-width in units of the series' own scale.
   *
   * @param scale of a series' errors, by a random number; 0 for one that never errs
   * @param told whether the changes of the values tell the scale
   */
  private static Result shortSeries(
      IntervalPlan plan, IntervalPool pool, DoubleUnaryOperator scale, boolean told) {
    Random random = new Random(6);
    float[] halfWidths = new float[1];
    int inside = 0;
    int intervals = 0;
    double sum = 0;
    for (int series = 0; series < 500; series++) {
      ConformalInterval own = plan.start();
      double size = scale.applyAsDouble(random.nextGaussian());
      for (int i = 0; i < 30; i++) {
        float error = (float) (size * random.nextGaussian() * random.nextGaussian());
        float change = told ? (float) (3 * size) : Float.NaN;
        float[] inputs =
            pool == null
                ? new float[0]
                : own.inputs(pool, signs(change, new float[1], new float[0][]));
        (pool == null ? own : own.pooled(pool, inputs)).halfWidths(halfWidths);
        if (size > 0 && !Float.isNaN(halfWidths[0])) {
          intervals++;
          inside += Math.abs(error) <= halfWidths[0] ? 1 : 0;
          sum += halfWidths[0] / size;
        }
        own.update(0, new float[] {error}, new float[1], 0, halfWidths, inputs, new float[1], pool);
      }
    }
    return new Result(inside / (double) intervals, sum / intervals);
  }

  private static Signs signs(float change, float[] forecast, float[][] experts) {
    return new Signs(new float[1], new float[] {change}, forecast, experts);
  }

  @Test
  void halfWidths_manyShortSeries_coverWithAPoolAndNotWithout() {
    IntervalPlan plan = new IntervalPlan(ONE, 1, .9);

    assertThat(shortSeries(plan, null, x -> 1, false).coverage()).isLessThan(.88);
    assertThat(shortSeries(plan, plan.startPool(), x -> 1, false).coverage())
        .isEqualTo(.9, within(.006));
  }

  @Test
  void halfWidths_halfOfTheSeriesNeverErr_coverTheOthers() {
    IntervalPlan plan = new IntervalPlan(ONE, 1, .9);

    assertThat(shortSeries(plan, plan.startPool(), x -> x > 0 ? 1 : 0, false).coverage())
        .isEqualTo(.9, within(.01));
  }

  /** The best constant of a product of two Gaussians is 1.60. */
  @Test
  void halfWidths_shortSeriesOfOneScale_hardlyWiderThanTheQuantile() {
    IntervalPlan plan = new IntervalPlan(ONE, 1, .9);

    assertThat(shortSeries(plan, plan.startPool(), x -> 1, false).halfWidth())
        .isEqualTo(1.60, within(.08));
  }

  @Test
  void halfWidths_changesTellTheScaleOfShortSeries_narrowerThanWhereTheyDoNot() {
    IntervalPlan plan = new IntervalPlan(ONE, 1, .9);

    Result told = shortSeries(plan, plan.startPool(), Math::exp, true);
    Result untold = shortSeries(plan, plan.startPool(), Math::exp, false);

    assertThat(told.coverage()).isEqualTo(.9, within(.008));
    assertThat(untold.coverage()).isEqualTo(.9, within(.012));
    assertThat(told.halfWidth()).isEqualTo(1.60, within(.1));
    assertThat(untold.halfWidth()).isGreaterThan(1.1 * told.halfWidth());
  }

  @Test
  void halfWidths_otherUnits_areTheSameInThem() {
    IntervalPlan plan = new IntervalPlan(ONE, 1, .9);

    Result one = shortSeries(plan, plan.startPool(), x -> 1, true);
    Result thousandth = shortSeries(plan, plan.startPool(), x -> .001, true);

    assertThat(thousandth.coverage()).isEqualTo(one.coverage(), within(.003));
    assertThat(thousandth.halfWidth()).isEqualTo(one.halfWidth(), within(.02));
  }

  @Test
  void halfWidths_expertsApartWhereErrorsAreLarge_followThem() {
    IntervalPlan plan = new IntervalPlan(ONE, 1, .9);
    IntervalPool pool = plan.startPool();
    Random random = new Random(9);
    ConformalInterval own = plan.start();
    float[][] width = new float[2][1];
    for (int i = 0; i < 4_000; i++) {
      int apart = random.nextInt(2);
      float[] inputs =
          own.inputs(pool, signs(1, new float[1], new float[][] {{1 + 9 * apart}, null}));
      own.pooled(pool, inputs).halfWidths(width[apart]);
      float error = (float) ((1 + 9 * apart) * random.nextGaussian());
      own.update(0, new float[] {error}, new float[1], 0, width[apart], inputs, new float[1], pool);
    }

    assertThat(width[1][0] / width[0][0]).isBetween(5f, 20f);
  }

  @Test
  void halfWidths_errorsAreZero_stayFinite() {
    IntervalPlan plan = new IntervalPlan(ONE, 1, .9);
    IntervalPool pool = plan.startPool();
    ConformalInterval own = plan.start();
    float[] halfWidths = {Float.NaN};
    for (int i = 0; i < 3_000; i++) {
      float[] inputs = own.inputs(pool, signs(0, new float[1], new float[0][]));
      own.pooled(pool, inputs).halfWidths(halfWidths);
      float error = i == 100 ? 1 : 0;
      own.update(0, new float[] {error}, new float[1], 0, halfWidths, inputs, new float[1], pool);
      assertThat(halfWidths[0])
          .as("after %s errors", i)
          .satisfiesAnyOf(
              width -> assertThat(width).isNaN(), width -> assertThat(width).isFinite());
    }
    assertThat(halfWidths[0]).isBetween(0f, 1f);
  }

  @Test
  void pooled_intervalsThatWereHandedOn_giveTheSameHalfWidthsAlone() {
    IntervalPlan plan = new IntervalPlan(ONE, 1, .9);
    IntervalPool pool = plan.startPool();
    shortSeries(plan, pool, Math::exp, true);
    ConformalInterval own = plan.start();
    float[] before = new float[1];
    for (int i = 0; i < 7; i++) {
      own.halfWidths(before);
      Intervals.update(own, 0, new float[] {i}, new float[1], 0, before);
    }
    ConformalInterval pooled =
        own.pooled(pool, own.inputs(pool, signs(4, new float[1], new float[0][])));
    ByteBuffer bytes = ByteBuffer.allocate(pooled.bytes());
    pooled.write(bytes);
    float[] sent = new float[1];
    float[] again = new float[1];

    pooled.halfWidths(sent);
    plan.read(bytes.flip()).halfWidths(again);

    assertThat(again).isEqualTo(sent);
    own.halfWidths(again);
    assertThat(again[0]).isNotCloseTo(sent[0], within(.01f));
  }

  /** A pool of two targets and two horizons that has learnt. */
  private static IntervalPool learntPool(IntervalPlan plan, ConformalInterval series) {
    IntervalPool pool = plan.startPool();
    float[] halfWidths = new float[4];
    for (int i = 1; i < 400; i++) {
      Signs signs = signs(plan, i);
      float[] inputs = series.inputs(pool, signs);
      series.pooled(pool, inputs).halfWidths(halfWidths);
      series.update(
          i % 2,
          new float[] {i % 7, i % 5},
          new float[2],
          0,
          halfWidths,
          inputs,
          signs.last(),
          pool);
    }
    return pool;
  }

  private static Signs signs(IntervalPlan plan, int i) {
    float[] values = new float[plan.slots()];
    return new Signs(
        new float[] {i % 3, i}, new float[] {i % 4, i % 9}, values, new float[][] {{1, 2, i, i}});
  }

  @Test
  void readPool_whatWasWritten_isTheSame() {
    IntervalPlan plan = new IntervalPlan(FeatureSchema.ofNumbers("x", "y"), 2, .9);
    ConformalInterval series = plan.start();
    IntervalPool pool = learntPool(plan, series);
    ByteBuffer bytes = ByteBuffer.allocate(pool.bytes());
    pool.write(bytes);
    assertThat(bytes.hasRemaining()).isFalse();

    IntervalPool restored = plan.readPool(bytes.flip());

    assertThat(bytes.hasRemaining()).isFalse();
    Signs signs = signs(plan, 5);
    assertThat(series.inputs(restored, signs)).isEqualTo(series.inputs(pool, signs));
    assertThat(series.pooled(restored, series.inputs(pool, signs)))
        .hasToString(series.pooled(pool, series.inputs(pool, signs)).toString());
  }

  @Test
  void readPool_ofOtherTargetsAndHorizon_startsAfresh() {
    IntervalPlan plan = new IntervalPlan(FeatureSchema.ofNumbers("x", "y"), 3, .9);
    IntervalPool pool = plan.startPool();
    pool.learn(0, 1, .9);
    ByteBuffer bytes = ByteBuffer.allocate(pool.bytes());
    pool.write(bytes);

    // As many places, but others.
    IntervalPlan other = new IntervalPlan(FeatureSchema.ofNumbers("x", "y", "z"), 2, .9);

    assertThat(other.readPool(bytes.flip()).logQuantile(0, 1)).isZero();
  }

  /** Targets, horizon and 14 floats per place, as it was until the pool knew scales. */
  @Test
  void readPool_ofTheFirstLayout_startsAfresh() {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 14 * Float.BYTES).putShort((short) 1);
    bytes.putShort((short) 1);
    for (int i = 0; i < 14; i++) {
      bytes.putFloat(2);
    }

    IntervalPool pool = new IntervalPlan(ONE, 1, .9).readPool(bytes.flip());

    assertThat(pool.logQuantile(0, 1)).isZero();
  }

  @Test
  void readPool_ofALaterLayout_refused() {
    ByteBuffer bytes = ByteBuffer.allocate(2 * Short.BYTES).putShort((short) 0).putShort((short) 3);
    IntervalPlan plan = new IntervalPlan(ONE, 1, .9);

    assertThatIllegalStateException()
        .isThrownBy(() -> plan.readPool(bytes.flip()))
        .withMessageContaining("another version of tplus1: start that one or a newer one, or");
  }

  /** Of two steps ahead, one forecast is answered between another one and its answer. */
  @Test
  void update_secondStep_teachesTheAgeAtWhichItWasMade() {
    IntervalPlan plan = new IntervalPlan(ONE, 2, .9);
    IntervalPool pool = plan.startPool();
    ConformalInterval own = plan.start();
    float[] halfWidths = {1, 1};
    for (int i = 0; i < 4; i++) {
      Intervals.update(own, 1, new float[] {2}, new float[2], 1, halfWidths);
    }

    own.update(1, new float[] {2}, new float[2], 1, halfWidths, new float[0], new float[1], pool);

    assertThat(pool.logQuantile(1, 3)).isPositive();
    assertThat(pool.logQuantile(1, 4)).isZero();
  }
}
