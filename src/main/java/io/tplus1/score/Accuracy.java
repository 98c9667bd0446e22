package io.tplus1.score;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good forecasts were. A figure that there is nothing to say of is NaN: numbers' where only
 * categories are forecast, and the other way round, and intervals' where none were sent.
 *
 * @param mse mean squared error over horizons and numbers, in the units asked for
 * @param mae mean absolute error, likewise
 * @param rmse root mean squared error over all horizons, per number by name, always raw
 * @param mase mean absolute error over that of the last value in the warm-up, per series and
 *     number; mean over these
 * @param rmsse root mean squared error over that of the last value in the warm-up, likewise
 * @param smape mean of 2 |error| / (|actual| + |forecast|), 0 where both are 0; 2 at most
 * @param accuracy share of right answers of categories
 * @param logLoss mean log-loss of categories in nats
 * @param coverage share of the actuals in their interval
 * @param width mean width of the intervals, in the units asked for
 * @param widthRatio mean width over the width of the constant interval, chosen in hindsight per
 *     series, number and horizon, that covers as wished; mean over these, where at least {@code 1 /
 *     (1 − coverage)} intervals were sent
 * @param count forecasts of single values that were scored, categories included
 * @param categories those of categories among them
 */
public record Accuracy(
    double mse,
    double mae,
    Map<String, Double> rmse,
    double mase,
    double rmsse,
    double smape,
    double accuracy,
    double logLoss,
    double coverage,
    double width,
    double widthRatio,
    long count,
    long categories) {

  public Accuracy {
    rmse = Collections.unmodifiableMap(new LinkedHashMap<>(rmse)); // keeps the schema's order
  }

  /** Those of numbers among the forecasts that were scored. */
  public long numbers() {
    return count - categories;
  }
}
