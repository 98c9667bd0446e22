package io.tplus1;

import io.tplus1.score.ErrorSums;
import java.io.PrintWriter;

/** Errors beside those of persistence, as a table for people. */
final class ErrorTable {
  private ErrorTable() {}

  static void print(PrintWriter print, ErrorSums errors) {
    if (!errors.rmse().isEmpty()) {
      print.printf("  %-16s %12s %12s %10s%n", "RMSE", "tplus1", "persistence", "ratio");
      errors
          .rmse()
          .forEach(
              (feature, rmse) -> {
                double persistence = errors.persistenceRmse().get(feature);
                print.printf(
                    "  %-16s %12.4f %12.4f %10.3f%n",
                    feature, rmse, persistence, rmse / persistence);
              });
    }
    errors
        .accuracy()
        .forEach(
            (feature, accuracy) ->
                print.printf(
                    "  %-16s accuracy %.4f, persistence %.4f, log-loss %.4f nats%n",
                    feature,
                    accuracy,
                    errors.persistenceAccuracy().get(feature),
                    errors.logLoss().get(feature)));
    print.printf("  over %,d forecasts%n", errors.count());
  }
}
