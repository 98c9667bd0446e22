package io.tplus1.topology.state;

import java.time.Duration;

/**
 * What a task does for its series beside forecasting: a little many times a second rather than much
 * once, for a vector that comes waits until it is done. Owned by one stream thread.
 *
 * <p>Vectors bring the occasion: after a punctuation Kafka Streams commits, which a task that
 * nobody speaks to need not do more than once a second.
 */
public final class Housekeeping {
  /** How often {@link #run} is to be called though no vector comes. */
  public static final Duration PERIOD = Duration.ofSeconds(1);

  /** Between two portions. */
  private static final int PORTION_MS = 20;

  /** Most time that one portion makes up for. */
  static final int MOST_MS = 1_000;

  /** Small states that are written though no commit is due, per second, where it may be far. */
  private static final int SAVED = 500;

  /** Series that leave the heap where other tasks want their room, per second. */
  private static final int YIELDED = 16_000;

  private final SilentSeries silent;
  private final SeriesStores series;
  private final UnsavedStates unsaved;
  private final CommitPace pace = new CommitPace();
  private long lastMs = -1;

  /** Nothing is due before the first {@link #run}. */
  public Housekeeping(SeriesStores series) {
    this.silent = new SilentSeries(series);
    this.series = series;
    this.unsaved = series.unsaved();
  }

  /** A commit begins, for which all states that wait are written. */
  public void commits(long nowMs) {
    unsaved.saveAll();
    pace.commits(nowMs);
  }

  /**
   * Does what is due by the time that passed: drops and writes series, and gives their room back.
   *
   * @param nowMs the wall clock
   */
  public void run(long nowMs, long streamTimeMs) {
    long passed = lastMs < 0 ? 0 : nowMs - lastMs;
    if (lastMs >= 0 && passed >= 0 && passed < PORTION_MS) {
      return;
    }
    lastMs = nowMs;
    passed = Math.max(0, passed); // a clock that was set back
    silent.drop(passed, streamTimeMs);
    int portion = (int) Math.min(MOST_MS, passed);
    if (!pace.areFrequent(nowMs)) {
      unsaved.saveOldest(portion * SAVED);
    }
    unsaved.letWait(pace.most(nowMs, series.tasks()));
    series.yieldRoom(portion * YIELDED / MOST_MS);
  }
}
