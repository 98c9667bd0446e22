package io.tplus1.score;

import java.util.function.IntToDoubleFunction;

/**
 * What intervals came to on drawn errors of one number.
 *
 * @param coverage share of the actuals inside, after a warm-up
 * @param halfWidth the mean one, after it
 */
record IntervalRun(double coverage, double halfWidth) {
  static IntervalRun of(
      ConformalInterval intervals, int warmUp, int count, IntToDoubleFunction errors) {
    float[] halfWidths = new float[1];
    int inside = 0;
    double sum = 0;
    for (int i = 0; i < warmUp + count; i++) {
      float error = (float) errors.applyAsDouble(i);
      intervals.halfWidths(halfWidths);
      if (i >= warmUp) {
        inside += Math.abs(error) <= halfWidths[0] ? 1 : 0;
        sum += halfWidths[0];
      }
      Intervals.update(intervals, 0, new float[] {error}, new float[1], 0, halfWidths);
    }
    return new IntervalRun(inside / (double) count, sum / count);
  }
}
