package io.tplus1.backtest;

import io.tplus1.score.Accuracy;
import java.io.IOException;
import java.io.Writer;
import java.util.Map;

/** Writes one line of figures per series, RFC 4180; a figure without anything to say is empty. */
public final class ReportCsv {
  private ReportCsv() {}

  /** Writes a header and the series in the report's order, and leaves the writer open. */
  public static void write(BacktestReport report, Writer writer) throws IOException {
    writer.write(
        "series,count,mse,mae,mase,rmsse,smape,accuracy,logloss,coverage,width,widthRatio,"
            + "persistence_mse,persistence_mae,persistence_mase,persistence_accuracy");
    for (String feature : report.overall().rmse().keySet()) {
      writer.write(',' + quoted("rmse_" + feature) + ',' + quoted("persistence_rmse_" + feature));
    }
    writer.write("\r\n");
    for (BacktestReport.SeriesFigures series : report.perSeries()) {
      Accuracy mix = series.mix();
      Accuracy persistence = series.persistence();
      writer.write(quoted(series.series()) + ',' + mix.count());
      numbers(
          writer,
          mix.mse(),
          mix.mae(),
          mix.mase(),
          mix.rmsse(),
          mix.smape(),
          mix.accuracy(),
          mix.logLoss(),
          mix.coverage(),
          mix.width(),
          mix.widthRatio(),
          persistence.mse(),
          persistence.mae(),
          persistence.mase(),
          persistence.accuracy());
      for (Map.Entry<String, Double> rmse : mix.rmse().entrySet()) {
        numbers(writer, rmse.getValue(), persistence.rmse().get(rmse.getKey()));
      }
      writer.write("\r\n");
    }
  }

  private static void numbers(Writer writer, double... values) throws IOException {
    for (double value : values) {
      writer.write(Double.isFinite(value) ? "," + value : ",");
    }
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
