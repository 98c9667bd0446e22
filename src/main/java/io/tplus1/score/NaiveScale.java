package io.tplus1.score;

import io.tplus1.feature.Rounding;
import java.util.Arrays;

/**
 * The errors of "the next value is the last one" over the warm-up of one series: the unit of MASE
 * and RMSSE (Hyndman and Koehler, Another Look at Measures of Forecast Accuracy, 2006). For one
 * thread.
 */
public final class NaiveScale {
  private final float[] last;
  private final double[] absolute;
  private final double[] squared;
  private final long[] counts;

  /**
   * @param targets number of targets; of categories nothing is asked
   */
  public NaiveScale(int targets) {
    this.last = new float[targets];
    Arrays.fill(last, Float.NaN);
    this.absolute = new double[targets];
    this.squared = new double[targets];
    this.counts = new long[targets];
  }

  /**
   * Takes the next row of the warm-up. A missing value (NaN) is no error, and the next one is held
   * against the last that came. What rounding alone moves stands still: else the errors of a stuck
   * sensor, in such steps, would be millions.
   *
   * @param actual {@code float[targets]}, raw
   */
  public void add(float[] actual) {
    for (int i = 0; i < last.length; i++) {
      add(i, last[i], actual[i]);
    }
    correct(actual);
  }

  /**
   * Takes one error of the last value; none where either is missing (NaN).
   *
   * @param before the last value, raw
   * @param now what came, raw
   */
  public void add(int target, float before, float now) {
    double error = Math.abs(Rounding.change(before, now));
    if (Double.isFinite(error)) {
      absolute[target] += error;
      squared[target] += error * error;
      counts[target]++;
    }
  }

  /**
   * Takes a correction of the newest row: what comes next is held against it.
   *
   * @param actual {@code float[targets]}, raw; what is missing (NaN) stays as it was
   */
  public void correct(float[] actual) {
    for (int i = 0; i < last.length; i++) {
      if (Float.isFinite(actual[i])) {
        last[i] = actual[i];
      }
    }
  }

  /**
   * Mean absolute lag-1 error of a target; NaN without any, 0 if it never changed but by rounding.
   */
  public double absolute(int target) {
    return absolute[target] / counts[target];
  }

  /** Mean squared lag-1 error of a target. */
  public double squared(int target) {
    return squared[target] / counts[target];
  }
}
