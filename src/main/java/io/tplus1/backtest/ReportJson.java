package io.tplus1.backtest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tplus1.score.Accuracy;
import io.tplus1.serde.JsonNumbers;
import java.io.IOException;
import java.io.Writer;
import java.util.Map;

/**
 * Writes a backtest's figures as JSON, in the form of {@code report.schema.json} beside this class.
 * A figure that there is nothing to say of is null.
 */
public final class ReportJson {
  private static final JsonFactory JSON = new JsonFactory();

  private ReportJson() {}

  /** Writes the report and leaves the writer open. */
  public static void write(BacktestReport report, Writer writer) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(writer)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeNumberField("rows", report.rows());
      json.writeNumberField("series", report.series());
      json.writeNumberField("scored", report.scored());
      json.writeNumberField("horizon", report.horizon());
      accuracy(json, "overall", report.overall());
      accuracy(json, "persistence", report.persistence());
      if (report.seasonal().isPresent()) {
        accuracy(json, "seasonal", report.seasonal().get());
      } else {
        json.writeNullField("seasonal");
      }
      json.writeObjectFieldStart("experts");
      for (Map.Entry<String, Accuracy> expert : report.experts().entrySet()) {
        accuracy(json, expert.getKey(), expert.getValue());
      }
      json.writeEndObject();
      json.writeObjectFieldStart("perFeature");
      for (Map.Entry<String, BacktestReport.Compared> entry : report.perFeature().entrySet()) {
        json.writeObjectFieldStart(entry.getKey());
        compared(json, entry.getValue());
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeArrayFieldStart("perHorizon");
      int horizon = 1;
      for (BacktestReport.Compared entry : report.perHorizon()) {
        json.writeStartObject();
        json.writeNumberField("horizon", horizon++);
        compared(json, entry);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeNumberField("seconds", report.seconds());
      json.writeEndObject();
    }
  }

  private static void compared(JsonGenerator json, BacktestReport.Compared compared)
      throws IOException {
    fields(json, compared.mix());
    accuracy(json, "persistence", compared.persistence());
  }

  private static void accuracy(JsonGenerator json, String name, Accuracy accuracy)
      throws IOException {
    json.writeObjectFieldStart(name);
    fields(json, accuracy);
    json.writeEndObject();
  }

  private static void fields(JsonGenerator json, Accuracy accuracy) throws IOException {
    JsonNumbers.write(json, "mse", accuracy.mse());
    JsonNumbers.write(json, "mae", accuracy.mae());
    json.writeObjectFieldStart("rmse");
    for (Map.Entry<String, Double> feature : accuracy.rmse().entrySet()) {
      JsonNumbers.write(json, feature.getKey(), feature.getValue());
    }
    json.writeEndObject();
    JsonNumbers.write(json, "mase", accuracy.mase());
    JsonNumbers.write(json, "rmsse", accuracy.rmsse());
    JsonNumbers.write(json, "smape", accuracy.smape());
    JsonNumbers.write(json, "accuracy", accuracy.accuracy());
    JsonNumbers.write(json, "logloss", accuracy.logLoss());
    JsonNumbers.write(json, "coverage", accuracy.coverage());
    JsonNumbers.write(json, "width", accuracy.width());
    JsonNumbers.write(json, "widthRatio", accuracy.widthRatio());
    json.writeNumberField("count", accuracy.count());
  }
}
