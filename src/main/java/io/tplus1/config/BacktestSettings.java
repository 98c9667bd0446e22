package io.tplus1.config;

import java.util.OptionalInt;

/**
 * Which rows of a file a backtest streams, and which of its forecasts it scores. Rows are counted
 * in each series, from 0; those of one time, of which the later ones correct the first, are one.
 *
 * @param rows rows of a series that are streamed
 * @param warmUpFraction part of a series' rows that warms up, where no border is set
 * @param warmUpLeast fewest rows of the warm-up
 * @param scoreFrom first row whose forecasts are scored; empty for the end of the warm-up
 * @param scoreTo row before which scoring ends
 * @param scaleRows rows on which a z-score is fitted, in whose units errors are then told; empty
 *     for raw units
 */
public record BacktestSettings(
    int rows,
    double warmUpFraction,
    int warmUpLeast,
    OptionalInt scoreFrom,
    int scoreTo,
    OptionalInt scaleRows) {

  /** First row of a series of so many rows whose forecasts are scored. */
  public int firstScored(int rowsOfSeries) {
    return scoreFrom.orElseGet(
        () -> Math.max(warmUpLeast, (int) Math.ceil(rowsOfSeries * warmUpFraction)));
  }
}
