package io.tplus1.train;

import java.util.Arrays;

/**
 * The usual time between two vectors of a series, over the samples of all series: the median of
 * theirs, rounded down to a power of two, so that one slow series says nothing of many fast ones.
 * For one thread.
 *
 * <p>Samples count half as much whenever {@value #MOST} have come, so that what changed is known
 * again after as many.
 */
final class UsualStep {
  private static final int MOST = 1_024;

  /** How many samples a step stands for that is known from before a restart. */
  private static final int KNOWN = 16;

  /** Samples by the power of two that their step has reached. */
  private final int[] counts = new int[Long.SIZE];

  private int samples;

  /**
   * Takes the step of one sample into account.
   *
   * @param stepMs usual time between two vectors of its series, milliseconds; below 1 counts as 1
   */
  void add(long stepMs) {
    if (samples >= MOST) {
      samples = 0;
      for (int i = 0; i < counts.length; i++) {
        counts[i] /= 2;
        samples += counts[i];
      }
    }
    add(stepMs, 1);
  }

  private void add(long stepMs, int times) {
    counts[PairedEvidence.shift(stepMs)] += times;
    samples += times;
  }

  /** The step, milliseconds: at most half of the samples have twice as long a one; 0 before any. */
  long ms() {
    if (samples == 0) {
      return 0;
    }
    int longer = samples;
    int power = -1;
    while (2 * longer > samples) {
      power++;
      longer -= counts[power];
    }
    return 1L << power;
  }

  /**
   * Begins anew with what {@link #ms} was before a restart.
   *
   * @param ms 0 for nothing
   */
  void goOn(long ms) {
    Arrays.fill(counts, 0);
    samples = 0;
    if (ms > 0) {
      add(ms, KNOWN);
    }
  }
}
