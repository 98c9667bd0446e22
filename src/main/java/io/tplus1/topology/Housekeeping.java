package io.tplus1.topology;

import java.time.Duration;

/**
 * What a task does for its series though no vector came: a little many times a second rather than
 * much once, for a vector waits until it is done. Owned by one stream thread.
 */
final class Housekeeping {
  /** How often {@link #run} is to be called; less often does as much at once. */
  static final Duration PERIOD = Duration.ofMillis(20);

  /** A time as long as this or longer is made up for by the work of this long. */
  private static final long LONGEST_MS = 1_000;

  /** Series held against the retention, per millisecond. */
  private static final int LOOKED_AT = 1;

  /** Milliseconds for each state that is written though no commit is due. */
  private static final int MS_PER_SAVED = 2;

  /** Series that may leave the heap, per millisecond. */
  private static final int YIELDED = 16;

  private final SilentSeries silent;
  private final SeriesStores series;
  private long lastMs;

  /**
   * @param nowMs the clock that {@link #run} is told of
   */
  Housekeeping(SilentSeries silent, SeriesStores series, long nowMs) {
    this.silent = silent;
    this.series = series;
    this.lastMs = nowMs;
  }

  /** Does what is due by the time that passed: drops, writes, and gives room back. */
  void run(long nowMs, long streamTimeMs) {
    int passed = (int) Math.max(0, Math.min(LONGEST_MS, nowMs - lastMs));
    lastMs = nowMs;
    if (passed == 0) {
      return;
    }
    silent.drop(passed * LOOKED_AT, streamTimeMs);
    series.saveOldest(passed / MS_PER_SAVED);
    series.yieldRoom(passed * YIELDED);
  }
}
