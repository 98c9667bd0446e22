package io.tplus1.backtest;

import io.tplus1.score.Accuracy;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a backtest found, figures and plots.
 *
 * @param rows rows that were read
 * @param series series among them
 * @param scored forecasts whose first horizon was scored
 * @param horizon H, steps ahead of one forecast
 * @param coverage wished of the intervals
 * @param overall the mix, over everything that was scored
 * @param persistence the last value, over the same
 * @param seasonal the value one season before, where there is a season
 * @param experts each expert alone, by name, in the mix's order
 * @param perFeature by name, in the schema's order
 * @param perHorizon from t+1 on
 * @param perSeries in the order of the first row taken of each: of its warm-up, or where it has
 *     none the first that was scored
 * @param timeline errors in the order in which they matured
 * @param bands the last forecasts of a few series, beside the actuals
 * @param seconds that the backtest took
 */
public record BacktestReport(
    long rows,
    int series,
    long scored,
    int horizon,
    double coverage,
    Accuracy overall,
    Accuracy persistence,
    Optional<Accuracy> seasonal,
    Map<String, Accuracy> experts,
    Map<String, Compared> perFeature,
    List<Compared> perHorizon,
    List<SeriesFigures> perSeries,
    List<TimelineBin> timeline,
    List<Band> bands,
    double seconds) {

  public BacktestReport {
    experts = Collections.unmodifiableMap(new LinkedHashMap<>(experts)); // keeps the order
    perFeature = Collections.unmodifiableMap(new LinkedHashMap<>(perFeature));
    perHorizon = List.copyOf(perHorizon);
    perSeries = List.copyOf(perSeries);
    timeline = List.copyOf(timeline);
    bands = List.copyOf(bands);
  }

  /** The mix beside persistence. */
  public record Compared(Accuracy mix, Accuracy persistence) {}

  /** One series' figures. */
  public record SeriesFigures(String series, Accuracy mix, Accuracy persistence) {}

  /**
   * Means over forecasts that matured one after another.
   *
   * @param timeMs when the first of them was made, epoch milliseconds
   * @param mix absolute error in units of each target's usual change, wrong answers of categories
   * @param persistence likewise
   * @param coverage share of the actuals in their interval; NaN without intervals
   * @param weights {@code float[experts]}; empty if none were given
   */
  @SuppressWarnings("ArrayRecordComponent") // made once, read by plots
  public record TimelineBin(
      long timeMs, double mix, double persistence, double coverage, double[] weights) {}

  /**
   * Forecasts of one number of one series at t+1, oldest first.
   *
   * @param points {@code float[n][4]}: actual, forecast, lower and upper border; NaN where missing
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Band(String series, String feature, long[] timesMs, float[][] points) {}
}
