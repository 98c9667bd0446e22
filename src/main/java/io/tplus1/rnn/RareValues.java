package io.tplus1.rnn;

/**
 * When few values are no measure of the others: a sensor's code for no value, as −9999 among
 * temperatures, would alone set a unit that a network keeps for good.
 *
 * <p>One value in a hundred may be left out of a unit, the farthest, where the unit is then less
 * than a fifth. It is so far from what values of usual kinds do (1.1 times of normal ones, 1.4 of
 * lognormal ones with σ = 1) that their units stay what they are, bit for bit.
 */
final class RareValues {
  /** Fewer values tell nothing of what is usual. */
  private static final int FEWEST = 20;

  private static final int ONE_IN = 100;
  private static final double STRETCH = 5;

  private RareValues() {}

  /** How many of so many values may be left out. */
  static int most(int count) {
    return count < FEWEST ? 0 : Math.max(1, count / ONE_IN);
  }

  /** Whether the unit of all values is so much larger than the one without the rare ones. */
  static boolean stretch(double unit, double usual) {
    return unit > STRETCH * usual;
  }
}
