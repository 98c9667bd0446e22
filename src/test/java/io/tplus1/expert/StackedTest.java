package io.tplus1.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StackedTest {
  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(
          List.of(
              Feature.number("a"),
              Feature.category("c", List.of("low", "high")),
              Feature.number("b")));
  private static final int WIDTH = SCHEMA.outputWidth();
  private static final int LAST = WIDTH - 1;
  private static final int[] PLACES = {0, LAST};
  private static final float NAN = Float.NaN;

  private static StackedShape shape(int experts, double huber, Integer... groups) {
    return new StackedShape(SCHEMA, experts, List.of(groups), 3, 0.97, huber);
  }

  private static float[] said(float a, float b) {
    return new float[] {a, NAN, NAN, NAN, b};
  }

  /** What came, what was said of it, and what the mix made of that. */
  private record Row(int horizon, float[] actual, float[][] forecasts, float[] mixed) {
    double[] errors() {
      int at = horizon * WIDTH;
      return new double[] {(double) actual[0] - mixed[at], (double) actual[2] - mixed[at + LAST]};
    }
  }

  private static List<Row> rows(Random random, int count, int experts, int horizon) {
    List<Row> rows = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      float[] actual = {
        (float) random.nextGaussian(), random.nextInt(2), 100 * (float) random.nextGaussian()
      };
      float[][] forecasts = new float[experts][];
      float[] mixed = new float[horizon * WIDTH];
      int h = random.nextInt(horizon);
      for (int e = 0; e < experts; e++) {
        if (random.nextInt(8) > 0) {
          forecasts[e] = new float[horizon * WIDTH];
          for (int i = 0; i < forecasts[e].length; i++) {
            forecasts[e][i] = NAN;
          }
          forecasts[e][h * WIDTH] =
              (float) (0.5 * actual[0] + 0.004 * actual[2] * e + 0.4 * random.nextGaussian());
          forecasts[e][h * WIDTH + LAST] =
              random.nextInt(9) == 0 ? NAN : (float) (0.7 * actual[2] + 30 * random.nextGaussian());
        }
      }
      mixed[h * WIDTH] = (float) random.nextGaussian() / 3;
      mixed[h * WIDTH + LAST] = 30 * (float) random.nextGaussian();
      if (random.nextInt(9) == 0) {
        actual[2] = NAN;
      }
      rows.add(new Row(h, actual, forecasts, mixed));
    }
    return rows;
  }

  /** The same by its definition: all rows kept, the normal equations solved by elimination. */
  private static double[] naive(StackedShape shape, List<Row> rows, Row asked) {
    int inputs = 2 * (shape.experts() + 1);
    int group = shape.groups().get(asked.horizon());
    double[][] gram = new double[inputs][inputs];
    double[][] cross = new double[inputs][2];
    double[] squares = new double[2];
    double count = 0;
    double[] last = new double[2];
    for (Row row : rows) {
      double[] errors = row.errors();
      double[] d = differences(row, last);
      if (row.horizon() == 0) {
        for (int i = 0; i < 2; i++) {
          last[i] = Double.isNaN(errors[i]) ? 0 : (float) errors[i];
        }
      }
      if (shape.groups().get(row.horizon()) != group || Double.isNaN(errors[0] + errors[1])) {
        continue;
      }
      double ratio =
          count == 0
              ? 0
              : Math.sqrt(
                  (errors[0] * errors[0] * count / squares[0]
                          + errors[1] * errors[1] * count / squares[1])
                      / 2);
      double weight = shape.huber() == 0 || ratio <= shape.huber() ? 1 : shape.huber() / ratio;
      count = shape.forgetting() * count + 1;
      for (int i = 0; i < 2; i++) {
        squares[i] = shape.forgetting() * squares[i] + errors[i] * errors[i];
      }
      for (int k = 0; k < inputs; k++) {
        for (int l = 0; l < inputs; l++) {
          gram[k][l] = shape.forgetting() * gram[k][l] + weight * d[k] * d[l];
        }
        for (int i = 0; i < 2; i++) {
          cross[k][i] = shape.forgetting() * cross[k][i] + weight * d[k] * errors[i];
        }
      }
    }
    double[] d = differences(asked, last);
    double[] forecast = new double[2];
    for (int i = 0; i < 2; i++) {
      forecast[i] = asked.mixed()[asked.horizon() * WIDTH + PLACES[i]];
    }
    if (count == 0) {
      return forecast;
    }
    for (int k = 0; k < inputs; k++) {
      gram[k][k] += shape.ridge() * squares[k / (shape.experts() + 1)] / count;
    }
    double[][] weights = eliminate(gram, cross);
    for (int i = 0; i < 2; i++) {
      for (int k = 0; k < inputs; k++) {
        forecast[i] += weights[k][i] * d[k];
      }
    }
    return forecast;
  }

  private static double[] differences(Row row, double[] last) {
    int experts = row.forecasts().length;
    double[] d = new double[2 * (experts + 1)];
    for (int j = 0; j < 2; j++) {
      int at = row.horizon() * WIDTH + PLACES[j];
      for (int e = 0; e < experts; e++) {
        float[] one = row.forecasts()[e];
        d[j * (experts + 1) + e] =
            one == null || Float.isNaN(one[at]) ? 0 : (double) one[at] - row.mixed()[at];
      }
      d[j * (experts + 1) + experts] = row.horizon() == 0 ? last[j] : 0;
    }
    return d;
  }

  private static double[][] eliminate(double[][] a, double[][] b) {
    int n = a.length;
    for (int p = 0; p < n; p++) {
      for (int i = 0; i < n; i++) {
        if (i != p) {
          double factor = a[i][p] / a[p][p];
          for (int j = 0; j < n; j++) {
            a[i][j] -= factor * a[p][j];
          }
          for (int k = 0; k < b[i].length; k++) {
            b[i][k] -= factor * b[p][k];
          }
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < b[i].length; k++) {
        b[i][k] /= a[i][i];
      }
    }
    return b;
  }

  @Property(tries = 100, seed = "20261126")
  void forecast_anyRows_isThatOfItsDefinition(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int experts,
      @ForAll @IntRange(min = 0, max = 60) int count,
      @ForAll boolean huber) {
    StackedShape shape = shape(experts, huber ? 0.5 : 0, 0, 1, 1);
    Stacked stacked = new Stacked(shape);
    Stacked.Workspace workspace = new Stacked.Workspace(shape);
    Random random = new Random(seed);
    // The first group has learnt something, so that there is a forecast.
    Row first = new Row(0, new float[] {1, 0, 1}, new float[experts][], new float[3 * WIDTH]);
    List<Row> rows = new ArrayList<>(List.of(first));
    rows.addAll(rows(random, count, experts, 3));
    LastErrors errors = new LastErrors(shape);
    rows.forEach(
        row ->
            stacked.learn(
                workspace, row.horizon(), row.actual(), row.forecasts(), row.mixed(), errors));
    for (Row asked : rows(random, 10, experts, 3)) {
      float[] out = new float[3 * WIDTH];
      int at = asked.horizon() * WIDTH;

      assertThat(stacked.forecast(workspace, asked.forecasts(), asked.mixed(), errors, out))
          .isTrue();

      double[] expected = naive(shape, rows, asked);
      assertThat((double) out[at]).isCloseTo(expected[0], within(2e-4));
      assertThat((double) out[at + LAST]).isCloseTo(expected[1], within(2e-2));
      assertThat(out[at + 1]).isNaN();
      assertThat(out[at + LAST - 1]).isNaN();
    }
  }

  @Property(tries = 40, seed = "20261126")
  void read_whatWasWritten_forecastsTheSameBits(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 50) int away) {
    StackedShape shape = shape(3, 0.5, 0, 1);
    Stacked.Workspace workspace = new Stacked.Workspace(shape);
    Stacked stays = new Stacked(shape);
    Stacked goes = new Stacked(shape);
    LastErrors staying = new LastErrors(shape);
    LastErrors going = new LastErrors(shape);
    List<Row> rows = rows(new Random(seed), 60, 3, 2);
    for (int t = 0; t < 60; t++) {
      Row row = rows.get(t);
      stays.learn(workspace, row.horizon(), row.actual(), row.forecasts(), row.mixed(), staying);
      goes.learn(workspace, row.horizon(), row.actual(), row.forecasts(), row.mixed(), going);
      if (t == away) {
        ByteBuffer bytes = ByteBuffer.allocate(goes.bytes());
        goes.write(bytes);
        assertThat(bytes.hasRemaining()).isFalse();
        goes = Stacked.read(shape, bytes.flip());
        ByteBuffer last = ByteBuffer.allocate(LastErrors.bytes(shape));
        going.write(last);
        assertThat(last.hasRemaining()).isFalse();
        going = LastErrors.read(shape, last.flip());
      }
      float[] expected = new float[2 * WIDTH];
      float[] found = new float[2 * WIDTH];
      assertThat(goes.forecast(workspace, row.forecasts(), row.mixed(), going, found))
          .isEqualTo(stays.forecast(workspace, row.forecasts(), row.mixed(), staying, expected));
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void forecast_nothingLearnt_saysNothing() {
    StackedShape shape = shape(1, 0.5, 0);
    Stacked stacked = new Stacked(shape);
    Stacked.Workspace workspace = new Stacked.Workspace(shape);
    LastErrors last = new LastErrors(shape);
    float[] out = {9, 9, 9, 9, 9};

    assertThat(stacked.forecast(workspace, new float[1][], new float[WIDTH], last, out)).isFalse();
    stacked.learn(workspace, 0, new float[] {1, 1, NAN}, new float[1][], new float[WIDTH], last);
    assertThat(stacked.forecast(workspace, new float[1][], new float[WIDTH], last, out)).isFalse();

    assertThat(out).containsExactly(9, 9, 9, 9, 9);
  }

  /** One expert shrinks every change of its target by half, and tells that of the other. */
  @Test
  void forecast_whatTheMixMissesInKnownWays_isPutRight() {
    StackedShape shape = new StackedShape(SCHEMA, 2, List.of(0), 1e-6, 1, 0);
    Stacked stacked = new Stacked(shape);
    Stacked.Workspace workspace = new Stacked.Workspace(shape);
    LastErrors last = new LastErrors(shape);
    Random random = new Random(5);
    for (int t = 0; t < 200; t++) {
      float a = (float) random.nextGaussian();
      float b = (float) random.nextGaussian();
      float[][] forecasts = {said(0, 0), said(a / 2, b + a)};
      float[] mixed = said(a / 4, (b + a) / 2);
      if (t == 199) {
        float[] out = new float[WIDTH];
        assertThat(stacked.forecast(workspace, forecasts, mixed, last, out)).isTrue();
        assertThat(out[0]).isCloseTo(a, within(1e-3f));
        assertThat(out[LAST]).isCloseTo(b, within(1e-3f));
      }
      stacked.learn(workspace, 0, new float[] {a, 0, b}, forecasts, mixed, last);
    }
  }

  /** The mix misses by as much as the step before, and then some noise. */
  @Test
  void forecast_errorsThatGoOn_areTakenFromTheLast() {
    StackedShape shape = shape(1, 0, 0);
    Stacked stacked = new Stacked(shape);
    Stacked.Workspace workspace = new Stacked.Workspace(shape);
    LastErrors last = new LastErrors(shape);
    float[][] forecasts = {said(0, 0)};
    float[] mixed = said(0, 0);
    float[] out = new float[WIDTH];
    float error = 0;
    Random random = new Random(6);
    for (int t = 0; t < 400; t++) {
      error = .9f * error + (float) random.nextGaussian();
      stacked.learn(workspace, 0, new float[] {error, 0, 5}, forecasts, mixed, last);
    }

    assertThat(stacked.forecast(workspace, forecasts, mixed, last, out)).isTrue();
    assertThat(out[0] / error).isBetween(.5f, 1f);

    last.clear();
    stacked.forecast(workspace, forecasts, mixed, last, out);
    assertThat(out[0]).isZero();
  }

  @Test
  void learn_moreThanFloatsHold_startsAnew() {
    StackedShape shape = shape(1, 0, 0);
    Stacked stacked = new Stacked(shape);
    Stacked.Workspace workspace = new Stacked.Workspace(shape);
    float[] mixed = new float[WIDTH];
    LastErrors last = new LastErrors(shape);

    stacked.learn(workspace, 0, new float[] {1, 0, 1}, new float[][] {said(1, 1)}, mixed, last);
    stacked.learn(workspace, 0, new float[] {1e30f, 0, 1}, new float[][] {said(1, 1)}, mixed, last);

    assertThat(stacked.forecast(workspace, new float[1][], mixed, last, new float[WIDTH]))
        .isFalse();
  }

  @Test
  void read_cutShort_fails() {
    assertThatExceptionOfType(BufferUnderflowException.class)
        .isThrownBy(() -> Stacked.read(shape(2, 0, 0), ByteBuffer.allocate(7)));
  }

  @Test
  void shape_bytes_areThoseOfItsSums() {
    assertThat(new StackedShape(FeatureSchema.ofNumbers("x"), 3, List.of(0), 1, 1, 0).bytes())
        .isEqualTo(64);
    assertThat(
            new StackedShape(
                    FeatureSchema.ofNumbers("a", "b", "c", "d", "e", "f", "g"),
                    4,
                    List.of(0, 1, 1),
                    1,
                    1,
                    0)
                .bytes())
        .isEqualTo(2 * 3_532);
  }

  @Test
  void shape_tooMuch_saysWhatAndWhatToDo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> shape(65, 0, 0))
        .withMessage(
            "of 2 targets it would read 65 experts and an error each, 132 inputs, and 128 are the most: name fewer experts, or leave 'stacked' out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> shape(0, 0, 0))
        .withMessageContaining("stands on other experts, and there are none");
  }

  @Test
  void learn_anotherShape_isRefused() {
    Stacked stacked = new Stacked(shape(1, 0, 0));
    Stacked.Workspace other = new Stacked.Workspace(shape(2, 0, 0));
    LastErrors last = new LastErrors(shape(1, 0, 0));

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> stacked.learn(other, 0, new float[3], new float[1][], new float[WIDTH], last))
        .withMessageContaining("a workspace of this series' shape is needed");
  }
}
