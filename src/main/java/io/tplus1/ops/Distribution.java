package io.tplus1.ops;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.Arrays;

/**
 * How many durations lay below each bound, at one moment. Immutable.
 *
 * @param boundsNanos upper bounds, ascending
 * @param counts {@code long[bounds + 1]}, how many lay at or below each, and last of all how many
 *     there were
 */
record Distribution(double[] boundsNanos, long[] counts) {
  static Distribution of(Timer timer) {
    // Before the buckets: what comes in between would be in no bucket, and look longer than all.
    long total = timer.count();
    CountAtBucket[] buckets = timer.takeSnapshot().histogramCounts();
    if (total > last(buckets)) {
      buckets = timer.takeSnapshot().histogramCounts(); // A thread counts, and then fills a bucket.
    }
    double[] bounds = new double[buckets.length];
    long[] counts = new long[buckets.length + 1];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = buckets[i].bucket();
      counts[i] = (long) buckets[i].count();
    }
    counts[bounds.length] = Math.max(total, last(buckets));
    return new Distribution(bounds, counts);
  }

  private static long last(CountAtBucket[] buckets) {
    return buckets.length == 0 ? 0 : (long) buckets[buckets.length - 1].count();
  }

  /** What came since an earlier moment. */
  Distribution since(Distribution before) {
    long[] came = counts.clone();
    for (int i = 0; i < came.length; i++) {
      came[i] = Math.max(0, came[i] - before.counts[i]);
    }
    return new Distribution(boundsNanos, came);
  }

  /**
   * The duration below which a part of all lay, in milliseconds, between the bounds of its bucket;
   * the highest bound where it lay above, NaN where there were none.
   */
  double quantileMs(double part) {
    long total = counts[counts.length - 1];
    if (total == 0 || boundsNanos.length == 0) {
      return Double.NaN;
    }
    double rank = part * total;
    for (int i = 0; i < boundsNanos.length; i++) {
      if (counts[i] >= rank) {
        double low = i == 0 ? 0 : boundsNanos[i - 1];
        long below = i == 0 ? 0 : counts[i - 1];
        double share = counts[i] == below ? 1 : (rank - below) / (counts[i] - below);
        return (low + share * (boundsNanos[i] - low)) / 1e6;
      }
    }
    return boundsNanos[boundsNanos.length - 1] / 1e6;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Distribution that
        && Arrays.equals(boundsNanos, that.boundsNanos)
        && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(boundsNanos) + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return Arrays.toString(boundsNanos) + " " + Arrays.toString(counts);
  }
}
