package io.tplus1.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tplus1.model.Shown;
import io.tplus1.serde.JsonNumbers;
import io.tplus1.serde.Prediction;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * Replays as text for people, and as JSON. Whoever may write records of forecasts and of models
 * chose their texts.
 */
public final class ReplayPrinter {
  private static final JsonFactory JSON = new JsonFactory();

  private ReplayPrinter() {}

  /** Prints a table of both forecasts, below what was checked. */
  public static void print(PrintWriter print, ReplayReport report) {
    Prediction published = report.published();
    Shown.print(
        print,
        "  forecast of '%s', made at %s%n  %s, model %s (%s, %d bytes)%n%n",
        published.key(),
        Instant.ofEpochMilli(published.timeMs()),
        published.status(),
        published.model(),
        report.where(),
        report.bytes());
    for (Check check : report.checks()) {
      Shown.print(print, "  %-14s %-10s %s%n", check.name(), word(check), check.detail());
    }
    if (!report.kernelThen().isEmpty()) {
      Shown.print(
          print,
          "  %-14s %-10s %s%n",
          "kernel",
          report.isSameKernel() ? "same" : "another",
          report.kernelThen() + " then, " + report.kernelNow() + " now");
    }
    for (Map.Entry<String, String> origin : report.origins().entrySet()) {
      Shown.print(print, "  %-14s %-10s %s%n", origin.getKey(), "", origin.getValue());
    }
    if (!report.origins().isEmpty()) {
      Shown.print(print, "  %-14s %-10s %s%n", "weights", "", "as the receipt gives them");
    }
    if (report.published().receipt().orElseThrow().intervals().length > 0) {
      Shown.print(
          print,
          "  %-14s %-10s %s%n",
          "intervals",
          "",
          "made again from their state in the receipt");
    }
    Shown.print(
        print,
        "%n  %4s  %-24s %16s %16s %12s%n",
        "step",
        "target",
        "published",
        "replayed",
        "difference");
    for (ReplayReport.Value value : report.values()) {
      Shown.print(
          print,
          "  %4d  %-24s %16s %16s %12s%n",
          value.horizon(),
          value.part().equals("value") ? value.name() : value.name() + ", " + value.part(),
          text(value.published()),
          text(value.again()),
          value.verdict() == ReplayReport.Verdict.SAME
              ? "0"
              : String.format(Locale.ROOT, "%.2e", value.difference()));
    }
    Shown.print(print, "%n  %s%n", verdict(report));
    print.flush();
  }

  private static String verdict(ReplayReport report) {
    ReplayReport.Verdict verdict = report.verdict();
    double largest = report.largestDifference();
    String differs =
        largest > 0
            ? String.format(Locale.ROOT, " (%.1e of the target's size at most)", largest)
            : "";
    boolean bits = report.mustGiveSameBits() && largest > 0 && largest <= ReplayReport.TOLERANCE;
    if (bits) {
      return verdict + differs + ": the same kernel must give the same bits";
    }
    return verdict
        + differs
        + (report.onlyIntervalsDiffer()
            ? ": only the intervals differ, and interval.coverage may have been another then"
            : "");
  }

  private static String word(Check check) {
    return check.outcome() == Check.Outcome.UNKNOWN
        ? "unchecked"
        : check.outcome().name().toLowerCase(Locale.ROOT);
  }

  private static String text(float value) {
    return Float.isNaN(value) ? "–" : Float.toString(value);
  }

  /** Prints one JSON object. */
  public static void printJson(PrintWriter print, ReplayReport report) {
    try (JsonGenerator json = JSON.createGenerator(print)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("verdict", report.verdict().name().toLowerCase(Locale.ROOT));
      Prediction published = report.published();
      json.writeStringField("key", published.key());
      json.writeNumberField("time", published.timeMs());
      json.writeStringField("status", published.status().name());
      json.writeStringField("model", published.model());
      json.writeStringField("at", report.where());
      json.writeNumberField("bytes", report.bytes());
      json.writeObjectFieldStart("kernel");
      json.writeStringField("published", report.kernelThen());
      json.writeStringField("replayed", report.kernelNow());
      json.writeEndObject();
      JsonNumbers.write(json, "largestDifference", report.largestDifference());
      json.writeArrayFieldStart("checks");
      for (Check check : report.checks()) {
        json.writeStartObject();
        json.writeStringField("name", check.name());
        json.writeStringField("outcome", check.outcome().name().toLowerCase(Locale.ROOT));
        json.writeStringField("detail", check.detail());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeObjectFieldStart("experts");
      for (Map.Entry<String, String> origin : report.origins().entrySet()) {
        json.writeStringField(origin.getKey(), origin.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("values");
      for (ReplayReport.Value value : report.values()) {
        json.writeStartObject();
        json.writeNumberField("horizon", value.horizon());
        json.writeStringField("target", value.name());
        json.writeStringField("part", value.part());
        JsonNumbers.write(json, "published", value.published());
        JsonNumbers.write(json, "replayed", value.again());
        JsonNumbers.write(json, "difference", value.difference());
        json.writeStringField("verdict", value.verdict().name().toLowerCase(Locale.ROOT));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    print.println();
    print.flush();
  }

  /** Prints what is gone, as a sentence each. */
  public static String text(GoneException gone) {
    return "%s. %sWhat helps: %s."
        .formatted(
            gone.getMessage(),
            gone.since().map(since -> sentence(since) + ". ").orElse(""),
            gone.setting());
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  /** Prints what is gone as one JSON object. */
  public static void printJson(PrintWriter print, GoneException gone) {
    try (JsonGenerator json = JSON.createGenerator(print)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("verdict", "gone");
      json.writeStringField("input", gone.input().name().toLowerCase(Locale.ROOT));
      json.writeStringField("detail", gone.getMessage());
      if (gone.since().isPresent()) {
        json.writeStringField("since", gone.since().get());
      }
      json.writeStringField("remedy", gone.setting());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    print.println();
    print.flush();
  }
}
