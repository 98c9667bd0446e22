package io.tplus1.model;

import io.tplus1.feature.FeatureWindow;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A feature window and the H vectors that followed it, raw.
 *
 * @param series key of the series
 * @param window 1 to N vectors, oldest first
 * @param following H vectors, oldest first
 * @param weight how many samples this one stands for, where a stream was thinned; at least 1. DL4J,
 *     which trains what the learner in plain Java cannot, counts each as one
 * @param withoutLoss steps of the window, from 0, that teach nothing of what followed them: {@link
 *     #withoutLoss(BitSet, BitSet, int, int, int)}
 */
public record TrainingSample(
    String series,
    FeatureWindow window,
    FeatureWindow following,
    double weight,
    BitSet withoutLoss) {
  private static final BitSet NONE = new BitSet();

  public TrainingSample {
    withoutLoss = withoutLoss.isEmpty() ? NONE : (BitSet) withoutLoss.clone();
  }

  /** A sample of whose window nothing was filled. */
  public TrainingSample(
      String series, FeatureWindow window, FeatureWindow following, double weight) {
    this(series, window, following, weight, NONE);
  }

  /**
   * Steps of a window at which no window may end that is learnt: those that were made up whole, and
   * those with a target among the next {@code horizon} steps of the window that was filled. What
   * was filled need not be what followed, and may hold what came after it.
   *
   * @param madeUp rows for which nothing came
   * @param targetFilled rows of which a target was filled, those among them
   * @param first row of the window's oldest step
   * @param steps of the window
   */
  public static BitSet withoutLoss(
      BitSet madeUp, BitSet targetFilled, int first, int steps, int horizon) {
    BitSet without = madeUp.get(first, first + steps);
    for (int row = targetFilled.nextSetBit(first);
        row >= 0 && row < first + steps;
        row = targetFilled.nextSetBit(row + 1)) {
      without.set(Math.max(0, row - first - horizon), row - first);
    }
    return without;
  }

  @Override
  public BitSet withoutLoss() {
    return (BitSet) withoutLoss.clone();
  }

  /** Whether what followed a step of the window, from 0, may be learnt. */
  public boolean hasLoss(int step) {
    return !withoutLoss.get(step);
  }

  /** The usual time from one of its vectors to the next, their median, in milliseconds. */
  public long stepMs() {
    long[] steps = new long[window.steps() + following.steps() - 1];
    long beforeMs = window.timeMs(0);
    for (int i = 0; i < steps.length; i++) {
      int next = i + 1;
      long timeMs =
          next < window.steps() ? window.timeMs(next) : following.timeMs(next - window.steps());
      steps[i] = timeMs - beforeMs;
      beforeMs = timeMs;
    }
    Arrays.sort(steps);
    return steps[steps.length / 2];
  }
}
