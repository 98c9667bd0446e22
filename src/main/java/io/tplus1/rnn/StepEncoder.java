package io.tplus1.rnn;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.StepInputs;
import io.tplus1.model.StepInputs.Column;
import java.util.Arrays;
import java.util.List;

/**
 * Writes what a network with {@link StepInputs} reads of a window. Immutable and thread-safe; it
 * allocates next to nothing, because it runs on every record.
 *
 * <p>A shared network reads one sequence per target, else there is one sequence with the columns of
 * every target side by side. A row holds, for each of its targets, {@code [difference, level,
 * value, (two per lag), (two per traced expert)]}, then four columns of the calendar and two of the
 * year, the target's one-hot (of a shared network), and every input of the schema that is no
 * target: numbers scaled, categories one-hot.
 *
 * <p>What is absent (a lag before the window, a trace, a value that is not finite) counts as no
 * change: 0. Where neither the window nor the training ever changed, the local scale is 0 and so
 * are all values in its unit: the forecast is then the last value, whatever the network says.
 */
public final class StepEncoder {
  private static final int CALENDAR_COLUMNS = 4;
  private static final int YEAR_COLUMNS = 2;

  private final StepInputs inputs;
  private final int[] targets;
  private final float[] meanChanges;
  private final int[] others;
  private final int[] otherWidths;
  private final int[] otherColumns;
  private final boolean[] otherCategories;
  private final Scaling scaling;
  private final Scaling targetScaling;
  private final int features;
  private final boolean difference;
  private final boolean level;
  private final boolean value;
  private final int[] lags;
  private final int experts;
  private final boolean calendar;
  private final boolean year;
  private final boolean identity;
  private final int perTarget;
  private final int common;
  private final int columns;

  public StepEncoder(ModelManifest manifest) {
    this(
        manifest.schema(),
        manifest.stepInputs().orElseThrow(),
        manifest.meanChanges(),
        manifest.inputScaling(),
        manifest.targetScaling());
  }

  /**
   * @param meanChanges mean absolute difference of each target over the training, raw units
   * @param scaling a column per input of the schema
   * @param targetScaling a column per target
   */
  public StepEncoder(
      FeatureSchema schema,
      StepInputs inputs,
      List<Float> meanChanges,
      Scaling scaling,
      Scaling targetScaling) {
    inputs.requireFit(schema, Integer.MAX_VALUE);
    this.inputs = inputs;
    this.scaling = scaling;
    this.targetScaling = targetScaling;
    features = schema.size();
    targets = schema.targets().stream().mapToInt(Integer::intValue).toArray();
    this.meanChanges = new float[targets.length];
    for (int i = 0; i < targets.length; i++) {
      this.meanChanges[i] = meanChanges.get(i);
    }
    List<Column> kinds = inputs.columns();
    difference = kinds.contains(Column.DIFFERENCE);
    level = kinds.contains(Column.LEVEL);
    value = kinds.contains(Column.VALUE);
    lags =
        kinds.contains(Column.LAG)
            ? inputs.lags().stream().mapToInt(Integer::intValue).toArray()
            : new int[0];
    experts = kinds.contains(Column.EXPERT) ? inputs.traced().size() : 0;
    calendar = kinds.contains(Column.CALENDAR);
    year = kinds.contains(Column.YEAR);
    identity = kinds.contains(Column.IDENTITY) && inputs.shared();
    perTarget =
        (difference ? 1 : 0) + (level ? 1 : 0) + (value ? 1 : 0) + 2 * lags.length + 2 * experts;

    others =
        schema.inputs().stream()
            .mapToInt(i -> i)
            .filter(i -> !schema.targets().contains(i))
            .toArray();
    otherWidths = new int[others.length];
    otherColumns = new int[others.length];
    otherCategories = new boolean[others.length];
    common = perTarget * (inputs.shared() ? 1 : targets.length);
    int width =
        common
            + (calendar ? CALENDAR_COLUMNS : 0)
            + (year ? YEAR_COLUMNS : 0)
            + (identity ? targets.length : 0);
    for (int i = 0; i < others.length; i++) {
      Feature feature = schema.feature(others[i]);
      otherCategories[i] = feature.isCategory();
      otherWidths[i] = feature.width();
      otherColumns[i] = schema.inputs().indexOf(others[i]);
      width += otherWidths[i];
    }
    if (width == 0) {
      throw new IllegalArgumentException(
          "step inputs %s give the network nothing to read: lags want season.steps, experts want linear ones"
              .formatted(inputs.columns()));
    }
    columns = width;
  }

  /** Values that the network reads of one step. */
  public int columns() {
    return columns;
  }

  /** Sequences that one window gives: a target each where the network is shared, else 1. */
  public int sequences() {
    return inputs.shared() ? targets.length : 1;
  }

  /** Steps of a full sequence. */
  public int steps() {
    return inputs.steps();
  }

  /** Steps of a window's sequences: fewer than {@link #steps()} where it is shorter. */
  public int steps(FeatureWindow window) {
    return Math.min(window.steps(), inputs.steps());
  }

  /**
   * The local scale of a target at the window's end, raw units; 0 if nothing ever changed.
   *
   * @param target place among the targets
   */
  float scale(FeatureWindow window, int target) {
    float[] buffer = window.buffer();
    int width = window.features();
    int end = window.steps();
    int begin = Math.max(1, end - Math.min(inputs.scaleSteps(), end));
    int at = window.offset() + targets[target];
    double sum = 0;
    for (int row = begin; row < end; row++) {
      sum += Math.abs((double) buffer[at + row * width] - buffer[at + (row - 1) * width]);
    }
    long prior = inputs.scalePrior();
    long count = Math.max(0, end - begin) + prior;
    double local = count > 0 ? (sum + prior * (double) meanChanges[target]) / count : 0;
    return (float) (local + inputs.trainingPart() * meanChanges[target]);
  }

  /**
   * Writes the inputs of the newest steps of a window, oldest first: step k of sequence q begins at
   * {@code at + k * stepStride + q * sequenceStride}.
   *
   * @param window raw, traces behind its features if there are any
   * @param scales receives the local scale of every target, raw units
   * @return number of steps written, {@link #steps(FeatureWindow)}
   */
  public int encode(
      FeatureWindow window,
      float[] out,
      int at,
      int stepStride,
      int sequenceStride,
      float[] scales) {
    int steps = steps(window);
    for (int i = 0; i < targets.length; i++) {
      float scale = scale(window, i);
      scales[i] = scale;
      int first = inputs.shared() ? at + i * sequenceStride : at + i * perTarget;
      target(window, steps, i, unit(scale), out, first, stepStride);
    }
    shared(window, steps, out, at + common, stepStride, sequenceStride);
    return steps;
  }

  /** What a difference is multiplied with; 0 where the scale is no unit. */
  public static float unit(float scale) {
    float unit = 1 / scale;
    return scale > 0 && unit < Float.POSITIVE_INFINITY ? unit : 0f;
  }

  private void target(
      FeatureWindow window,
      int steps,
      int target,
      float unit,
      float[] out,
      int first,
      int stepStride) {
    float[] buffer = window.buffer();
    int width = window.features();
    int base = window.offset() + targets[target];
    int from = window.steps() - steps;
    boolean traces = width >= features + inputs.traced().size() * targets.length;
    for (int k = 0; k < steps; k++) {
      int row = from + k;
      float x = buffer[base + row * width];
      float before = row > 0 ? buffer[base + (row - 1) * width] : x;
      int column = first + k * stepStride;
      if (difference) {
        out[column++] = clip((x - before) * unit);
      }
      if (level) {
        column++; // Its column is written below, from the newest step back.
      }
      if (value) {
        out[column++] = clip(targetScaling.scale(target, x));
      }
      for (int lag : lags) {
        boolean there = row >= lag - 1;
        float next = there ? buffer[base + (row + 1 - lag) * width] : x;
        float then = row >= lag ? buffer[base + (row - lag) * width] : next;
        out[column++] = clip((next - x) * (unit / 4));
        out[column++] = clip(there ? (next - then) * unit : 0f);
      }
      for (int e = 0; e < experts; e++) {
        int trace = window.offset() + StepInputs.traceColumn(features, targets.length, e, target);
        float next = traces ? buffer[trace + row * width] : Float.NaN;
        float last = traces && row > 0 ? buffer[trace + (row - 1) * width] : Float.NaN;
        out[column++] = clip((next - x) * unit);
        out[column++] = clip((x - (Float.isNaN(last) ? before : last)) * unit);
      }
    }
    if (level) {
      levels(window, steps, target, unit, out, first + (difference ? 1 : 0), stepStride);
    }
  }

  /**
   * Writes how far a target is from its mean over the steps up to each one. The mean is carried
   * from the newest step back, so that what rounding adds falls on the oldest.
   */
  private void levels(
      FeatureWindow window,
      int steps,
      int target,
      float unit,
      float[] out,
      int at,
      int stepStride) {
    int end = window.steps();
    int count = Math.min(inputs.scaleSteps(), end);
    double sum = 0;
    for (int row = end - count; row < end; row++) {
      sum += window.value(row, targets[target]);
    }
    for (int k = steps - 1; k >= 0; k--) {
      int row = end - steps + k;
      float x = window.value(row, targets[target]);
      out[at + k * stepStride] = clip((x - (float) (sum / count)) * unit);
      if (inputs.levelAtEnd()) {
        continue;
      }
      sum -= x;
      if (row >= inputs.scaleSteps()) {
        sum += window.value(row - inputs.scaleSteps(), targets[target]);
      } else {
        count--;
      }
    }
  }

  /** Columns that every sequence of the window has, beside its own one-hot. */
  private void shared(
      FeatureWindow window, int steps, float[] out, int at, int stepStride, int sequenceStride) {
    int sequences = sequences();
    int from = window.steps() - steps;
    long interval = calendar || year ? interval(window, steps) : 0;
    for (int k = 0; k < steps; k++) {
      int first = at + k * stepStride;
      int column = first;
      if (calendar) {
        CalendarPhase.write(window.timeMs(from + k) + interval, out, column);
        column += CALENDAR_COLUMNS;
      }
      if (year) {
        CalendarPhase.writeYear(window.timeMs(from + k) + interval, out, column);
        column += YEAR_COLUMNS;
      }
      int names = column;
      column += identity ? targets.length : 0;
      for (int i = 0; i < others.length; i++) {
        other(window.value(from + k, others[i]), i, out, column);
        column += otherWidths[i];
      }
      for (int q = 0; q < sequences; q++) {
        if (q > 0) {
          System.arraycopy(out, first, out, first + q * sequenceStride, column - first);
        }
        for (int i = 0; identity && i < targets.length; i++) {
          out[names + q * sequenceStride + i] = i == q ? 1f : 0f;
        }
      }
    }
  }

  private void other(float value, int other, float[] out, int column) {
    if (!otherCategories[other]) {
      out[column] = clip(scaling.scale(otherColumns[other], value));
      return;
    }
    for (int i = 0; i < otherWidths[other]; i++) {
      out[column + i] = 0f;
    }
    int id = (int) value;
    out[column + (id >= 0 && id < otherWidths[other] ? id : Feature.UNKNOWN)] = 1f;
  }

  /** Median time between the steps that are read, milliseconds; 0 for a single one. */
  private static long interval(FeatureWindow window, int steps) {
    if (steps < 2) {
      return 0;
    }
    long[] intervals = new long[steps - 1];
    int from = window.steps() - steps;
    for (int k = 1; k < steps; k++) {
      intervals[k - 1] = window.timeMs(from + k) - window.timeMs(from + k - 1);
    }
    // Nearly always all the same, which a sort passes over once.
    Arrays.sort(intervals);
    return intervals[(steps - 2) / 2];
  }

  private float clip(float value) {
    return within(value, inputs.clip());
  }

  /** A number within ±limit; 0 for NaN. */
  public static float within(float value, float limit) {
    if (value > limit) {
      return limit;
    }
    return value >= -limit ? value : value < -limit ? -limit : 0f;
  }
}
