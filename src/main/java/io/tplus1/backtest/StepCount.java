package io.tplus1.backtest;

import io.tplus1.feature.SeriesVector;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts each series' steps: rows of one time, of which the later ones correct the first, are one.
 * For one thread.
 */
final class StepCount {
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, Long> newest = new HashMap<>();

  /**
   * Counts a row.
   *
   * @param row no older than those of its series before
   * @return steps of its series up to it
   */
  int add(SeriesVector row) {
    Long timeMs = row.vector().timeMs();
    return counts.merge(
        row.series(), timeMs.equals(newest.put(row.series(), timeMs)) ? 0 : 1, Integer::sum);
  }

  /** The steps of each series that were counted. */
  Map<String, Integer> counts() {
    return counts;
  }
}
