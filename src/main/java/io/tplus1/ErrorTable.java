package io.tplus1;

import io.tplus1.backtest.ReportTable;
import io.tplus1.score.ErrorSums;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Errors beside those of persistence, as a table for people. */
final class ErrorTable {
  private ErrorTable() {}

  /**
   * Prints errors, and of each figure that there is not, why.
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
    sayWhyNone(print, errors);
    print.printf("  over %s%n", ReportTable.forecasts(errors.count() / horizon, horizon));
  }

  private static void sayWhyNone(PrintWriter print, ErrorSums errors) {
    Map<String, Double> numbers = errors.persistenceRmse();
    Map<String, Double> persistence = new LinkedHashMap<>(numbers);
    persistence.putAll(errors.persistenceAccuracy());
    persistence.forEach(
        (feature, last) -> {
          if (errors.notFinite().contains(feature)) {
            say(
                print,
                feature,
                "a forecast of it was not finite; `run` leaves such to the other experts, or to the last value (MODEL_FAILED)");
          } else if (Double.isNaN(last)) {
            say(print, feature, "no value of it came");
          } else if (last == 0 && numbers.containsKey(feature)) {
            say(print, feature, "no ratio, for the last value was never off");
          }
        });
  }

  private static void say(PrintWriter print, String feature, String why) {
    print.printf("  %s: %s%n", ReportTable.label(feature), why);
  }
}
