package io.tplus1.demo;

import io.tplus1.score.ErrorSums;
import java.util.List;
import java.util.Map;

/**
 * What came out up to a moment.
 *
 * @param forecasts predictions read
 * @param scored scores read
 * @param rmse per feature, raw units; NaN before the first score
 * @param persistenceRmse per feature, of the last value
 * @param latest the newest scores, newest first
 */
public record Outcome(
    long forecasts,
    long scored,
    Map<String, Double> rmse,
    Map<String, Double> persistenceRmse,
    List<Example> latest) {

  /**
   * One forecast against what then came.
   *
   * @param key the series
   * @param timeMs event time of the actual, epoch milliseconds
   * @param actual {@code float[targets]}
   * @param forecast {@code float[targets]}
   */
  public record Example(String key, long timeMs, float[] actual, float[] forecast) {}

  static Outcome of(long forecasts, ErrorSums errors, List<Example> latest) {
    return new Outcome(
        forecasts, errors.count(), errors.rmse(), errors.persistenceRmse(), List.copyOf(latest));
  }
}
