package io.tplus1.score;

import java.nio.ByteBuffer;

/**
 * The Page–Hinkley test on a stream of errors: says when they have grown. For one thread.
 *
 * <p>Scale-free: each error counts as a multiple of the mean of those before it. After a drift the
 * test begins anew, with the errors that follow; so it should with another model, or a better one
 * would have to grow as bad as the one before.
 */
final class PageHinkley {
  /*
   * Page, Continuous Inspection Schemes, Biometrika, 1954; in the form of Mouss et al., Test of
   * Page-Hinckley, an Approach for Fault Detection in an Agro-Alimentary Production System, 2004:
   * drift is when m − min(m) > λ, for m the sum of (x − mean(x) − δ). Here x is the error over the
   * mean of the errors before it, so that δ and λ need no unit, and one error counts as at most
   * LARGEST, so that one outlier alone is no drift when λ is above it. In the mean one error counts
   * as at most MOST_IN_MEAN, or after an outlier all errors would be small ones; of LARGEST it is
   * three times, for a mean that is cut as soon lies so far below that of errors with heavy tails
   * that they alone make drifts.
   */
  private static final double LARGEST = 10;

  private static final double MOST_IN_MEAN = 30;

  /** Number of bytes that {@link #write} writes. */
  static final int BYTES = Long.BYTES + 3 * Double.BYTES;

  private final DriftSettings settings;
  private long count;
  private double mean;
  private double sum;
  private double least;

  PageHinkley(DriftSettings settings) {
    this.settings = settings;
  }

  /**
   * Takes one error into account.
   *
   * @param error 0 or more, in any unit, always the same one; what is not finite is passed over
   * @return whether this error completes a drift
   */
  boolean add(double error) {
    if (!Double.isFinite(error)) {
      return false;
    }
    if (count > 0) {
      double relative = mean > 0 ? Math.min(LARGEST, error / mean) : error > 0 ? LARGEST : 1;
      sum += relative - 1 - settings.delta();
      least = Math.min(least, sum);
    }
    count++;
    mean += (cut(error) - mean) / count;
    if (count >= settings.minimum() && sum - least > settings.threshold()) {
      reset();
      return true;
    }
    return false;
  }

  /**
   * An error as it is counted in the mean: what is one of many in a sum is to be cut before, or one
   * that is always far off is the mean of all.
   */
  double cut(double error) {
    return mean > 0 ? Math.min(error, MOST_IN_MEAN * mean) : error;
  }

  /** Forgets everything, as for another model. */
  void reset() {
    count = 0;
    mean = 0;
    sum = 0;
    least = 0;
  }

  /** Writes the state, {@link #BYTES} bytes, big-endian. */
  void write(ByteBuffer bytes) {
    bytes.putLong(count).putDouble(mean).putDouble(sum).putDouble(least);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws java.nio.BufferUnderflowException if it is cut short
   */
  static PageHinkley read(ByteBuffer bytes, DriftSettings settings) {
    PageHinkley test = new PageHinkley(settings);
    test.count = bytes.getLong();
    test.mean = bytes.getDouble();
    test.sum = bytes.getDouble();
    test.least = bytes.getDouble();
    return test;
  }
}
