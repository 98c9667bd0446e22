package io.tplus1.score;

import java.util.Arrays;

/**
 * Quantiles of many non-negative values within half a percent, in memory that grows with the
 * logarithm of their range: counts in buckets whose borders grow by 1 % each (DDSketch: Masson,
 * Rim, Lee, 2019). For one thread.
 */
final class QuantileSketch {
  private static final double GROWTH = Math.log(1.01);
  private static final double SMALLEST = 1e-30;

  private int[] buckets = new int[0];
  private int first;
  private long zeros;
  private long count;

  void add(double value) {
    count++;
    if (!(value > SMALLEST)) {
      zeros++;
      return;
    }
    int bucket = (int) Math.floor(Math.log(value) / GROWTH);
    reach(bucket);
    buckets[bucket - first]++;
  }

  private void reach(int bucket) {
    if (buckets.length == 0) {
      first = bucket;
      buckets = new int[1];
    } else if (bucket < first) {
      int[] wider = new int[buckets.length + first - bucket];
      System.arraycopy(buckets, 0, wider, first - bucket, buckets.length);
      buckets = wider;
      first = bucket;
    } else if (bucket >= first + buckets.length) {
      buckets = Arrays.copyOf(buckets, bucket - first + 1);
    }
  }

  /** The least value that at least this share of the values does not exceed; NaN without any. */
  double quantile(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    // In doubles .68 of 75 is more than 51.
    long rank = (long) Math.ceil(share * count - 1e-9);
    long below = zeros;
    if (below >= rank) {
      return 0;
    }
    for (int i = 0; i < buckets.length; i++) {
      below += buckets[i];
      if (below >= rank) {
        return Math.exp((first + i + .5) * GROWTH);
      }
    }
    return Math.exp((first + buckets.length - .5) * GROWTH);
  }
}
