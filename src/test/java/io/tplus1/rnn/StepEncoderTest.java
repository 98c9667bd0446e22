package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.LevelAtEnd;
import io.tplus1.model.StepInputs;
import io.tplus1.model.StepInputs.Column;
import io.tplus1.model.Trainer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StepEncoderTest {
  private static final long HOUR = 3_600_000;
  private static final FeatureSchema THREE = FeatureSchema.ofNumbers("a", "b", "c");

  private static StepInputs inputs(
      List<Column> columns, List<Integer> lags, List<String> traced, int steps, boolean shared) {
    return new StepInputs(
        columns,
        lags,
        traced,
        steps,
        5,
        0,
        StepInputs.TRAINING_PART,
        1,
        shared,
        8,
        List.of(StepInputs.Base.LAST));
  }

  private static StepEncoder encoder(FeatureSchema schema, StepInputs inputs) {
    return new StepEncoder(
        schema,
        inputs,
        Collections.nCopies(schema.targets().size(), 2f),
        Scaling.identity(schema.inputs().size()),
        Scaling.identity(schema.targets().size()));
  }

  private static FeatureWindow window(float[]... rows) {
    FeatureVector[] vectors = new FeatureVector[rows.length];
    for (int t = 0; t < rows.length; t++) {
      vectors[t] = new FeatureVector(t * HOUR, rows[t]);
    }
    return FeatureWindow.of(vectors);
  }

  private static float[] encode(StepEncoder encoder, FeatureWindow window) {
    float[] out = new float[encoder.sequences() * encoder.steps() * encoder.columns()];
    Arrays.fill(out, 99);
    int steps =
        encoder.encode(
            window,
            out,
            0,
            encoder.columns(),
            encoder.steps() * encoder.columns(),
            new float[encoder.sequences() == 1 ? 9 : encoder.sequences()]);
    assertThat(steps).isEqualTo(Math.min(window.steps(), encoder.steps()));
    return out;
  }

  @Test
  void encode_aSmallSeries_givesTheValuesByHand() {
    StepInputs inputs =
        inputs(
            List.of(Column.DIFFERENCE, Column.LEVEL, Column.LAG, Column.EXPERT),
            List.of(2),
            List.of("linear"),
            2,
            true);
    StepEncoder encoder = encoder(FeatureSchema.ofNumbers("x"), inputs);
    // Values and the trace behind them: differences 1, 2, 3; mean 2; plus a tenth of 2.
    FeatureWindow window =
        window(new float[] {0, 1}, new float[] {1, 3}, new float[] {3, 7}, new float[] {6, 9});
    float s = 2.2f;

    float[] scales = new float[1];
    float[] out = new float[2 * 6];
    assertThat(encoder.columns()).isEqualTo(6);
    assertThat(encoder.encode(window, out, 0, 6, 12, scales)).isEqualTo(2);

    assertThat(scales[0]).isCloseTo(s, within(1e-6f));
    float[] expected = {
      // t = 2: difference, level (mean 4/3), lag 2 by (x[1] − x[2]) / 4 and x[1] − x[0], expert
      2,
      5 / 3f,
      -2 / 4f,
      1,
      7 - 3,
      3 - 3,
      // t = 3 (mean 2.5)
      3,
      3.5f,
      -3 / 4f,
      2,
      9 - 6,
      6 - 7
    };
    for (int i = 0; i < out.length; i++) {
      assertThat(out[i]).as("%d", i).isCloseTo(expected[i] / s, within(1e-5f));
    }
  }

  @Test
  void encode_levelOfAnInnerStep_isTheSameWhateverFollows() {
    StepInputs inputs = inputs(List.of(Column.LEVEL), List.of(), List.of(), 4, true);
    StepEncoder encoder = encoder(FeatureSchema.ofNumbers("x"), inputs);
    float[][] rows = {{0}, {1}, {3}, {6}, {4}, {5}, {2}};
    float[][] others = rows.clone();
    others[6] = new float[] {40};

    float[] some = levels(encoder, window(rows));
    float[] other = levels(encoder, window(others));

    assertThat(Arrays.copyOf(some, 3))
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(Arrays.copyOf(other, 3));
    // At the window's end both meanings are one, to the bit.
    float[] atEnd =
        levels(encoder(FeatureSchema.ofNumbers("x"), LevelAtEnd.of(inputs, true)), window(others));
    assertThat(other[3]).isEqualTo(atEnd[3]);
    assertThat(other[2]).isNotEqualTo(atEnd[2]);
  }

  /** The column of a network that reads the level alone, raw units. */
  private static float[] levels(StepEncoder encoder, FeatureWindow window) {
    float[] out = encode(encoder, window);
    for (int i = 0; i < out.length; i++) {
      out[i] *= encoder.scale(window, 0);
    }
    return out;
  }

  @Test
  void encode_beforeTheWindowAndWithoutTrace_countsAsNoChange() {
    StepInputs inputs =
        inputs(
            List.of(Column.DIFFERENCE, Column.LAG, Column.EXPERT),
            List.of(3),
            List.of("linear"),
            4,
            true);
    StepEncoder encoder = encoder(FeatureSchema.ofNumbers("x"), inputs);
    float[] narrow = encode(encoder, window(new float[] {1}, new float[] {3}));
    float nan = Float.NaN;
    float[] unknown = encode(encoder, window(new float[] {1, nan}, new float[] {3, nan}));
    float s = 2.2f;
    // First step: nothing before. Second: x changed by 2, which an expert that is absent missed.
    assertThat(Arrays.copyOf(narrow, 10))
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(0, 0, 0, 0, 0, 2 / s, 0, 0, 0, 2 / s);
    assertThat(unknown).isEqualTo(narrow);
  }

  @Test
  void encode_seriesThatNeverChanged_givesZerosAndScaleZero() {
    StepInputs inputs =
        inputs(
            List.of(Column.DIFFERENCE, Column.LEVEL, Column.LAG), List.of(2), List.of(), 3, true);
    StepEncoder encoder =
        new StepEncoder(
            FeatureSchema.ofNumbers("x"),
            inputs,
            List.of(0f),
            Scaling.identity(1),
            Scaling.identity(1));
    float[] scales = {7};
    float[] out = new float[3 * 4];
    encoder.encode(
        window(new float[] {5}, new float[] {5}, new float[] {5}), out, 0, 4, 12, scales);
    assertThat(scales).containsExactly(0f);
    assertThat(out).containsOnly(0f);
  }

  @Test
  void encode_outliersAndNaN_areClipped() {
    StepInputs inputs =
        inputs(List.of(Column.DIFFERENCE, Column.LEVEL), List.of(), List.of(), 6, true);
    StepEncoder encoder = encoder(FeatureSchema.ofNumbers("x"), inputs);
    float[][] rows = {
      {1}, {Float.NaN}, {Float.MAX_VALUE}, {-Float.MAX_VALUE}, {Float.POSITIVE_INFINITY}, {0}
    };
    for (int end = 1; end <= rows.length; end++) {
      float[] out = encode(encoder, window(Arrays.copyOf(rows, end)));
      for (int i = 0; i < 2 * end; i++) {
        assertThat(out[i]).isBetween(-8f, 8f);
      }
    }
  }

  @Test
  void encode_calendar_isThatOfTheTargetsTime() {
    StepEncoder encoder =
        encoder(
            FeatureSchema.ofNumbers("x"),
            inputs(List.of(Column.CALENDAR, Column.YEAR), List.of(), List.of(), 3, true));
    // A step of an hour, with one longer gap: the median counts.
    long start = Instant.parse("2024-03-10T04:00:00Z").toEpochMilli(); // a Sunday
    FeatureWindow window =
        FeatureWindow.of(
            new FeatureVector(start - 5 * HOUR, new float[] {0}),
            new FeatureVector(start, new float[] {0}),
            new FeatureVector(start + HOUR, new float[] {0}));
    float[] out = encode(encoder, window);
    ZonedDateTime target = Instant.ofEpochMilli(start + 2 * HOUR).atZone(ZoneOffset.UTC);
    double day = 2 * Math.PI * target.getHour() / 24;
    double week = 2 * Math.PI * (24 * 6 + target.getHour()) / 168;
    double year = 2 * Math.PI * (target.getDayOfYear() - 1) / 365.2425;
    double[] expected = {
      Math.sin(day), Math.cos(day), Math.sin(week), Math.cos(week), Math.sin(year), Math.cos(year)
    };
    for (int i = 0; i < 6; i++) {
      assertThat((double) out[12 + i]).isCloseTo(expected[i], within(i < 4 ? 1e-5 : 0.03));
    }
  }

  @Test
  void encode_inputsThatAreNoTargets_followInEverySequence() {
    FeatureSchema schema =
        new FeatureSchema(
            List.of(
                Feature.number("x"),
                Feature.category("kind", List.of("u", "v")),
                Feature.number("y"),
                Feature.number("load")),
            List.of(0, 1, 2, 3),
            List.of(0, 2));
    Scaling scaling = new Scaling(new float[] {0, 0, 0, 10}, new float[] {1, 1, 1, 5});
    StepEncoder encoder =
        new StepEncoder(
            schema,
            inputs(List.of(Column.DIFFERENCE, Column.IDENTITY), List.of(), List.of(), 2, true),
            List.of(0f, 0f),
            scaling,
            Scaling.identity(2));
    assertThat(encoder.columns()).isEqualTo(1 + 2 + 3 + 1);
    float[] out = encode(encoder, window(new float[] {0, 2, 0, 20}, new float[] {3, 1, -2, 0}));
    assertThat(out)
        .containsExactly(
            new float[] {
              0, 1, 0, 0, 0, 1, 2, 1, 1, 0, 0, 1, 0, -2, // x: difference, which, kind, load
              0, 0, 1, 0, 0, 1, 2, -1, 0, 1, 0, 1, 0, -2
            });
  }

  /** Against a slow model written from the words of {@link StepInputs}. */
  @Property(tries = 200, seed = "20261124")
  void encode_anyWindow_equalsTheNaiveModel(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 14) int length,
      @ForAll @IntRange(min = 1, max = 9) int steps,
      @ForAll boolean shared,
      @ForAll boolean traces,
      @ForAll boolean levelAtEnd) {
    Random random = new Random(seed);
    StepInputs inputs =
        LevelAtEnd.of(
            new StepInputs(
                List.of(Column.DIFFERENCE, Column.LEVEL, Column.VALUE, Column.LAG, Column.EXPERT),
                List.of(2, 5),
                List.of("linear", "joint"),
                steps,
                1 + random.nextInt(6),
                random.nextInt(4),
                random.nextInt(3) / 4f,
                1,
                shared,
                3,
                List.of(StepInputs.Base.LAST)),
            levelAtEnd);
    float[][] rows = new float[length][traces ? 9 : 3];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextInt(10) == 0 && i > 2 ? Float.NaN : (float) random.nextGaussian();
      }
    }
    FeatureWindow window = window(rows);
    Scaling scaling = new Scaling(new float[] {1, -2, 0}, new float[] {2, .5f, 1});
    StepEncoder encoder =
        new StepEncoder(THREE, inputs, Collections.nCopies(3, 2f), Scaling.identity(3), scaling);
    float[] out = encode(encoder, window);

    int present = Math.min(length, steps);
    for (int target = 0; target < 3; target++) {
      double scale = NaiveSteps.scale(rows, target, inputs, 2);
      assertThat((double) encoder.scale(window, target)).isCloseTo(scale, within(1e-5));
      for (int k = 0; k < present; k++) {
        List<Double> row =
            NaiveSteps.row(rows, length - present + k, target, inputs, scale, scaling);
        int at =
            shared
                ? (target * steps + k) * encoder.columns()
                : k * encoder.columns() + target * row.size();
        for (int i = 0; i < row.size(); i++) {
          assertThat((double) out[at + i]).isCloseTo(row.get(i), within(1e-4));
        }
      }
    }
  }

  /** The words of {@link StepInputs}, value by value. */
  private static final class NaiveSteps {
    static double scale(float[][] rows, int target, StepInputs inputs, double trained) {
      List<Double> changes = new ArrayList<>();
      for (int t = Math.max(1, rows.length - inputs.scaleSteps()); t < rows.length; t++) {
        changes.add(Math.abs((double) rows[t][target] - rows[t - 1][target]));
      }
      for (int i = 0; i < inputs.scalePrior(); i++) {
        changes.add(trained);
      }
      return changes.stream().mapToDouble(c -> c).average().orElse(0)
          + inputs.trainingPart() * trained;
    }

    static List<Double> row(
        float[][] rows, int t, int target, StepInputs inputs, double s, Scaling scaling) {
      double x = rows[t][target];
      double before = t > 0 ? rows[t - 1][target] : x;
      int end = inputs.levelAtEnd() ? rows.length : t + 1;
      double mean =
          Arrays.stream(rows)
              .limit(end)
              .skip(Math.max(0, end - inputs.scaleSteps()))
              .mapToDouble(row -> row[target])
              .average()
              .orElseThrow();
      List<Double> values = new ArrayList<>(List.of(x - before, x - mean));
      for (int lag : inputs.lags()) {
        values.add(t + 1 - lag >= 0 ? (rows[t + 1 - lag][target] - x) / 4 : 0);
        values.add(t - lag >= 0 ? (double) rows[t + 1 - lag][target] - rows[t - lag][target] : 0);
      }
      for (int e = 0; e < 2; e++) {
        int column = StepInputs.traceColumn(3, 3, e, target);
        boolean there = rows[t].length > 3;
        double next = there ? rows[t][column] : Double.NaN;
        double last = there && t > 0 ? rows[t - 1][column] : Double.NaN;
        values.add(Double.isNaN(next) ? 0 : next - x);
        values.add(x - (Double.isNaN(last) ? before : last));
      }
      // All but the value itself are in units of s.
      values.replaceAll(v -> s > 0 ? v / s : 0);
      values.add(2, (x - scaling.shift()[target]) / scaling.scale()[target]);
      return values.stream()
          .map(v -> Math.max(-inputs.clip(), Math.min(inputs.clip(), v)))
          .toList();
    }
  }

  @Test
  void task_thatStepInputsDoNotFit_isRefusedInASentence() {
    FeatureSchema category =
        FeatureSchema.of(List.of(Feature.number("x"), Feature.category("kind", List.of("u"))));
    StepInputs inputs = inputs(List.of(Column.DIFFERENCE), List.of(), List.of(), 8, true);
    assertThatThrownBy(() -> new Trainer.Task(category, 10, 1, Optional.of(inputs)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the target 'kind' is a category");
    assertThatThrownBy(() -> new Trainer.Task(THREE, 7, 1, Optional.of(inputs)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("raise window.steps");
    assertThatThrownBy(
            () -> encoder(THREE, inputs(List.of(Column.LAG), List.of(), List.of(), 8, true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing to read");
  }
}
