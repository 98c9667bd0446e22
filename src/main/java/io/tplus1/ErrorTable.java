package io.tplus1;

import io.tplus1.backtest.ReportTable;
import io.tplus1.score.ErrorSums;
import java.io.PrintWriter;

/** Errors beside those of persistence, as a table for people. */
final class ErrorTable {
  private ErrorTable() {}

  /**
   * Prints errors.
   *
   * @param errors of all horizons of some forecasts
   * @param horizon H, steps ahead of one forecast
   */
  static void print(PrintWriter print, ErrorSums errors, int horizon) {
    ReportTable.printRmse(print, errors.rmse(), errors.persistenceRmse());
    errors
        .accuracy()
        .forEach(
            (feature, accuracy) ->
                print.printf(
                    "  %-20s accuracy %s, persistence %s, log-loss %s nats%n",
                    ReportTable.label(feature),
                    ReportTable.number(accuracy),
                    ReportTable.number(errors.persistenceAccuracy().get(feature)),
                    ReportTable.number(errors.logLoss().get(feature))));
    print.printf("  over %s%n", ReportTable.forecasts(errors.count() / horizon, horizon));
  }
}
