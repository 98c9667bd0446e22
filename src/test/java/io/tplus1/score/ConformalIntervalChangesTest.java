package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors that change: spikes, other sizes, series that stand still and move again. */
final class ConformalIntervalChangesTest {
  private static final FeatureSchema ONE = FeatureSchema.ofNumbers("x");

  @Test
  void halfWidths_errorsTriple_coverAgain() {
    Random random = new Random(2);
    ConformalInterval intervals = new IntervalPlan(ONE, 1, .9).start();
    IntervalRun.of(intervals, 0, 2_000, i -> random.nextGaussian());

    assertThat(IntervalRun.of(intervals, 0, 2_000, i -> 3 * random.nextGaussian()).coverage())
        .isEqualTo(.9, within(.01));
    assertThat(IntervalRun.of(intervals, 0, 50, i -> .1 * random.nextGaussian()).coverage())
        .isEqualTo(1.0);
    assertThat(IntervalRun.of(intervals, 0, 2_000, i -> .1 * random.nextGaussian()).coverage())
        .isEqualTo(.9, within(.015));
  }

  /** A spike in the data errs twice: the forecast of it, and that from it. */
  @ParameterizedTest
  @CsvSource({"1e6, 1, 100, 10", "1e30, 1, 100, 2.2", "1e9, 2, 200, 2.2"})
  void halfWidths_spike_forgottenSoon(double spike, int times, int after, double limit) {
    Random random = new Random(4);
    ConformalInterval intervals = new IntervalPlan(ONE, 1, .9).start();
    IntervalRun.of(intervals, 0, 2_000, i -> random.nextGaussian());

    IntervalRun.of(intervals, 0, times, i -> spike);

    assertThat(IntervalRun.of(intervals, after, 500, i -> random.nextGaussian()).halfWidth())
        .isLessThan(limit);
  }

  @Test
  void halfWidths_errorsGrowAMillionfold_coverAgain() {
    Random random = new Random(5);
    ConformalInterval intervals = new IntervalPlan(ONE, 1, .9).start();
    IntervalRun.of(intervals, 0, 2_000, i -> random.nextGaussian());

    assertThat(IntervalRun.of(intervals, 20, 500, i -> 1e6 * random.nextGaussian()).coverage())
        .isEqualTo(.9, within(.04));
  }

  @Test
  void halfWidths_stuckSeriesThatMovesAgain_coverAgain() {
    Random random = new Random(8);
    ConformalInterval intervals = new IntervalPlan(ONE, 1, .9).start();
    IntervalRun.of(intervals, 0, 500, i -> random.nextGaussian());
    assertThat(IntervalRun.of(intervals, 0, 10_000, i -> 0).coverage()).isEqualTo(1.0);

    assertThat(IntervalRun.of(intervals, 50, 200, i -> random.nextGaussian()).coverage())
        .isEqualTo(.9, within(.05));
    assertThat(IntervalRun.of(intervals, 0, 1_000, i -> random.nextGaussian()).coverage())
        .isEqualTo(.9, within(.02));
  }

  /** One step of a float this way and that is no error of a series that erred by halves. */
  @ParameterizedTest
  @CsvSource({"1000, 1", "3000, 2"})
  void halfWidths_stuckSeriesThatIsRoundedMovesAgain_coverAgain(int rows, int steps) {
    Random random = new Random(8);
    float value = 21.3f;
    float up = value + steps * Math.ulp(value);
    ConformalInterval intervals = new IntervalPlan(ONE, 1, .9).start();
    IntervalRun.of(intervals, 0, 500, i -> .5 * random.nextGaussian());
    float[] halfWidths = new float[1];
    int inside = 0;
    for (int i = 0; i < rows; i++) {
      float actual = i % 2 == 0 ? up : value;
      float last = i % 2 == 0 ? value : up;
      intervals.halfWidths(halfWidths);
      inside += Math.abs(value - actual) <= halfWidths[0] ? 1 : 0;
      intervals.update(
          0,
          new float[] {actual},
          new float[] {value},
          0,
          halfWidths,
          new float[0],
          new float[] {last},
          null);
    }

    assertThat(inside).isEqualTo(rows);
    assertThat(IntervalRun.of(intervals, 50, 200, i -> .5 * random.nextGaussian()).coverage())
        .isEqualTo(.9, within(.05));
  }

  /** Then its intervals are that narrow, and hold what rounding moves. */
  @Test
  void halfWidths_seriesThatErredByRoundingsAlone_coverThem() {
    Random random = new Random(8);
    float value = 21.3f;
    ConformalInterval intervals = new IntervalPlan(ONE, 1, .9).start();
    float[] halfWidths = new float[1];
    int inside = 0;
    for (int i = 0; i < 2_000; i++) {
      float actual = value + random.nextInt(3) * Math.ulp(value);
      intervals.halfWidths(halfWidths);
      inside += i >= 1_000 && Math.abs(value - actual) <= halfWidths[0] ? 1 : 0;
      intervals.update(
          0,
          new float[] {actual},
          new float[] {value},
          0,
          halfWidths,
          new float[0],
          new float[] {value},
          null);
    }

    assertThat(inside / 1_000.0).isEqualTo(.9, within(.02));
  }

  @Test
  void halfWidths_seriesThatStoodStillFromItsStart_areThoseOfANewOne() {
    Random one = new Random(9);
    Random two = new Random(9);
    ConformalInterval still = new IntervalPlan(ONE, 1, .9).start();
    IntervalRun.of(still, 0, 10_000, i -> 0);
    ConformalInterval fresh = new IntervalPlan(ONE, 1, .9).start();
    IntervalRun.of(fresh, 0, 1, i -> 0);

    assertThat(IntervalRun.of(still, 1, 100, i -> one.nextGaussian()))
        .isEqualTo(IntervalRun.of(fresh, 1, 100, i -> two.nextGaussian()));
  }
}
