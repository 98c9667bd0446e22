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
      double error = Math.abs((double) actual[i] - last[i]);
      if (Double.isFinite(error)) {
        if (Rounding.isChange(last[i], actual[i])) {
          absolute[i] += error;
          squared[i] += error * error;
        }
        counts[i]++;
      }
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
