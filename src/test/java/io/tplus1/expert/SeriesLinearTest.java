package io.tplus1.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesLinearTest {
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");

  private static float[] rows(long seed, int count) {
    Random random = new Random(seed);
    float[] rows = new float[2 * count];
    for (int i = 2; i < rows.length; i++) {
      rows[i] = (float) (0.7 * rows[i - 2] + 3 + random.nextGaussian());
    }
    return rows;
  }

  private static FeatureWindow window(float[] rows, int last) {
    int steps = Math.min(10, last + 1);
    return FeatureWindow.over(rows, new long[rows.length / 2], 2, last + 1 - steps, steps);
  }

  private static FeatureWindow after(float[] rows, int last, int steps) {
    return FeatureWindow.over(rows, new long[rows.length / 2], 2, last + 1, steps);
  }

  @Property(tries = 40, seed = "20261124")
  void forecast_anyRows_isThatOfSumsInDoubles(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int horizon, @ForAll boolean scaled) {
    float[] rows = rows(seed, 200);
    LinearShape shape = LinearShapes.own(TWO, LinearShapes.lags(3, 7), horizon, 0.01, 0.99);
    shape = scaled ? LinearShapes.withLocalScale(shape, 5) : shape;
    SeriesLinear series = new SeriesLinear(shape);
    SeriesLinear.Workspace workspace = new SeriesLinear.Workspace(shape);
    LinearSums sums = new LinearSums(shape);
    for (int t = 0; t < 190; t++) {
      series.add(workspace, window(rows, t), after(rows, t, horizon));
      sums.add(window(rows, t), after(rows, t, horizon), 1);
    }
    float[] expected = new float[2 * horizon];
    float[] found = new float[2 * horizon];

    sums.solve().orElseThrow().forecast(window(rows, 195), expected);

    assertThat(series.forecast(workspace, window(rows, 195), found)).isTrue();
    assertThat(found).containsExactly(expected, within(1e-3f));
  }

  /**
   * Floats take in no row more from the 2^24th on, so that a sum stands still, each at its time.
   */
  @Test
  void add_nothingForgottenForYears_followsAllTheSame() {
    FeatureSchema one = FeatureSchema.ofNumbers("a");
    LinearShape shape = LinearShapes.own(one, LinearShapes.lags(1), 1, 0.01, 1);
    SeriesLinear.Workspace workspace = new SeriesLinear.Workspace(shape);
    SeriesLinear young = new SeriesLinear(shape);
    Random random = new Random(1);
    addChanges(young, workspace, random, 1 << 12);
    ByteBuffer bytes = ByteBuffer.allocate(young.bytes());
    young.write(bytes);
    for (int at = 0; at < bytes.capacity(); at += Float.BYTES) {
      bytes.putFloat(at, bytes.getFloat(at) * (1 << 12));
    }
    SeriesLinear old = SeriesLinear.read(shape, bytes.flip());

    addChanges(old, workspace, random, 1 << 22);

    float[] found = new float[1];
    float[] rose = {-1, 0};
    assertThat(old.forecast(workspace, FeatureWindow.over(rose, new long[2], 1, 0, 2), found))
        .isTrue();
    assertThat(found[0]).isEqualTo(.8f, within(.02f));
  }

  /** Changes of which four fifths go on. */
  private static void addChanges(
      SeriesLinear series, SeriesLinear.Workspace workspace, Random random, int count) {
    float[] rows = new float[3];
    FeatureWindow window = FeatureWindow.over(rows, new long[3], 1, 0, 2);
    FeatureWindow following = FeatureWindow.over(rows, new long[3], 1, 2, 1);
    for (int i = 0; i < count; i++) {
      rows[0] = (float) -random.nextGaussian();
      rows[2] = (float) (-.8 * rows[0] + .3 * random.nextGaussian());
      series.add(workspace, window, following);
    }
  }

  /** The changes' mean is a hundred times their spread and more. */
  @ParameterizedTest
  @CsvSource({"1, .9995", "2, .9995", "3, .9995", "4, .9995", "5, .9995", "6, .99", "7, 1"})
  void forecast_rampWithNoise_errsLittleMoreThanThatOfSumsInDoubles(long seed, double forgetting) {
    Random random = new Random(seed);
    float[] ramp = new float[2 * 6001];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (float) ((i / 2) * (1 + i % 2) + .01 * random.nextGaussian());
    }
    LinearShape shape = LinearShapes.own(TWO, LinearShapes.lags(8), 1, 0.01, forgetting);
    SeriesLinear series = new SeriesLinear(shape);
    SeriesLinear.Workspace workspace = new SeriesLinear.Workspace(shape);
    LinearSums sums = new LinearSums(shape);
    float[] found = new float[2];
    float[] expected = new float[2];
    double errors = 0;
    double leastErrors = 0;
    for (int t = 10; t < 6000; t++) {
      FeatureWindow window = window(ramp, t);
      FeatureWindow after = after(ramp, t, 1);
      if (t > 500) {
        series.forecast(workspace, window, found);
        sums.solve().orElseThrow().forecast(window, expected);
        for (int i = 0; i < 2; i++) {
          errors += Math.pow(found[i] - after.value(0, i), 2);
          leastErrors += Math.pow(expected[i] - after.value(0, i), 2);
        }
      }
      series.add(workspace, window, after);
      sums.add(window, after, 1);
    }

    assertThat(Math.sqrt(errors)).isLessThan(1.4 * Math.sqrt(leastErrors));
  }

  @Property(tries = 40, seed = "20261124")
  void read_whatWasWritten_forecastsTheSameBits(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 60) int away, @ForAll boolean huber) {
    float[] rows = rows(seed, 80);
    LinearShape shape =
        LinearShapes.withHuber(
            LinearShapes.own(TWO, LinearShapes.lags(3, 7), 1, 0.01, 0.99), huber ? 0.3 : 0);
    SeriesLinear.Workspace workspace = new SeriesLinear.Workspace(shape);
    SeriesLinear stays = new SeriesLinear(shape);
    SeriesLinear goes = new SeriesLinear(shape);
    for (int t = 0; t < 70; t++) {
      stays.add(workspace, window(rows, t), after(rows, t, 1));
      goes.add(workspace, window(rows, t), after(rows, t, 1));
      if (t == away) {
        ByteBuffer bytes = ByteBuffer.allocate(goes.bytes());
        goes.write(bytes);
        assertThat(bytes.hasRemaining()).isFalse();
        goes = SeriesLinear.read(shape, bytes.flip());
      }
    }
    float[] expected = new float[2];
    float[] found = new float[2];
    stays.forecast(workspace, window(rows, 75), expected);
    goes.forecast(workspace, window(rows, 75), found);

    assertThat(found).isEqualTo(expected);
  }

  /** Errors of long ago, next to nothing by now, are not the mean one of the rows since. */
  @Test
  void read_huberOnAgainAfterLong_learnsAsIfItWereNew() {
    LinearShape plain = LinearShapes.own(TWO, LinearShapes.lags(3), 1, 0.01, 0.99);
    float[] rows = rows(5, 2200);
    SeriesLinear again = new SeriesLinear(LinearShapes.withHuber(plain, 0.5));
    again = learn(again, LinearShapes.withHuber(plain, 0.5), rows, 0, 100);
    SeriesLinear never = learn(new SeriesLinear(plain), plain, rows, 0, 100);

    for (LinearShape shape : List.of(plain, LinearShapes.withHuber(plain, 0.5))) {
      int from = shape.huber() == 0 ? 100 : 2100;
      int to = shape.huber() == 0 ? 2100 : 2130;
      again = learn(again, shape, rows, from, to);
      never = learn(never, shape, rows, from, to);
    }

    float[] found = new float[2];
    float[] expected = new float[2];
    SeriesLinear.Workspace workspace =
        new SeriesLinear.Workspace(LinearShapes.withHuber(plain, 0.5));
    again.forecast(workspace, window(rows, 2150), found);
    never.forecast(workspace, window(rows, 2150), expected);
    assertThat(found).containsExactly(expected, within(1e-3f));
  }

  /** A series that was stored and goes on with another shape. */
  private static SeriesLinear learn(
      SeriesLinear series, LinearShape shape, float[] rows, int from, int to) {
    ByteBuffer bytes = ByteBuffer.allocate(series.bytes());
    series.write(bytes);
    SeriesLinear stored = SeriesLinear.read(shape, bytes.flip());
    SeriesLinear.Workspace workspace = new SeriesLinear.Workspace(shape);
    for (int t = from; t < to; t++) {
      stored.add(workspace, window(rows, t), after(rows, t, 1));
    }
    return stored;
  }

  @Test
  void forecast_nothingLearnt_isTheLastValueAndSaysSo() {
    LinearShape shape = LinearShapes.own(TWO, List.of(1), 2, 0.01, 1);
    float[] out = new float[4];

    boolean learnt =
        new SeriesLinear(shape)
            .forecast(new SeriesLinear.Workspace(shape), window(new float[] {1, 2, 3, 4}, 1), out);

    assertThat(learnt).isFalse();
    assertThat(out).containsExactly(3, 4, 3, 4);
  }

  @Test
  void bytes_ofShapes_areWhatTheJavadocSays() {
    FeatureSchema one = FeatureSchema.ofNumbers("x");

    assertThat(SeriesLinear.bytes(LinearShapes.own(one, LinearShapes.lags(12), 1, 0.01, 1)))
        .isEqualTo(428);
    assertThat(SeriesLinear.bytes(LinearShapes.own(one, LinearShapes.lags(20), 1, 0.01, 1)))
        .isEqualTo(1020);
    assertThat(SeriesLinear.bytes(LinearShapes.own(TWO, LinearShapes.lags(12), 24, 0.01, 1)))
        .isEqualTo(2 * 1808);
  }

  @Test
  void add_valueWhoseSquareIsNoFloat_startsThatNumberAnew() {
    LinearShape shape = LinearShapes.own(TWO, List.of(1, 2), 1, 0.01, 1);
    SeriesLinear.Workspace workspace = new SeriesLinear.Workspace(shape);
    SeriesLinear series = new SeriesLinear(shape);
    float[] rows = rows(3, 80);
    rows[0] = 1e30f;
    for (int t = 0; t < 70; t++) {
      series.add(workspace, window(rows, t), after(rows, t, 1));
    }
    float[] out = new float[2];

    assertThat(series.forecast(workspace, window(rows, 75), out)).isTrue();
    assertThat(out[0]).isBetween(0f, 20f);
    assertThat(out[1]).isBetween(0f, 20f);
  }

  /** Squares of changes of 1e-23 are no floats, or hardly. */
  @ParameterizedTest
  @CsvSource({"1e-21", "1e-22", "1e-23", "1e-24", "1e-30"})
  void forecast_changesWhoseSquaresVanish_errsNoMoreThanTheLastValue(double size) {
    LinearShape shape =
        LinearShapes.own(FeatureSchema.ofNumbers("x"), LinearShapes.lags(4), 1, 0.01, 0.999);
    double errors = 0;
    double lasts = 0;
    float[] out = new float[1];
    for (int seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      float[] walk = new float[400];
      for (int i = 1; i < walk.length; i++) {
        walk[i] = walk[i - 1] + (float) (size * random.nextGaussian());
      }
      SeriesLinear series = new SeriesLinear(shape);
      SeriesLinear.Workspace workspace = new SeriesLinear.Workspace(shape);
      for (int last = 4; last < walk.length - 1; last++) {
        FeatureWindow window = FeatureWindow.over(walk, new long[400], 1, last - 4, 5);
        series.forecast(workspace, window, out);
        if (last > 50) {
          errors += Math.abs(out[0] - walk[last + 1]);
          lasts += Math.abs(walk[last] - walk[last + 1]);
        }
        series.add(workspace, window, FeatureWindow.over(walk, new long[400], 1, last + 1, 1));
      }
    }

    assertThat(errors).isLessThan(1.05 * lasts);
  }

  /** Two rows determine a slope, but not that it goes on. */
  @ParameterizedTest
  @CsvSource({"1", "3"})
  void forecast_fewRows_isNoFartherThanTheChangesSoFar(int horizon) {
    LinearShape shape =
        LinearShapes.own(
            FeatureSchema.ofNumbers("x"), LinearShapes.lags(12), horizon, 0.001, 0.998);
    SeriesLinear series = new SeriesLinear(shape);
    SeriesLinear.Workspace workspace = new SeriesLinear.Workspace(shape);
    float[] x = {.97f, 1, 2.36f, 2.4f, 2.41f};
    long[] times = new long[5];
    float[] out = new float[horizon];
    double[] squares = new double[horizon];
    double rows = 0;
    for (int last = 0; last + horizon < 5; last++) {
      series.add(
          workspace,
          FeatureWindow.over(x, times, 1, 0, last + 1),
          FeatureWindow.over(x, times, 1, last + 1, horizon));
      series.forecast(workspace, FeatureWindow.over(x, times, 1, 0, last + 2), out);
      double weight = 1; // of a row with a giant among its changes, less
      for (int h = 0; h < horizon; h++) {
        double most = last == 0 ? Double.MAX_VALUE : NormalEquations.MOST * squares[h] / rows;
        weight = Math.min(weight, most / Math.pow((double) x[last + 1 + h] - x[last], 2));
      }
      rows += weight;
      for (int h = 0; h < horizon; h++) {
        squares[h] += weight * Math.pow((double) x[last + 1 + h] - x[last], 2);
        assertThat((double) out[h]).isCloseTo(x[last + 1], within(Math.sqrt(squares[h]) + 1e-3));
      }
    }
  }

  @Test
  void read_tooFewBytes_isRefused() {
    LinearShape shape = LinearShapes.own(TWO, List.of(1), 1, 0.01, 1);

    assertThatExceptionOfType(BufferUnderflowException.class)
        .isThrownBy(() -> SeriesLinear.read(shape, ByteBuffer.allocate(7)));
  }

  @Test
  void constructor_levels_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SeriesLinear(
                    LinearShapes.withLevels(LinearShapes.own(TWO, List.of(1), 1, 0.01, 1))))
        .withMessageContaining("takes no levels");
  }

  @Test
  void add_workspaceOfAnotherShape_isRefused() {
    LinearShape shape = LinearShapes.own(TWO, List.of(1), 1, 0.01, 1);
    SeriesLinear.Workspace other = new SeriesLinear.Workspace(LinearShapes.withHuber(shape, 1));

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new SeriesLinear(shape).forecast(other, window(new float[2], 0), new float[2]))
        .withMessageContaining("a workspace of this series' shape");
  }

  /** A sensor's mark before its first reading, or several, is no size to be measured by. */
  @ParameterizedTest
  @CsvSource({"0, 1", "-9999, 1", "0, 100", "1e7, 3"})
  void forecast_otherLevelBeforeTheFirstReadings_isForgottenWithinTwoHundredRows(
      float mark, int marks) {
    assertThat(squaresAfterMarks(mark, marks)).isLessThan(1.2 * squaresAfterMarks(0, 0));
  }

  /** Squared errors of a noisy sine after 200 readings, before which there are marks. */
  private static double squaresAfterMarks(float mark, int marks) {
    LinearShape shape =
        LinearShapes.own(FeatureSchema.ofNumbers("x"), LinearShapes.lags(1, 8), 1, 0.01, 0.9995);
    Random random = new Random(3);
    float[] rows = new float[marks + 500];
    Arrays.fill(rows, 0, marks, mark);
    for (int i = marks; i < rows.length; i++) {
      double wave = 5 * Math.sin(2 * Math.PI * (i - marks) / 24);
      rows[i] = (float) (1000 + wave + 0.4 * random.nextGaussian());
    }
    SeriesLinear series = new SeriesLinear(shape);
    SeriesLinear.Workspace workspace = new SeriesLinear.Workspace(shape);
    double squares = 0;
    float[] out = new float[1];
    for (int last = 0; last < rows.length - 1; last++) {
      int steps = Math.min(10, last + 1);
      long[] times = new long[rows.length];
      FeatureWindow window = FeatureWindow.over(rows, times, 1, last + 1 - steps, steps);
      if (last >= marks + 200) {
        series.forecast(workspace, window, out);
        squares += Math.pow(out[0] - rows[last + 1], 2);
      }
      series.add(workspace, window, FeatureWindow.over(rows, times, 1, last + 1, 1));
    }
    return squares;
  }
}
