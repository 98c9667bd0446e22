package io.tplus1.score;

/**
 * Lets the mean errors of experts that have no forecast for a while go with those of the others.
 *
 * <p>Left as they were, an expert that speaks again once errors have grown would outweigh all
 * others by what it did in easier times, and one that speaks again once they have shrunk would
 * hardly count for thousands of rows. Carried along, it comes back with the share that it had.
 */
final class SilentExperts {
  private SilentExperts() {}

  /**
   * Whether an expert that has erred before has no forecast now.
   *
   * @param losses {@code double[experts]}, NaN for who has none
   * @param rows behind the errors, from {@code slot} on
   */
  static boolean are(double[] losses, float[] rows, int slot) {
    for (int e = 0; e < losses.length; e++) {
      if (Double.isNaN(losses[e]) && rows[slot + e] > 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Moves the errors of those that were silent by as much as the others' have moved in the mean: as
   * a ratio, or for nats as a difference.
   *
   * @param losses {@code double[experts]}, NaN for who was silent
   * @param earlier {@code float[experts]}, the errors before these losses; 0 for who had none
   * @param errors the errors with them, from {@code slot} on
   * @param nats whether they are a category's
   */
  static void carry(double[] losses, float[] earlier, float[] errors, int slot, boolean nats) {
    double sum = 0;
    int spoke = 0;
    for (int e = 0; e < losses.length; e++) {
      double now = errors[slot + e];
      if (!Double.isNaN(losses[e]) && earlier[e] > 0 && now > 0) {
        sum += nats ? now - earlier[e] : Math.log(now / earlier[e]);
        spoke++;
      }
    }
    if (spoke == 0) {
      return;
    }
    double mean = sum / spoke;
    for (int e = 0; e < losses.length; e++) {
      if (Double.isNaN(losses[e])) {
        double error = errors[slot + e];
        double carried = nats ? Math.max(0, error + mean) : error * Math.exp(mean);
        errors[slot + e] = (float) Math.min(Float.MAX_VALUE, carried);
      }
    }
  }
}
