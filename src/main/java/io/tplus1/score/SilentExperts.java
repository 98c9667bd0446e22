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
   * The errors before a row's losses, where an expert that has erred before has no forecast now.
   *
   * @param losses {@code double[experts]}, NaN for who has none
   * @param errors of all slots, as are {@code rows}, the numbers of rows behind them
   * @param slot where the experts begin
   * @return {@code float[experts]}, NaN for who had no error yet; null if nobody is silent
   */
  static float[] earlier(double[] losses, float[] errors, float[] rows, int slot) {
    if (!areAny(losses, rows, slot)) {
      return null;
    }
    float[] earlier = new float[losses.length];
    for (int e = 0; e < losses.length; e++) {
      earlier[e] = rows[slot + e] > 0 ? errors[slot + e] : Float.NaN;
    }
    return earlier;
  }

  private static boolean areAny(double[] losses, float[] rows, int slot) {
    for (int e = 0; e < losses.length; e++) {
      if (Double.isNaN(losses[e]) && rows[slot + e] > 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Moves the errors of those that were silent by as much as the others' have moved in the mean: as
   * a ratio, or for nats as a difference. Nats may so come to lie below 0, as no loss does: they
   * are compared and added alone, and cut at 0 they would not rise to where they were.
   *
   * @param losses {@code double[experts]}, NaN for who was silent
   * @param earlier {@link #earlier} of these losses
   * @param errors the errors with them, from {@code slot} on
   * @param nats whether they are a category's
   */
  static void carry(double[] losses, float[] earlier, float[] errors, int slot, boolean nats) {
    double sum = 0;
    int spoke = 0;
    for (int e = 0; e < losses.length; e++) {
      double now = errors[slot + e];
      boolean moved = nats ? !Float.isNaN(earlier[e]) : earlier[e] > 0 && now > 0;
      if (!Double.isNaN(losses[e]) && moved) {
        sum += nats ? now - earlier[e] : Math.log(now / earlier[e]);
        spoke++;
      }
    }
    if (spoke == 0) {
      return;
    }
    double mean = sum / spoke;
    for (int e = 0; e < losses.length; e++) {
      if (Double.isNaN(losses[e]) && !Float.isNaN(earlier[e])) {
        double carried = nats ? earlier[e] + mean : earlier[e] * Math.exp(mean);
        errors[slot + e] = (float) Math.min(Float.MAX_VALUE, carried);
      }
    }
  }
}
