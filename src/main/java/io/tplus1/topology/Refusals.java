package io.tplus1.topology;

import io.tplus1.config.HygieneSettings;
import io.tplus1.feature.HoleFill;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.SeriesOnHeap;
import io.tplus1.topology.state.Windows;
import java.util.Optional;

/**
 * Why a vector with absent features is not filled but refused. Owned by one stream thread; nothing
 * changes where it is asked.
 */
final class Refusals {
  private final HygieneSettings hygiene;
  private final Windows windows;
  private final Gaps gaps;
  private final HoleFill missing;

  /**
   * Why one is refused.
   *
   * @param why what its dead letter says
   * @param counts whether what is absent in it counts towards {@code missing.limit}
   */
  record Refusal(String why, boolean counts) {}

  Refusals(ForecastLayout layout, Gaps gaps, HoleFill missing) {
    this.hygiene = layout.settings().hygiene();
    this.windows = layout.windows();
    this.gaps = gaps;
    this.missing = missing;
  }

  /**
   * Why a vector is refused; empty if what is absent in it can be filled.
   *
   * @param entry of its series; null if it is the first
   * @param values its features, NaN where absent; one at least is
   */
  Optional<Refusal> of(SeriesOnHeap.Entry entry, long timeMs, float[] values) {
    // What the window lacks may be read again: a vector that is not taken does not call it lost.
    if (entry == null
        || (timeMs > entry.state().lastTimeMs() && !entry.isWhole())
        || windows.beginAfter(entry.ring(), timeMs)
        || windows.isTooOldFor(entry.ring(), timeMs)) {
      return Optional.of(
          new Refusal("the window holds no vector before this one to fill from", false));
    }
    if (gaps.isTooLong(entry, timeMs)) {
      return Optional.of(
          new Refusal(
              "nothing is filled over a gap of more than gap.limit=%d steps; the series goes on with its next whole vector"
                  .formatted(hygiene.gapLimit()),
              false));
    }
    if (timeMs > entry.state().lastTimeMs()
        && missing.isTooLong(values, entry.state().absences())) {
      return Optional.of(
          new Refusal(
              "one was in missing.limit=%d vectors before this one or more; the series goes on with its next whole vector"
                  .formatted(hygiene.missingLimit()),
              !missing.isWindowOver(entry.state().absences())));
    }
    return Optional.empty();
  }
}
