package io.tplus1.topology;

import java.util.OptionalDouble;

/**
 * Thins training samples to a rate, evenly over series and times. Owned by one stream thread.
 *
 * <p>A sample passes if the hash of its series and time lies below the acceptance, so that what
 * passes depends on no chance, and little on the order of records, and whoever passes stands for 1
 * / acceptance samples. Each that passes is a debt of one, the task's wall clock pays off the
 * rate's number a second, and the acceptance halves with every second's debt beyond the first, or
 * every 16 samples, whichever is more. So a steady stream owes what thins it to the rate, and of
 * one that comes all at once, such as a backlog or devices that report on the hour, neighbours
 * weigh nearly the same: however many come, they tell as much as 2.9 {@link #halving} that weigh
 * alike, where a budget that ends within a second leaves some three of them that outweigh all
 * others. They are few enough not to drive everything older out of the buffer for training.
 */
final class SampleBudget {
  private static final double SECOND_MS = 1_000;

  /** Fewest samples that halve the acceptance, for rates of few a second or less. */
  private static final double LEAST_HALVING = 16;

  private final double perSecond;
  private final double free;
  private final double halving;
  private double acceptance = 1;
  private double debt;
  private long paidMs = Long.MIN_VALUE;

  /**
   * @param perSecond samples per second; empty for every one
   */
  SampleBudget(OptionalDouble perSecond) {
    this.perSecond = perSecond.orElse(Double.POSITIVE_INFINITY);
    this.free = Math.max(1, this.perSecond);
    this.halving = Math.max(LEAST_HALVING, this.perSecond);
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
    pay(nowMs);
    if (acceptance < 1 && unit(series, timeMs) >= acceptance) {
      return 0;
    }
    double weight = 1 / acceptance;
    owe(debt + 1);
    return weight;
  }

  /** A clock that was set back pays nothing until it goes on. */
  private void pay(long nowMs) {
    if (nowMs > paidMs && debt > 0) {
      owe(Math.max(0, debt - perSecond * ((double) nowMs - paidMs) / SECOND_MS));
    }
    paidMs = nowMs;
  }

  private void owe(double now) {
    debt = now;
    acceptance = Math.min(1, Math.pow(2, (free - debt) / halving));
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
