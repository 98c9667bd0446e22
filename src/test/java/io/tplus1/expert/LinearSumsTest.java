package io.tplus1.expert;

import static io.tplus1.expert.LinearRows.after;
import static io.tplus1.expert.LinearRows.rows;
import static io.tplus1.expert.LinearRows.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LinearSumsTest {
  private static final FeatureSchema ONE = FeatureSchema.ofNumbers("x");

  /** Inputs as the Javadoc of the shape defines them, in raw units. */
  private static double[] inputs(LinearShape shape, FeatureWindow window, int... features) {
    int per = shape.lags().size() + (shape.levels() ? 1 : 0);
    double[] row = new double[per * features.length];
    for (int f = 0; f < features.length; f++) {
      double last = window.last(features[f]);
      for (int i = 0; i < shape.lags().size(); i++) {
        int step = Math.max(0, window.steps() - 1 - shape.lags().get(i));
        row[f * per + i] = window.value(step, features[f]) - last;
      }
      if (shape.levels()) {
        row[f * per + per - 1] = last;
      }
    }
    return row;
  }

  @Property(tries = 60, seed = "20261124")
  void solve_anyRows_isRidgeOverAllOfThem(
      @ForAll long seed,
      @ForAll boolean joint,
      @ForAll boolean levels,
      @ForAll @IntRange(min = 1, max = 3) int horizon,
      @ForAll @DoubleRange(min = 0.8, max = 1) double forgetting) {
    Random random = new Random(seed);
    float[] rows = rows(random, 40);
    FeatureSchema schema =
        new FeatureSchema(
            List.of(Feature.number("a"), Feature.number("b"), Feature.number("c")),
            List.of(0, 1),
            List.of(2, 0));
    List<Integer> lags = LinearShapes.lags(2, 5);
    LinearShape shape =
        joint
            ? LinearShapes.joint(schema, lags, horizon, 0.1, forgetting)
            : LinearShapes.own(schema, lags, horizon, 0.1, forgetting);
    shape = levels ? LinearShapes.withLevels(shape) : shape;
    LinearSums sums = new LinearSums(shape);
    NaiveRidge[] naive = {new NaiveRidge(forgetting, 0.1), new NaiveRidge(forgetting, 0.1)};
    int[][] read = joint ? new int[][] {{0, 1, 2}, {0, 1, 2}} : new int[][] {{2}, {0}};
    int[] targets = {2, 0};

    for (int last = 0; last < 36; last++) {
      FeatureWindow window = window(rows, 4, last, 4);
      double weight = 0.5 + random.nextDouble();
      sums.add(window, after(rows, 4, last, horizon), weight);
      double[] all = new double[2 * horizon];
      for (int t = 0; t < 2; t++) {
        for (int h = 0; h < horizon; h++) {
          int at = 4 * (last + 1 + h) + targets[t];
          all[t * horizon + h] = (double) rows[at] - window.last(targets[t]);
        }
      }
      for (int t = 0; t < 2; t++) {
        double[] own = Arrays.copyOfRange(all, t * horizon, (t + 1) * horizon);
        naive[t].add(inputs(shape, window, read[t]), joint ? all : own, weight);
      }
    }

    FeatureWindow newest = window(rows, 4, 39, 4);
    float[] out = new float[2 * horizon];
    sums.solve().orElseThrow().forecast(newest, out);
    for (int t = 0; t < 2; t++) {
      for (int h = 0; h < horizon; h++) {
        double change =
            naive[t].forecast(inputs(shape, newest, read[t]), joint ? t * horizon + h : h);
        assertThat((double) out[2 * h + t])
            .isCloseTo(newest.last(targets[t]) + change, within(1e-3));
      }
    }
  }

  /** Golden values by numpy. */
  @Test
  void solve_knownRows_forecastsAsNumpyDoes() {
    float[] x = new float[60];
    for (int t = 0; t < x.length; t++) {
      x[t] = (float) (Math.sin(t * 0.7) * 3 + Math.cos(t * 1.9) + (t * 37) % 11 * 0.25 + 100);
    }
    LinearSums sums = new LinearSums(LinearShapes.own(ONE, List.of(1, 2, 5), 2, 0.05, 0.97));
    for (int t = 0; t < 58; t++) {
      sums.add(window(x, 1, t, 10), after(x, 1, t, 2), 1);
    }

    float[] out = new float[2];
    sums.solve().orElseThrow().forecast(window(x, 1, 59, 10), out);

    assertThat(out).containsExactly(new float[] {100.45602f, 98.33539f}, within(2e-5f));
  }

  @Test
  void solve_nothingLearnt_isEmpty() {
    assertThat(new LinearSums(LinearShapes.own(ONE, List.of(1), 1, 0.01, 1)).solve()).isEmpty();
  }

  @Test
  void solve_seriesThatNeverMoves_forecastsTheLastValue() {
    float[] x = new float[30];
    Arrays.fill(x, 7f);
    for (int scale : new int[] {0, 5}) {
      LinearSums sums =
          new LinearSums(
              LinearShapes.withLocalScale(LinearShapes.own(ONE, List.of(1, 2), 1, 0, 1), scale));
      float[] moving = new float[30];
      for (int i = 0; i < 30; i++) {
        moving[i] = scale == 0 ? 7f : i % 3;
      }
      for (int t = 0; t < 29; t++) {
        sums.add(window(moving, 1, t, 10), after(moving, 1, t, 1), 1);
      }
      float[] out = new float[1];
      sums.solve().orElseThrow().forecast(window(x, 1, 29, 10), out);

      assertThat(out[0]).isEqualTo(7f);
    }
  }

  @Test
  void solve_oneTargetNeverMoves_theOthersAreSolved() {
    Random random = new Random(4);
    FeatureSchema two = FeatureSchema.ofNumbers("x", "c");
    float[] rows = new float[2 * 60];
    for (int t = 0; t < 60; t++) {
      rows[2 * t] = (float) random.nextGaussian();
      rows[2 * t + 1] = 7f;
    }
    LinearSums sums =
        new LinearSums(
            LinearShapes.withLocalScale(LinearShapes.own(two, List.of(1, 2), 1, 1e-3, 1), 5));
    for (int t = 0; t < 59; t++) {
      sums.add(window(rows, 2, t, 10), after(rows, 2, t, 1), 1);
    }
    float[] out = new float[2];
    sums.solve().orElseThrow().forecast(window(rows, 2, 59, 10), out);

    // A mean that does not hang together is best forecast by the mean.
    assertThat(out[0]).isCloseTo(0f, within(0.7f));
    assertThat(out[1]).isEqualTo(7f);
  }

  @Test
  void solve_lagsThatAreTheSame_isSolvedWithMoreRidge() {
    // Windows of two steps: every lag beyond the first is the oldest value too.
    float[] x = rows(new Random(5), 40);
    LinearSums sums = new LinearSums(LinearShapes.own(ONE, List.of(1, 2, 3, 4), 1, 0, 1));
    for (int t = 1; t < 30; t++) {
      sums.add(window(x, 4, t, 2), after(x, 4, t, 1), 1);
    }

    float[] out = new float[1];
    sums.solve().orElseThrow().forecast(window(x, 4, 31, 2), out);

    assertThat(out[0]).isFinite().isBetween(20f, 80f);
  }

  @Test
  void solve_featuresInOtherUnits_forecastsTheSame() {
    float[] units = {0x1p50f, 0x1p-50f, 1, 1};
    float[] rows = rows(new Random(7), 40);
    float[] scaled = rows.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= units[i % 4];
    }
    LinearShape shape =
        LinearShapes.joint(FeatureSchema.ofNumbers("a", "b", "c"), List.of(1, 2), 1, 0.1, .99);

    float[] forecast = learnt(shape, rows);
    float[] inUnits = learnt(shape, scaled);

    for (int i = 0; i < forecast.length; i++) {
      assertThat((double) inUnits[i] / units[i])
          .isCloseTo(forecast[i], within(1e-5 * Math.abs(forecast[i])));
    }
  }

  private static float[] learnt(LinearShape shape, float[] rows) {
    LinearSums sums = new LinearSums(shape);
    for (int last = 0; last < 38; last++) {
      sums.add(window(rows, 4, last, 3), after(rows, 4, last, 1), 1);
    }
    float[] out = new float[shape.outputLength()];
    sums.solve().orElseThrow().forecast(window(rows, 4, 39, 3), out);
    return out;
  }

  @Test
  void solve_inputThatNoLongerMovesIsForgotten_keepsTheOthers() {
    Random random = new Random(9);
    float[] rows = new float[2 * 1_300];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i % 2 == 0 || i < 100 ? (float) random.nextGaussian() : rows[i - 2];
    }
    FeatureSchema both = FeatureSchema.ofNumbers("a", "b");
    LinearSums joint = new LinearSums(LinearShapes.joint(both, List.of(1, 2), 1, 0.01, .5));
    LinearSums own = new LinearSums(LinearShapes.own(both, List.of(1, 2), 1, 0.01, .5));
    float[] expected = new float[2];
    float[] out = new float[2];
    for (int last = 2; last < 1_298; last++) {
      joint.add(window(rows, 2, last, 3), after(rows, 2, last, 1), 1);
      own.add(window(rows, 2, last, 3), after(rows, 2, last, 1), 1);
      if (last > 120) {
        joint.solve().orElseThrow().forecast(window(rows, 2, last + 1, 3), out);
        own.solve().orElseThrow().forecast(window(rows, 2, last + 1, 3), expected);
        assertThat(out[0]).as("after %s rows", last).isCloseTo(expected[0], within(1e-3f));
      }
    }
  }

  @Test
  void add_rowsThatAreNotFinite_areSkipped() {
    float[] x = rows(new Random(3), 40);
    LinearShape shape = LinearShapes.own(ONE, List.of(1, 2), 1, 0.01, 0.99);
    LinearSums clean = new LinearSums(shape);
    LinearSums dirty = new LinearSums(shape);
    for (int t = 3; t < 39; t++) {
      clean.add(window(x, 4, t, 3), after(x, 4, t, 1), 1);
      dirty.add(window(x, 4, t, 3), after(x, 4, t, 1), 1);
      float[] broken = x.clone();
      broken[4 * (t - t % 3)] = t % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
      dirty.add(window(broken, 4, t, 3), after(broken, 4, t, 1), 1);
      broken = x.clone();
      broken[4 * t + 4] = Float.NaN;
      dirty.add(window(broken, 4, t, 3), after(broken, 4, t, 1), 1);
    }

    assertThat(dirty.solve()).isEqualTo(clean.solve()).isPresent();
  }

  @Test
  void add_tooFewFollowOrWeightOutOfRange_isRefused() {
    float[] x = rows(new Random(1), 10);
    LinearSums sums = new LinearSums(LinearShapes.own(ONE, List.of(1), 2, 0.01, 1));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> sums.add(window(x, 4, 3, 3), after(x, 4, 3, 1), 1))
        .withMessageContaining("the 2 vectors that followed it, found 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sums.add(window(x, 4, 3, 3), after(x, 4, 3, 2), Double.NaN))
        .withMessageContaining("found NaN");
  }

  @Property(tries = 30, seed = "20261124")
  void read_whatWasWritten_goesOnAsIfNeverAway(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 20) int away) throws Exception {
    float[] x = rows(new Random(seed), 40);
    LinearShape shape =
        LinearShapes.withHuber(
            LinearShapes.withLocalScale(
                LinearShapes.joint(FeatureSchema.ofNumbers("a", "b"), List.of(1, 3), 1, 0.01, 1),
                4),
            0.5);
    LinearSums stays = new LinearSums(shape);
    LinearSums goes = new LinearSums(shape);
    for (int t = 1; t < 38; t++) {
      stays.add(window(x, 4, t, 6), after(x, 4, t, 1), 1);
      goes.add(window(x, 4, t, 6), after(x, 4, t, 1), 1);
      stays.solve();
      goes.solve();
      if (t == away) {
        goes = LinearSums.read(goes.toBytes(), shape);
      }
    }

    assertThat(goes.toBytes()).isEqualTo(stays.toBytes());
    assertThat(goes.solve()).isEqualTo(stays.solve()).isPresent();
  }

  /** The sums hold neither penalty nor weights of what comes. */
  @Test
  void read_otherRidge_solvesAsIfItHadAlwaysBeenThat() throws Exception {
    float[] x = rows(new Random(5), 40);
    LinearShape shape = LinearShapes.own(ONE, List.of(1, 3), 1, 0.01, 0.99);
    LinearShape other = LinearShapes.own(ONE, List.of(1, 3), 1, 2, 0.99);
    LinearSums sums = new LinearSums(shape);
    LinearSums always = new LinearSums(other);
    for (int t = 3; t < 38; t++) {
      sums.add(window(x, 4, t, 6), after(x, 4, t, 1), 1);
      always.add(window(x, 4, t, 6), after(x, 4, t, 1), 1);
    }

    LinearSums tuned = LinearSums.read(sums.toBytes(), other);

    assertThat(tuned.solve()).isEqualTo(always.solve()).isPresent();
    assertThat(tuned.solve()).isNotEqualTo(sums.solve());
  }

  /** Errors from before it was off would count as the mean of all rows since. */
  @Test
  void read_otherHuber_goesOnAndForgetsErrorsWhereItIsOff() throws Exception {
    float[] x = rows(new Random(5), 60);
    LinearShape plain = LinearShapes.own(ONE, List.of(1, 3), 1, 0.01, 0.99);
    LinearSums sums = new LinearSums(plain);
    int t = 3;
    for (double huber : new double[] {0, .5, .3, 0, .3}) {
      sums = LinearSums.read(sums.toBytes(), LinearShapes.withHuber(plain, huber));
      for (int end = t + 10; t < end; t++) {
        sums.add(window(x, 4, t, 6), after(x, 4, t, 1), 1);
        assertThat(sums.solve().map(LinearModel::shape))
            .contains(LinearShapes.withHuber(plain, huber));
      }
      byte[] bytes = sums.toBytes();
      double errors = ByteBuffer.wrap(bytes).getDouble(sumsEnd(bytes, sums) - Double.BYTES);
      assertThat(errors > 0).isEqualTo(huber > 0);
    }
  }

  /** The error sums are the last ones, and behind them stands the model that errors are of. */
  private static int sumsEnd(byte[] bytes, LinearSums sums) {
    return sums.shape().huber() == 0
        ? bytes.length
        : bytes.length - sums.solve().orElseThrow().toBytes().length;
  }

  @Property(tries = 200, seed = "20261124")
  void read_tornBytes_isRefusedOrSums(
      @ForAll @IntRange(min = 0, max = 10_000) int at, @ForAll byte value) {
    float[] x = rows(new Random(2), 20);
    LinearShape shape = LinearShapes.own(ONE, List.of(1, 2), 1, 0.01, 1);
    LinearSums sums = new LinearSums(shape);
    for (int t = 1; t < 19; t++) {
      sums.add(window(x, 4, t, 6), after(x, 4, t, 1), 1);
    }
    byte[] bytes = sums.toBytes();
    bytes[at % bytes.length] = value;
    byte[] cut = Arrays.copyOf(bytes, at % bytes.length);
    try {
      assertThat(LinearSums.read(bytes, shape).toBytes()).hasSizeLessThanOrEqualTo(bytes.length);
    } catch (InvalidArtifactException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(() -> LinearSums.read(cut, shape));
  }
}
