package io.tplus1.feature;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The time between two vectors of a series: set, or the median of its last intervals. For one
 * thread.
 */
public final class StepInterval {
  /** Stands where no time can be told. */
  public static final long UNKNOWN_TIME = Long.MIN_VALUE;

  /** Fewest vectors of a window from which the time between two is learnt. */
  public static final int FEWEST_VECTORS = 4;

  private static final int MOST = 5;

  private final long fixedMs;
  private final long[] last = new long[MOST];

  /**
   * @param fixed the interval that is set; empty to take it from windows
   */
  public StepInterval(Optional<Duration> fixed) {
    this.fixedMs = fixed.map(Duration::toMillis).orElse(0L);
  }

  /**
   * When horizons 1 … {@code horizon} are expected; unknown for a window of one vector, and beyond
   * the last millisecond.
   */
  public long[] targetTimes(FeatureWindow window, int horizon) {
    long[] targets = new long[horizon];
    long interval = ofWindow(window);
    // A long's end is reached where replays hold times of no calendar.
    long most = interval > 0 ? (Long.MAX_VALUE - window.lastTimeMs()) / interval : 0;
    for (int h = 1; h <= horizon; h++) {
      targets[h - 1] = h <= most ? window.lastTimeMs() + h * interval : UNKNOWN_TIME;
    }
    return targets;
  }

  /**
   * Number of steps that are absent between two vectors.
   *
   * @param intervalMs see {@link #learnt}
   */
  public static long absent(long intervalMs, long timeMs, long nextMs) {
    return intervalMs == 0
        ? 0
        : Math.max(0, Math.round((nextMs - timeMs) / (double) intervalMs) - 1);
  }

  /**
   * The interval by which a step behind a window counts as too long: the one that is set, or that
   * of its newest steps; 0 while it is neither set nor learnt.
   */
  public long learnt(FeatureWindow window) {
    return fixedMs > 0 ? fixedMs : window.steps() >= FEWEST_VECTORS ? median(window) : 0;
  }

  /** The interval that is set, or that of a window's newest steps; 0 while nothing tells. */
  public long ofWindow(FeatureWindow window) {
    return fixedMs > 0 ? fixedMs : median(window);
  }

  private long median(FeatureWindow window) {
    int count = Math.min(MOST, window.steps() - 1);
    if (count <= 0) {
      return 0;
    }
    for (int i = 0; i < count; i++) {
      int step = window.steps() - 1 - i;
      last[i] = window.timeMs(step) - window.timeMs(step - 1);
    }
    Arrays.sort(last, 0, count);
    return last[count / 2];
  }
}
