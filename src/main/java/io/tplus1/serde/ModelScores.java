package io.tplus1.serde;

import java.util.Map;

/**
 * One record of {@code model-scores}, keyed by model name: sums of matured errors of one task since
 * its last such record.
 *
 * @param task id of the task that sums, such as {@code 0_3}
 * @param toMs event time of the newest actual, epoch milliseconds
 * @param byModel sums by hash of the artifact that forecast
 */
public record ModelScores(String task, long toMs, Map<String, Sums> byModel) {

  /**
   * Sums over matured forecasts; errors are relative to the targets' own mean changes, so that
   * series and targets of any unit can be added.
   *
   * @param count number of matured forecasts, one for each horizon
   * @param error sum of mean squared relative errors over targets, as emitted
   * @param network the same of the network's own forecast, where it is mixed; else as {@code error}
   * @param persistence the same of the last value
   * @param covered number of target values inside their intervals
   * @param intervals number of target values that had an interval
   */
  public record Sums(
      long count, double error, double network, double persistence, long covered, long intervals) {

    public Sums plus(Sums other) {
      return new Sums(
          count + other.count,
          error + other.error,
          network + other.network,
          persistence + other.persistence,
          covered + other.covered,
          intervals + other.intervals);
    }
  }

  public ModelScores {
    byModel = Map.copyOf(byModel);
  }
}
