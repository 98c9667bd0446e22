package io.tplus1.score;

/** Settings of a mix of which a test says what matters to it. */
public final class Mixes {
  private Mixes() {}

  /** Squared errors, horizons in doubling groups; a pool, where there is one, counts as 20 rows. */
  public static MixSettings settings(double exponent, double decay) {
    return new MixSettings(MixSettings.Loss.SQUARED, exponent, decay, 20);
  }
}
