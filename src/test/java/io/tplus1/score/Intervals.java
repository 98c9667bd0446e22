package io.tplus1.score;

/** Intervals of a series that learns by itself. */
public final class Intervals {
  private Intervals() {}

  /**
   * As {@link ConformalInterval#update} without a pool, which alone asks for what it leaves out.
   */
  public static void update(
      ConformalInterval alone,
      int horizon,
      float[] actual,
      float[] forecast,
      int offset,
      float[] halfWidths) {
    alone.update(horizon, actual, forecast, offset, halfWidths, new float[0], new float[0], null);
  }
}
