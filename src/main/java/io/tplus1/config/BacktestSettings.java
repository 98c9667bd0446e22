package io.tplus1.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;

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
    Optional<Integer> scoreFrom,
    int scoreTo,
    Optional<Integer> scaleRows) {

  /** Parses them. */
  static BacktestSettings parse(AbstractConfig config) {
    int rows = config.getInt("backtest.rows");
    int to = config.getInt("backtest.score.to");
    return new BacktestSettings(
        rows == 0 ? Integer.MAX_VALUE : rows,
        config.getDouble("backtest.warmup"),
        config.getInt("backtest.warmup.rows"),
        Values.nonZero(config, "backtest.score.from"),
        to == 0 ? Integer.MAX_VALUE : to,
        Values.nonZero(config, "backtest.scale.rows"));
  }

  /** First row of a series of so many rows whose forecasts are scored. */
  public int firstScored(int rowsOfSeries) {
    return scoreFrom.orElseGet(
        () -> Math.max(warmUpLeast, rowsOfWarmUp(rowsOfSeries).intValueExact()));
  }

  /** By the fraction as it is written: in doubles .07 of 100 is more than 7. */
  private BigDecimal rowsOfWarmUp(int rowsOfSeries) {
    return BigDecimal.valueOf(warmUpFraction)
        .multiply(BigDecimal.valueOf(rowsOfSeries))
        .setScale(0, RoundingMode.CEILING);
  }
}
