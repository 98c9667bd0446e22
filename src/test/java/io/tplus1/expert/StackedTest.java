package io.tplus1.expert;

import static io.tplus1.expert.NaiveStacked.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StackedTest {
  private static final FeatureSchema SCHEMA = NaiveStacked.SCHEMA;
  private static final int WIDTH = NaiveStacked.WIDTH;
  private static final int LAST = NaiveStacked.LAST;
  private static final float NAN = Float.NaN;

  private static StackedShape shape(int experts, double huber, Integer... groups) {
    return new StackedShape(SCHEMA, experts, List.of(groups), 3, 0.97, huber);
  }

  private static List<NaiveStacked.Row> rows(Random random, int count, int experts, int horizon) {
    List<NaiveStacked.Row> rows = new ArrayList<>();
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
      rows.add(new NaiveStacked.Row(h, actual, forecasts, mixed));
    }
    return rows;
  }

  @Property(tries = 100, seed = "20261126")
  void forecast_anyRows_isThatOfItsDefinition(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int experts,
      @ForAll @IntRange(min = 0, max = 60) int count,
      @ForAll boolean huber) {
    StackedShape shape = shape(experts, huber ? 0.5 : 0, 0, 1, 1);
    Stacked stacked = new Stacked(shape);
    StackedWorkspace workspace = new StackedWorkspace(shape);
    Random random = new Random(seed);
    // The first group has learnt something, so that there is a forecast.
    NaiveStacked.Row first =
        new NaiveStacked.Row(0, new float[] {1, 0, 1}, new float[experts][], new float[3 * WIDTH]);
    List<NaiveStacked.Row> rows = new ArrayList<>(List.of(first));
    rows.addAll(rows(random, count, experts, 3));
    LastErrors errors = new LastErrors(shape);
    NaiveStacked naive = new NaiveStacked(shape);
    for (NaiveStacked.Row row : rows) {
      stacked.learn(workspace, row.horizon(), row.actual(), row.forecasts(), row.mixed(), errors);
      naive.learn(row);
    }
    for (NaiveStacked.Row asked : rows(random, 10, experts, 3)) {
      float[] out = new float[3 * WIDTH];
      int at = asked.horizon() * WIDTH;

      assertThat(stacked.forecast(workspace, asked.forecasts(), asked.mixed(), errors, out))
          .isTrue();

      double[] expected = naive.forecast(asked);
      assertThat((double) out[at]).isCloseTo(expected[0], within(2e-4));
      assertThat((double) out[at + LAST]).isCloseTo(expected[1], within(2e-2));
      assertThat(out[at + 1]).isNaN();
      assertThat(out[at + LAST - 1]).isNaN();
    }
  }

  /** A float of 3e7 takes in no 1, one of 8e6 takes in .3 as .5. */
  @Test
  void learn_moreRowsThanAFloatCounts_keepsItsCoefficient() {
    StackedShape shape = new StackedShape(FeatureSchema.ofNumbers("x"), 1, List.of(0), 1, 1, 0);
    StackedWorkspace workspace = new StackedWorkspace(shape);
    LastErrors last = new LastErrors(shape);
    float said = .9f;
    float error = .32f * said;
    ByteBuffer bytes = ByteBuffer.allocate(shape.bytes());
    // Rows, squares of errors, Gram matrix, cross products.
    float square = error * error;
    for (float mean : new float[] {1, square, said * said, 0, square, said * error, 0}) {
      bytes.putFloat(3e7f * mean);
    }
    Stacked stacked = Stacked.read(shape, bytes.flip());
    float[] mixed = new float[1];
    Random random = new Random(4);
    for (int i = 0; i < 3_000_000; i++) {
      int sign = random.nextBoolean() ? 1 : -1;
      float[] actual = {sign * error};
      stacked.learn(workspace, 0, actual, new float[][] {{sign * said}}, mixed, last);
    }
    float[] out = new float[1];

    stacked.forecast(workspace, new float[][] {{said}}, mixed, new LastErrors(shape), out);

    assertThat(out[0]).isCloseTo(error, within(.002f));
  }

  /** Of 192 horizons that share sums each is a 192nd of a row, which a float of 262,144 loses. */
  @Test
  void learn_moreRowsOfManyHorizonsThanAFloatCounts_goesOnLearning() {
    int horizon = 192;
    List<Integer> groups = Collections.nCopies(horizon, 0);
    StackedShape shape = new StackedShape(FeatureSchema.ofNumbers("x"), 1, groups, 1, 1, 0);
    StackedWorkspace workspace = new StackedWorkspace(shape);
    LastErrors last = new LastErrors(shape);
    ByteBuffer bytes = ByteBuffer.allocate(shape.bytes());
    // Rows, squares of errors, Gram matrix, cross products: of errors that are half of what is
    // said.
    for (float mean : new float[] {1, .25f, 1, 0, .25f, .5f, 0}) {
      bytes.putFloat(262_144 * mean);
    }
    Stacked stacked = Stacked.read(shape, bytes.flip());
    float[] mixed = new float[horizon];
    float[][] said = {new float[horizon]};
    for (int i = 0; i < 6_000_000; i++) {
      said[0][horizon - 1] = i % 2 == 0 ? 1 : -1;
      stacked.learn(workspace, horizon - 1, new float[1], said, mixed, last);
    }
    said[0][horizon - 1] = 1;
    float[] out = new float[horizon];

    stacked.forecast(workspace, said, mixed, last, out);

    // The mix has not erred since.
    assertThat(out[horizon - 1]).isBetween(0f, .1f);
  }

  @Property(tries = 40, seed = "20261126")
  void read_whatWasWritten_forecastsTheSameBits(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 50) int away) {
    StackedShape shape = shape(3, 0.5, 0, 1);
    StackedWorkspace workspace = new StackedWorkspace(shape);
    Stacked stays = new Stacked(shape);
    Stacked goes = new Stacked(shape);
    LastErrors staying = new LastErrors(shape);
    LastErrors going = new LastErrors(shape);
    List<NaiveStacked.Row> rows = rows(new Random(seed), 60, 3, 2);
    for (int t = 0; t < 60; t++) {
      NaiveStacked.Row row = rows.get(t);
      stays.learn(workspace, row.horizon(), row.actual(), row.forecasts(), row.mixed(), staying);
      goes.learn(workspace, row.horizon(), row.actual(), row.forecasts(), row.mixed(), going);
      if (t == away) {
        ByteBuffer bytes = ByteBuffer.allocate(shape.bytes());
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
    StackedWorkspace workspace = new StackedWorkspace(shape);
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
    StackedWorkspace workspace = new StackedWorkspace(shape);
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
    StackedWorkspace workspace = new StackedWorkspace(shape);
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
    StackedWorkspace workspace = new StackedWorkspace(shape);
    float[] mixed = new float[WIDTH];
    LastErrors last = new LastErrors(shape);

    stacked.learn(workspace, 0, new float[] {1, 0, 1}, new float[][] {said(1, 1)}, mixed, last);
    stacked.learn(workspace, 0, new float[] {3e38f, 0, 1}, new float[][] {said(9, 1)}, mixed, last);

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
    StackedWorkspace other = new StackedWorkspace(shape(2, 0, 0));
    LastErrors last = new LastErrors(shape(1, 0, 0));

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> stacked.learn(other, 0, new float[3], new float[1][], new float[WIDTH], last))
        .withMessageContaining("a workspace of this series' shape is needed");
  }
}
