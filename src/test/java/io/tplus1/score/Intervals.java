package io.tplus1.score;

import java.util.Arrays;

/** Intervals of a series that learns by itself. */
public final class Intervals {
  private Intervals() {}

  /** As {@link ConformalInterval#update} without a pool, where nobody knows the last values. */
  public static void update(
      ConformalInterval alone,
      int horizon,
      float[] actual,
      float[] forecast,
      int offset,
      float[] halfWidths) {
    float[] last = new float[actual.length];
    Arrays.fill(last, Float.NaN);
    alone.update(horizon, actual, forecast, offset, halfWidths, new float[0], last, null);
  }
}
