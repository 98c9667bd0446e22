package io.tplus1.score;

/**
 * When a stream of errors counts as drifting.
 *
 * @param delta growth of the mean error that is tolerated, as a share of it
 * @param threshold λ: the excess over it, summed in units of the mean error, that is drift
 * @param minimum errors since the last drift before which there is no other
 */
public record DriftSettings(double delta, double threshold, int minimum) {

  /**
   * @throws IllegalArgumentException if delta is negative, the threshold not positive, or the
   *     minimum below 1
   */
  public DriftSettings {
    if (!(delta >= 0 && delta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("drift's delta must be 0 or more, found " + delta);
    }
    if (!(threshold > 0 && threshold < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("drift's threshold must be positive, found " + threshold);
    }
    if (minimum < 1) {
      throw new IllegalArgumentException("drift's minimum must be 1 or more, found " + minimum);
    }
  }

  /** The same with a threshold that is so many times as high. */
  DriftSettings times(double factor) {
    return new DriftSettings(delta, threshold * factor, minimum);
  }
}
