package io.tplus1.topology;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.StepInterval;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.SeriesOnHeap;
import io.tplus1.topology.state.SeriesState;
import io.tplus1.topology.state.Windows;

/**
 * How many steps are absent before a vector. Owned by one stream thread.
 *
 * <p>The interval is the one that is set, or that of the window before the gap, which is kept with
 * the series: of the window itself a long gap leaves too little to tell it.
 */
final class Gaps {
  private final ForecastSettings settings;
  private final Windows windows;
  private final StepInterval interval;

  Gaps(ForecastLayout layout, StepInterval interval) {
    this.settings = layout.settings();
    this.windows = layout.windows();
    this.interval = interval;
  }

  /** Whether absent steps are filled at all. */
  boolean areFilled() {
    return settings.hygiene().fillsGaps();
  }

  /**
   * Number of steps that are absent before a series' next vector.
   *
   * @param timeMs of that, which the newest is not {@link Windows#isTooOldFor too old for}
   */
  long absent(SeriesOnHeap.Entry entry, long timeMs) {
    SeriesState state = entry.state();
    // A state of former builds says none.
    long intervalMs =
        state.intervalMs() > 0
            ? state.intervalMs()
            : interval.learnt(windows.beside(entry.ring(), timeMs));
    return StepInterval.absent(intervalMs, state.lastTimeMs(), timeMs);
  }

  /** Whether so many absent steps are not filled, so that the window begins anew behind them. */
  boolean areTooMany(long absent) {
    return absent > settings.hygiene().gapLimit();
  }

  /** Whether a vector stands behind a gap that is too long to be filled. */
  boolean isTooLong(SeriesOnHeap.Entry entry, long timeMs) {
    return areFilled() && timeMs > entry.state().lastTimeMs() && areTooMany(absent(entry, timeMs));
  }

  /**
   * Keeps the interval that a series' window shows, where gaps are told by it.
   *
   * @param window as it is now
   * @return whether it is another one than before
   */
  boolean learn(SeriesOnHeap.Entry entry, FeatureWindow window) {
    long learntMs = settings.learnsInterval() ? interval.learnt(window) : 0;
    boolean changed = learntMs != entry.state().intervalMs();
    entry.state().setIntervalMs(learntMs);
    return changed;
  }
}
