package io.tplus1.expert;

import io.tplus1.feature.FeatureWindow;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Turns windows into rows of a shape's equations.
 *
 * <p>In a local scale, the unit of a feature is the mean size of its last differences plus a tenth
 * of that over the whole window, so that a quiet stretch does not blow up what follows it; inputs
 * are cut at ±{@value #MAX_INPUT} units and changes at ±{@value #MAX_CHANGE} √h. Without, nothing
 * that is learnt is cut here, and {@link NormalEquations} bounds what one row may do. What is
 * forecast is cut by {@link #bound}, with such a scale or without.
 *
 * <p>Immutable and thread-safe; callers bring the arrays.
 */
final class LinearInputs {
  static final double MAX_INPUT = 50;
  static final double MAX_CHANGE = 10;
  private static final double WHOLE_WINDOW = 0.1;

  /** How often a target's largest difference in a window a forecast may go. */
  private static final double REACH = 2;

  private final LinearShape shape;
  private final int[] lags;
  private final int[] targets;
  private final int[] numbers;
  private final int[] places;

  /** Of each target, which of its block's units is its own. */
  private final int[] unitOf;

  /** Number targets that one block forecasts. */
  private final int blockTargets;

  LinearInputs(LinearShape shape) {
    this.shape = shape;
    this.lags = shape.lags().stream().mapToInt(Integer::intValue).toArray();
    this.targets = LinearShape.numberTargets(shape.schema());
    this.numbers = LinearShape.numbers(shape.schema());
    this.places =
        shape.schema().numberTargets().stream().mapToInt(shape.schema()::outputAt).toArray();
    this.unitOf =
        IntStream.of(targets)
            .map(target -> isOwn() ? 0 : Arrays.binarySearch(numbers, target))
            .toArray();
    this.blockTargets = targets.length / shape.blocks();
  }

  private boolean isOwn() {
    return shape.kind() == LinearShape.Kind.OWN;
  }

  /** Number of features that one block reads, each in a unit of its own. */
  int units() {
    return isOwn() ? 1 : numbers.length;
  }

  /** Column in a vector of a block's i-th target. */
  private int target(int block, int i) {
    return targets[block + i];
  }

  /** Place in one horizon of a forecast of a block's i-th target. */
  private int place(int block, int i) {
    return places[block + i];
  }

  /**
   * Fills the inputs of one block's equations, and their units, for which the whole window is read.
   *
   * @param row receives {@code double[shape.inputs()]}
   * @param units receives {@code double[units()]}, raw; 0 for a feature that never moves
   * @return whether they are usable: all finite and, where a target has its own equations in a
   *     local scale, not of a window that never moves
   */
  boolean inputs(FeatureWindow window, int block, double[] row, double[] units) {
    int per = lags.length + (shape.levels() ? 1 : 0);
    boolean finite = true;
    for (int i = 0; i < units.length; i++) {
      int feature = isOwn() ? targets[block] : numbers[i];
      units[i] = unit(window, feature);
      finite &= feature(window, feature, units[i], row, i * per);
    }
    boolean still = isOwn() && units[0] == 0;
    return finite && !still;
  }

  private boolean feature(FeatureWindow window, int feature, double unit, double[] row, int at) {
    float[] buffer = window.buffer();
    int width = window.features();
    int oldest = window.offset() + feature;
    int newest = oldest + (window.steps() - 1) * width;
    double last = buffer[newest];
    double perUnit = unit == 0 ? 0 : 1 / unit;
    boolean cut = shape.scaleSteps() > 0;
    double sum = last;
    int vector = window.steps() - 1;
    for (int i = 0; i < lags.length; i++) {
      // What lies before a short window counts as its oldest value.
      double value;
      if (shape.stepMs() == 0) {
        value = lags[i] < window.steps() ? buffer[newest - lags[i] * width] : buffer[oldest];
      } else {
        long then = window.lastTimeMs() - lags[i] * shape.stepMs();
        while (vector > 0 && window.timeMs(vector) > then) {
          vector--;
        }
        value = at(window, vector, then, buffer, oldest, width);
      }
      double input = (value - last) * perUnit;
      sum += input;
      row[at + i] = cut ? clip(input, MAX_INPUT) : input;
    }
    if (shape.levels()) {
      row[at + lags.length] = last;
    }
    return Double.isFinite(sum);
  }

  /**
   * The value at a time, on the line between the two vectors around it.
   *
   * @param row newest row that is not after that time, or the oldest one
   * @param oldest place of the feature in the oldest row
   */
  private static double at(
      FeatureWindow window, int row, long timeMs, float[] buffer, int oldest, int width) {
    double value = buffer[oldest + row * width];
    long since = timeMs - window.timeMs(row);
    if (since <= 0 || row == window.steps() - 1) {
      return value;
    }
    double next = buffer[oldest + (row + 1) * width];
    return value + (next - value) * since / (window.timeMs(row + 1) - window.timeMs(row));
  }

  /**
   * Fills the changes of one block's targets that followed a window, in units.
   *
   * @param following the H vectors after the window, or more
   * @param units of the window's inputs
   * @param changes receives {@code double[targets of the block][horizon]}
   * @return whether all are finite
   */
  boolean changes(
      FeatureWindow window, FeatureWindow following, int block, double[] units, double[] changes) {
    int horizon = shape.horizon();
    double sum = 0;
    for (int i = 0; i < blockTargets; i++) {
      int target = target(block, i);
      double last = window.last(target);
      double unit = units[unitOf[block + i]];
      double perUnit = unit == 0 ? 0 : 1 / unit;
      for (int h = 0; h < horizon; h++) {
        double change = (following.value(h, target) - last) * perUnit;
        sum += change;
        changes[i * horizon + h] =
            shape.scaleSteps() > 0 ? clip(change, MAX_CHANGE * Math.sqrt(h + 1.0)) : change;
      }
    }
    return Double.isFinite(sum);
  }

  /**
   * Cuts changes at how far they may go: by what was learnt or, if that is more, at {@value #REACH}
   * times the largest difference to the last value in the window. Raw sums of many series are of
   * the sizes of most, and say nothing of one that moves in steps a thousand times as large.
   *
   * @param window whose inputs are usable
   * @param units of its inputs
   * @param farthest {@code float[targets of the block][horizon]}
   * @param changes {@code double[targets of the block][horizon]}, in units
   */
  void bound(FeatureWindow window, int block, double[] units, float[] farthest, double[] changes) {
    int horizon = shape.horizon();
    for (int i = 0; i < blockTargets; i++) {
      double reach = -1;
      for (int k = i * horizon; k < (i + 1) * horizon; k++) {
        if (Math.abs(changes[k]) > farthest[k]) {
          // Seldom so: the window is read through for it alone.
          double unit = units[unitOf[block + i]];
          reach = reach < 0 ? REACH * reach(window, target(block, i), unit) : reach;
          changes[k] = clip(changes[k], Math.max(farthest[k], reach));
        }
      }
    }
  }

  /** The largest difference to the last value, in units; 0 for a window that never moves. */
  private double reach(FeatureWindow window, int feature, double unit) {
    if (unit == 0) {
      return 0;
    }
    double last = window.last(feature);
    double most = 0;
    for (int step = 0; step < window.steps(); step++) {
      double difference = Math.abs(window.value(step, feature) - last);
      most = difference > most ? difference : most; // Not so of what is none.
    }
    return most / unit;
  }

  /**
   * Fills the forecast of one block's targets.
   *
   * @param units of the window's inputs
   * @param changes {@code double[targets of the block][horizon]}, in units
   * @param out {@code float[horizon][width]}, raw
   */
  void forecast(
      FeatureWindow window, int block, double[] units, double[] changes, float[] out, int width) {
    int horizon = shape.horizon();
    for (int i = 0; i < blockTargets; i++) {
      int target = target(block, i);
      double last = window.last(target);
      double unit = units[unitOf[block + i]];
      int place = place(block, i);
      for (int h = 0; h < horizon; h++) {
        out[h * width + place] = (float) (last + unit * changes[i * horizon + h]);
      }
    }
  }

  /** The unit of a feature's inputs and changes, raw; 0 for a window that never moves. */
  private double unit(FeatureWindow window, int feature) {
    if (shape.scaleSteps() == 0) {
      return 1;
    }
    float[] buffer = window.buffer();
    int width = window.features();
    int differences = window.steps() - 1;
    int recent = Math.min(differences, shape.scaleSteps());
    int at = window.offset() + feature;
    double older = 0;
    double newer = 0;
    for (int i = 1; i <= differences; i++) {
      double size = Math.abs((double) buffer[at + i * width] - buffer[at + (i - 1) * width]);
      if (i > differences - recent) {
        newer += size;
      } else {
        older += size;
      }
    }
    return differences == 0 ? 0 : newer / recent + WHOLE_WINDOW * (older + newer) / differences;
  }

  private static double clip(double value, double most) {
    return Math.max(-most, Math.min(most, value));
  }
}
