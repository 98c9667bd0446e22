package io.tplus1.feature;

/** What rounding to a float makes of a number that stands still, and of a sum. Stateless. */
public final class Rounding {
  /** A number that moves by no more steps of a float stands still, and was rounded. */
  private static final int STEPS = 2;

  /**
   * Most that may be kept of a sum of floats at each of its summands: so it stays within a million
   * of them, where a float still takes in another one. From 2^24 on it would not. Where a row is
   * many summands, it is what is kept at each that counts, not at a row.
   */
  public static final double MOST_KEPT = 1 - 0x1p-20;

  private Rounding() {}

  /** Whether a number moved by more than roundings; not where either is NaN. */
  public static boolean isChange(float before, float now) {
    return Math.abs((double) now - before) > STEPS * (double) Math.ulp(now);
  }

  /** By how much a number moved: 0 if by roundings alone, NaN where either is. */
  public static double change(float before, float now) {
    double change = (double) now - before;
    return isChange(before, now) ? change : 0 * change; // NaN stays NaN
  }
}
