package io.tplus1.train;

import java.util.Random;

/**
 * Errors of two models on series that all have a sample at each event time: independent ones, or,
 * as of two forecasts of the same series, squares that share what neither can know.
 */
final class PairedErrors {
  /** What the second has of its own, as part of the variance that neither can know. */
  private static final double OWN = 0.12;

  private final Random random;
  private final int series;
  private final double ratio;
  private final double common;
  private double shared;
  private long count;

  /**
   * @param ratio of the first model's mean error to the second's, at least 0.9 for squares
   * @param common standard deviation of what the first has more at all series of one event time
   */
  PairedErrors(long seed, int series, double ratio, double common) {
    this.random = new Random(seed);
    this.series = series;
    this.ratio = ratio;
    this.common = common;
  }

  /** Event time of the next pair. */
  long timeMs() {
    return 1_000 * (count / series);
  }

  private double moved() {
    shared = count % series == 0 ? common * random.nextGaussian() : shared;
    count++;
    return shared;
  }

  /** The next pair of independent ones. */
  double[] independent() {
    double first = ratio * Math.abs(random.nextGaussian()) + moved();
    return new double[] {first, Math.abs(random.nextGaussian())};
  }

  /** The next pair of squares. */
  double[] squares() {
    double unknown = random.nextGaussian();
    double excess = ratio * (1 + OWN) - 1;
    double first = unknown + Math.sqrt(excess) * random.nextGaussian();
    double second = unknown + Math.sqrt(OWN) * random.nextGaussian();
    return new double[] {first * first + moved(), second * second};
  }
}
