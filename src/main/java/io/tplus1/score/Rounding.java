package io.tplus1.score;

/** What rounding to a float may make of a number that stands still. */
public final class Rounding {
  /** A number that moves by no more steps of a float stands still, and was rounded. */
  private static final int STEPS = 2;

  private Rounding() {}

  /** Whether a number moved by more than roundings; not where either is NaN. */
  public static boolean isChange(float before, float now) {
    return Math.abs((double) now - before) > STEPS * (double) Math.ulp(now);
  }
}
