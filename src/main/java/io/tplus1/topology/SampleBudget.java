package io.tplus1.topology;

import java.util.OptionalDouble;

/**
 * Thins training samples to a rate, evenly over series and times. Owned by one stream thread.
 *
 * <p>A sample passes if the hash of its series and time lies below the acceptance of this second,
 * so that what passes depends neither on the order of records nor on chance, and whoever passes
 * stands for 1 / acceptance samples. The acceptance of a second of the task's wall clock is what
 * would have met the rate in the last second that had samples; it halves each time that a second
 * has used up its allowance, and the allowance grows by half as much as before, so that no second,
 * the first of a busy stream included, lets much more than twice the rate pass.
 */
final class SampleBudget {
  private static final long SECOND_MS = 1_000;

  private final double perSecond;
  private double acceptance = 1;
  private long second = Long.MIN_VALUE;
  private long seen;
  private double passed;
  private double allowance;
  private double grant;

  /**
   * @param perSecond samples per second; empty for every one
   */
  SampleBudget(OptionalDouble perSecond) {
    this.perSecond = perSecond.orElse(Double.POSITIVE_INFINITY);
    this.allowance = this.perSecond;
    this.grant = this.perSecond;
  }

  /**
   * How many samples this one stands for.
   *
   * @param timeMs event time of the window's end, epoch milliseconds
   * @param nowMs the task's wall clock, epoch milliseconds
   * @return 0 if it does not pass, else at least 1
   */
  double weight(String series, long timeMs, long nowMs) {
    if (perSecond == Double.POSITIVE_INFINITY) {
      return 1;
    }
    if (perSecond == 0) {
      return 0;
    }
    turn(Math.floorDiv(nowMs, SECOND_MS));
    seen++;
    if (unit(series, timeMs) >= acceptance) {
      return 0;
    }
    double weight = 1 / acceptance;
    passed++;
    if (passed >= allowance) {
      acceptance /= 2;
      grant /= 2;
      allowance = Math.max(passed, allowance + grant);
    }
    return weight;
  }

  private void turn(long now) {
    if (now == second) {
      return;
    }
    if (seen > 0) {
      // A clock that was set back counts as one second.
      double seconds = Math.max(1, (double) now - second);
      acceptance = Math.min(1, perSecond * seconds / seen);
    }
    second = now;
    seen = 0;
    passed = 0;
    allowance = perSecond;
    grant = perSecond;
  }

  /** A number in [0, 1) that looks drawn, the same for the same series and time. */
  static double unit(String series, long timeMs) {
    long hash = 0xcbf29ce484222325L; // FNV-1a over the characters …
    for (int i = 0; i < series.length(); i++) {
      hash = (hash ^ series.charAt(i)) * 0x100000001b3L;
    }
    hash = mix(hash) ^ timeMs; // … and the finaliser of SplitMix64 (Steele, Lea and Flood, 2014)
    return (mix(hash + 0x9e3779b97f4a7c15L) >>> 11) * 0x1.0p-53;
  }

  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
