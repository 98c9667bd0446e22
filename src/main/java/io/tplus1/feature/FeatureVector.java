package io.tplus1.feature;

import java.util.Arrays;

/**
 * One observation of a series at one event time.
 *
 * <p>The array is not copied, neither in nor out: a vector passes through the hot path once per
 * record. Whoever makes one gives the array away, and nobody writes into it afterwards.
 */
public final class FeatureVector {
  private final long timeMs;
  private final float[] values;

  /**
   * @param timeMs event time, epoch milliseconds
   * @param values {@code float[features]}, raw, in {@link FeatureSchema} order; given away
   */
  public FeatureVector(long timeMs, float[] values) {
    this.timeMs = timeMs;
    this.values = values;
  }

  /** Event time, epoch milliseconds. */
  public long timeMs() {
    return timeMs;
  }

  /** {@code float[features]}, raw; only to be read. */
  public float[] values() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureVector that
        && timeMs == that.timeMs
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(timeMs) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return timeMs + " " + Arrays.toString(values);
  }
}
