package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConformalIntervalTest {
  private static final FeatureSchema ONE = FeatureSchema.ofNumbers("x");

  @Property(tries = 40, seed = "20261124")
  void halfWidths_gaussianErrorsOfAnyScale_coverAsWished(
      @ForAll long seed,
      @ForAll @DoubleRange(min = .5, max = .97) double coverage,
      @ForAll @IntRange(min = -6, max = 6) int digits) {
    Random random = new Random(seed);

    IntervalRun result =
        IntervalRun.of(
            new IntervalPlan(ONE, 1, coverage).start(),
            100,
            5_000,
            i -> Math.pow(10, digits) * random.nextGaussian());

    assertThat(result.coverage()).isEqualTo(coverage, within(.015));
  }

  @Test
  void halfWidths_gaussianErrors_hardlyWiderThanTheQuantile() {
    Random random = new Random(1);

    IntervalRun result =
        IntervalRun.of(
            new IntervalPlan(ONE, 1, .9).start(), 200, 20_000, i -> random.nextGaussian());

    assertThat(result.coverage()).isEqualTo(.9, within(.003));
    assertThat(result.halfWidth()).isEqualTo(1.645, within(.05));
  }

  /** As sales or rain: a high quantile is thousands of times the usual size. */
  @ParameterizedTest
  @CsvSource({".9, .2", ".95, .1", ".98, .05", ".99, .01", ".99, .02", ".99, .05", ".995, .02"})
  void halfWidths_errorsThatAreSeldomAndLarge_coverAsWished(double coverage, double share) {
    Random random = new Random(7);

    IntervalRun result =
        IntervalRun.of(
            new IntervalPlan(ONE, 1, coverage).start(),
            30_000,
            30_000,
            i -> random.nextDouble() < share ? 5 + random.nextGaussian() : 0);

    assertThat(result.coverage()).isEqualTo(coverage, within(.004));
  }

  /** The first forecasts of a series, which its tracker has hardly followed yet. */
  @ParameterizedTest
  @CsvSource({".9, .875, .92", ".8, .78, .82"})
  void halfWidths_firstThirtyOfManySeries_coverNearlyAsWished(
      double coverage, double least, double most) {
    Random random = new Random(11);
    double sum = 0;
    for (int series = 0; series < 2_000; series++) {
      sum +=
          IntervalRun.of(new IntervalPlan(ONE, 1, coverage).start(), 1, 30, i -> laplace(random))
              .coverage();
    }

    assertThat(sum / 2_000).isBetween(least, most);
  }

  private static double laplace(Random random) {
    return (random.nextBoolean() ? 1 : -1) * Math.log(1 - random.nextDouble());
  }

  /** What it begins with is a part of the state, so that states of before do not widen at once. */
  @Test
  void read_stateOfARelease_hasTheHalfWidthsOfThen() {
    IntervalPlan plan = new IntervalPlan(ONE, 1, .9);
    ByteBuffer bytes = ByteBuffer.allocate(plan.start().bytes());
    bytes.putShort((short) 1).putShort((short) 1);
    bytes.putFloat(0).putFloat(2).putFloat(2).putFloat(1);
    ConformalInterval intervals = plan.read(bytes.flip());
    float[] halfWidths = new float[1];

    intervals.halfWidths(halfWidths);
    assertThat(halfWidths[0]).isEqualTo((float) (4 * -Math.log(.1)), within(1e-5f));

    Intervals.update(intervals, 0, new float[] {4}, new float[1], 0, halfWidths);

    intervals.halfWidths(halfWidths);
    double inside = -.5 / Math.sqrt(2) * .1;
    assertThat(halfWidths[0])
        .isEqualTo((float) (4 * -Math.log(.1) * Math.exp(inside)), within(1e-5f));
  }

  /** As of a restored series, too, whose errors were all 0. */
  @Test
  void halfWidths_firstErrorAfterErrorsOfZero_asAfterAFirstError() {
    ConformalInterval still = new IntervalPlan(ONE, 1, .9).start();
    IntervalRun.of(still, 0, 3, i -> 0);

    IntervalRun.of(still, 0, 1, i -> 4);

    float[] halfWidths = new float[1];
    still.halfWidths(halfWidths);
    // The fast size is half of it, as an error of 0 came before; the slow one weighs 3 / 4.
    double size = .3 * Math.log(2 * .5) + .7 * Math.log(2 * .75);
    assertThat(halfWidths[0])
        .isEqualTo((float) (4 / Math.PI * -Math.log(.1) * Math.exp(2 * size)), within(1e-5f));
  }

  /** Forecasts of 24 steps ahead, whose errors are sums over the steps, answered 24 rows later. */
  @Test
  void halfWidths_errorsOfADistantHorizon_littleWiderThanTheQuantile() {
    Random random = new Random(3);
    int horizon = 24;
    ConformalInterval intervals = new IntervalPlan(ONE, horizon, .9).start();
    Deque<float[]> sent = new ArrayDeque<>();
    Deque<Double> steps = new ArrayDeque<>();
    int inside = 0;
    int count = 0;
    double width = 0;
    for (int i = 0; i < 20_000; i++) {
      steps.addLast(random.nextGaussian());
      if (steps.size() > horizon) {
        steps.removeFirst();
      }
      if (sent.size() == horizon) {
        float[] halfWidths = sent.removeFirst();
        float error = (float) steps.stream().mapToDouble(step -> step).sum();
        Intervals.update(intervals, horizon - 1, new float[] {error}, new float[1], 0, halfWidths);
        if (i > 5_000) {
          inside += Math.abs(error) <= halfWidths[horizon - 1] ? 1 : 0;
          width += halfWidths[horizon - 1];
          count++;
        }
      }
      float[] halfWidths = new float[horizon];
      intervals.halfWidths(halfWidths);
      sent.addLast(halfWidths);
    }

    assertThat(inside / (double) count).isEqualTo(.9, within(.01));
    assertThat(width / count).isLessThan(1.2 * 1.645 * Math.sqrt(horizon));
  }

  /** Values that wander, hourly and two days ahead, in the first weeks of a series. */
  @Test
  void halfWidths_firstErrorsOfADistantHorizon_coverAndAreSeldomManyTimesAsWide() {
    int horizon = 48;
    int rows = 500;
    int seeds = 200;
    double quantile = 1.645 * Math.sqrt(horizon);
    int inside = 0;
    int count = 0;
    double width = 0;
    int wild = 0;
    for (int seed = 0; seed < seeds; seed++) {
      Random random = new Random(seed);
      ConformalInterval intervals = new IntervalPlan(ONE, horizon, .9).start();
      float[][] sent = new float[rows][horizon];
      double[] walk = new double[rows];
      double widest = 0;
      for (int t = 0; t < rows; t++) {
        walk[t] = (t == 0 ? 0 : walk[t - 1]) + random.nextGaussian();
        int made = t - horizon;
        if (made >= 0) {
          float error = (float) (walk[t] - walk[made]);
          Intervals.update(
              intervals, horizon - 1, new float[] {error}, new float[1], 0, sent[made]);
          if (made > horizon) {
            double halfWidth = sent[made][horizon - 1];
            inside += Math.abs(error) <= halfWidth ? 1 : 0;
            width += halfWidth;
            widest = Math.max(widest, halfWidth);
            count++;
          }
        }
        intervals.halfWidths(sent[t]);
      }
      wild += widest > 5 * quantile ? 1 : 0;
    }

    assertThat(inside / (double) count).isBetween(.86, .94);
    assertThat(width / count).isLessThan(1.5 * quantile);
    assertThat(wild).isLessThanOrEqualTo(seeds / 20);
  }

  @Test
  void halfWidths_nothingMatured_none() {
    ConformalInterval intervals = new IntervalPlan(ONE, 2, .9).start();
    float[] halfWidths = new float[2];
    intervals.halfWidths(halfWidths);
    assertThat(halfWidths).containsOnly(Float.NaN);

    Intervals.update(intervals, 1, new float[] {3}, new float[] {0, 5}, 1, halfWidths);

    intervals.halfWidths(halfWidths);
    assertThat(halfWidths[0]).isNaN();
    assertThat(halfWidths[1]).isEqualTo((float) (2 * 4 / Math.PI * -Math.log(.1)), within(1e-5f));
  }

  @Test
  void update_actualOrForecastNotFinite_teachesNothing() {
    ConformalInterval intervals = new IntervalPlan(ONE, 1, .9).start();
    Intervals.update(intervals, 0, new float[] {1}, new float[1], 0, new float[] {Float.NaN});
    float[] before = new float[1];
    intervals.halfWidths(before);

    Intervals.update(intervals, 0, new float[] {Float.NaN}, new float[1], 0, before);
    Intervals.update(intervals, 0, new float[1], new float[] {Float.POSITIVE_INFINITY}, 0, before);

    float[] after = new float[1];
    intervals.halfWidths(after);
    assertThat(after).isEqualTo(before);
  }

  @Test
  void halfWidths_categories_haveNone() {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.category("c", List.of("u")), Feature.number("n")));
    ConformalInterval intervals = new IntervalPlan(schema, 1, .9).start();
    float[] halfWidths = new float[2];
    Arrays.fill(halfWidths, Float.NaN);

    Intervals.update(intervals, 0, new float[] {1, 5}, new float[] {.5f, .5f, 4}, 0, halfWidths);

    intervals.halfWidths(halfWidths);
    assertThat(halfWidths[0]).isNaN();
    assertThat(halfWidths[1]).isEqualTo((float) (4 / Math.PI * -Math.log(.1)), within(1e-5f));
  }

  @Test
  void read_whatWasWritten_goesOnBitForBit() {
    IntervalPlan plan = new IntervalPlan(ONE, 1, .8);
    ConformalInterval intervals = plan.start();
    Random random = new Random(3);
    IntervalRun.of(intervals, 0, 100, i -> random.nextGaussian());
    ByteBuffer bytes = ByteBuffer.allocate(intervals.bytes() + 1);
    intervals.write(bytes);
    bytes.put((byte) 42).flip();

    ConformalInterval restored = plan.read(bytes);

    assertThat(bytes.get()).isEqualTo((byte) 42);
    Random one = new Random(5);
    Random two = new Random(5);
    assertThat(IntervalRun.of(restored, 0, 50, i -> one.nextGaussian()))
        .isEqualTo(IntervalRun.of(intervals, 0, 50, i -> two.nextGaussian()));
    assertThat(restored).hasToString(intervals.toString());
  }

  @Test
  void read_otherHorizon_startsAfreshAndLeavesTheNextBytes() {
    ConformalInterval intervals = new IntervalPlan(ONE, 1, .9).start();
    IntervalRun.of(intervals, 0, 5, i -> 1);
    ByteBuffer bytes = ByteBuffer.allocate(intervals.bytes());
    intervals.write(bytes);

    ConformalInterval restored = new IntervalPlan(ONE, 2, .9).read(bytes.flip());

    assertThat(bytes.hasRemaining()).isFalse();
    float[] halfWidths = new float[2];
    restored.halfWidths(halfWidths);
    assertThat(halfWidths).containsOnly(Float.NaN);
  }

  @Test
  void plan_coverageOutOfRange_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IntervalPlan(ONE, 1, 1))
        .withMessageContaining("found 1.0");
  }
}
