package io.tplus1.load;

import java.util.Arrays;

/**
 * How much something grows, told by the median of the slopes between all pairs of readings: up to
 * 29 % of them may be anything.
 *
 * <p>P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", Journal of the
 * American Statistical Association 63 (1968).
 */
final class Trend {
  private Trend() {}

  /**
   * The growth from the first reading to the last, along the slope.
   *
   * @param seconds {@code double[n]}, increasing; n at least 2
   * @param values {@code double[n]}
   * @return in the values' unit; negative where it shrinks
   */
  static double growth(double[] seconds, double[] values) {
    int n = values.length;
    if (n < 2 || seconds.length != n) {
      throw new IllegalArgumentException(
          "two readings or more, each with its time: found %d and %d times"
              .formatted(n, seconds.length));
    }
    double[] slopes = new double[n * (n - 1) / 2];
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        slopes[at++] = (values[j] - values[i]) / (seconds[j] - seconds[i]);
      }
    }
    Arrays.sort(slopes);
    double median = (slopes[(at - 1) / 2] + slopes[at / 2]) / 2;
    return median * (seconds[n - 1] - seconds[0]);
  }
}
