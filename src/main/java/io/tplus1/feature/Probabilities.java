package io.tplus1.feature;

/**
 * The probabilities of one category, {@code float[width]} somewhere in an array, as they are
 * judged.
 */
public final class Probabilities {
  /** A probability below this counts as this, so that log-loss stays finite. */
  public static final double SMALLEST = 1e-7;

  private Probabilities() {}

  /** The id of the largest of {@code width} values from {@code at}; the first of equals. */
  public static int likeliest(float[] values, int at, int width) {
    int best = 0;
    for (int id = 1; id < width; id++) {
      if (values[at + id] > values[at + best]) {
        best = id;
      }
    }
    return best;
  }

  /** The log-loss in nats of a forecast that gave what then came this probability. */
  public static double logLoss(float probability) {
    return 0 - Math.log(Math.min(1, Math.max(SMALLEST, probability))); // not −0
  }
}
