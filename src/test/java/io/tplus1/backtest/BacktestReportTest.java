package io.tplus1.backtest;

import static io.tplus1.JsonSchemas.assertInvalid;
import static io.tplus1.JsonSchemas.assertValid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

final class BacktestReportTest {
  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(
          List.of(
              Feature.number("load"),
              Feature.number("oil <T>"),
              Feature.category("state", List.of("on", "off"))));
  private static final FeatureSchema ONE = FeatureSchema.ofNumbers("x");

  /** Two series, two horizons, numbers and a category, forecasts half as wrong as persistence. */
  static BacktestReport sample(int rows) {
    BacktestRecorder recorder =
        new BacktestRecorder(SCHEMA, 2, List.of("last", "linear"), .9, Optional.empty());
    Random random = new Random(20261124);
    for (String series : List.of("a,1", "b \"2\"")) {
      float[] last = {10, -3, 1};
      for (int i = 0; i < rows; i++) {
        float[] actual = {
          (float) (last[0] + random.nextGaussian() + Math.sin(i / 10.0)),
          (float) (-3 + random.nextGaussian()),
          1 + random.nextInt(2)
        };
        if (i < rows / 4) {
          recorder.warmUp(series, actual);
        } else {
          float x = actual[0] - (float) (.5 * random.nextGaussian());
          float y = actual[1] - (float) (.6 * random.nextGaussian());
          float[] mixed = {x, y, .1f, .6f, .3f};
          float[] halfWidths = {.9f, 1, Float.NaN};
          float[][] alone = {null, mixed};
          for (int h = 0; h < 2; h++) {
            recorder.forecast(
                series,
                new BacktestRecorder.Matured(
                    3_600_000L * i, h, mixed, alone, last, null, halfWidths),
                actual);
            recorder.weights(new float[] {.25f, .75f});
          }
        }
        last = actual;
      }
    }
    return recorder.report(2L * rows, 1.5);
  }

  private static BacktestRecorder recorder(int horizon) {
    return new BacktestRecorder(ONE, horizon, List.of(), .9, Optional.empty());
  }

  /** Of t+1, without a season and intervals. */
  private static BacktestRecorder.Matured alone(
      long madeAtMs, float[] mixed, float[][] experts, float[] last) {
    return new BacktestRecorder.Matured(madeAtMs, 0, mixed, experts, last, null, new float[0]);
  }

  private static String json(BacktestReport report) throws IOException {
    StringWriter text = new StringWriter();
    ReportJson.write(report, text);
    return text.toString();
  }

  private static Schema schema() throws IOException {
    try (InputStream file = BacktestReport.class.getResourceAsStream("report.schema.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(file);
    }
  }

  /** The row of the first t+1 may lack its target. */
  @Test
  void report_seriesWhoseFirstScoreIsOfLaterThanNext_hasItsPlot() {
    BacktestRecorder recorder = recorder(2);
    float[] value = {1};
    recorder.forecast(
        "k",
        new BacktestRecorder.Matured(0, 1, value, new float[0][], value, null, new float[0]),
        value);
    for (int i = 1; i <= 20; i++) {
      recorder.forecast("k", alone(3_600_000L * i, value, new float[0][], value), value);
    }

    assertThat(recorder.report(21, 1).bands())
        .extracting(BacktestReport.Band::series)
        .containsExactly("k");
  }

  @Test
  void json_anyReport_satisfiesItsSchema() throws IOException {
    assertValid(schema(), json(sample(100)));
    assertValid(schema(), json(recorder(3).report(0, 0)));
    assertInvalid(schema(), json(sample(20)).replaceFirst("\"scored\"", "\"counted\""));
  }

  @Test
  void json_mixedTargets_figuresWhereTheyBelong() throws IOException {
    JsonNode report = new ObjectMapper().readTree(json(sample(400)));

    assertThat(report.get("rows").asLong()).isEqualTo(800);
    assertThat(report.get("series").asLong()).isEqualTo(2);
    assertThat(report.get("scored").asLong()).isEqualTo(600);
    assertThat(report.get("seasonal").isNull()).isTrue();
    assertThat(report.at("/overall/rmse/load").asDouble()).isEqualTo(.5, within(.05));
    assertThat(report.at("/overall/accuracy").asDouble()).isBetween(.4, .6);
    assertThat(report.at("/experts/last/mse").isNull()).isTrue();
    assertThat(report.at("/experts/linear/mse").asDouble())
        .isEqualTo(report.at("/overall/mse").asDouble());
    assertThat(report.at("/perFeature/state/mse").isNull()).isTrue();
    assertThat(report.at("/perFeature/load/persistence/mae").asDouble()).isGreaterThan(.8);
    assertThat(report.at("/perHorizon/1/horizon").asInt()).isEqualTo(2);
    assertThat(report.at("/overall/coverage").asDouble()).isEqualTo(.92, within(.04));
  }

  @Test
  void report_handMadeForecasts_figuresByHand() {
    BacktestRecorder recorder =
        new BacktestRecorder(ONE, 1, List.of("e"), .9, Optional.of(new double[] {2}));
    recorder.warmUp("s", new float[] {0});
    recorder.warmUp("s", new float[] {4}); // MASE in units of 4
    float[][] alone = {{5}};
    float[] seasonal = {7};
    recorder.forecast(
        "s",
        new BacktestRecorder.Matured(
            0, 0, new float[] {8}, alone, new float[] {4}, seasonal, new float[0]),
        new float[] {9});

    BacktestReport report = recorder.report(3, 0);

    assertThat(report.overall().mse()).isEqualTo(.25);
    assertThat(report.overall().mase()).isEqualTo(.25);
    assertThat(report.persistence().mae()).isEqualTo(2.5);
    assertThat(report.persistence().mase()).isEqualTo(1.25);
    assertThat(report.experts().get("e").rmsse()).isEqualTo(1);
    assertThat(report.seasonal().orElseThrow().mae()).isEqualTo(1);
    assertThat(report.overall().coverage()).isNaN();
    assertThat(report.perSeries()).singleElement().extracting("series").isEqualTo("s");
  }

  @Test
  void report_millionForecasts_plotsStayBounded() {
    BacktestRecorder recorder = recorder(1);
    float[] actual = {1};
    float[] mixed = {.5f};
    float[] last = {0};
    for (int i = 0; i < 1_000_000; i++) {
      recorder.forecast("s", alone(i, mixed, new float[0][], last), actual);
    }

    BacktestReport report = recorder.report(1_000_000, 0);

    assertThat(report.timeline()).hasSizeBetween(240, 480);
    assertThat(report.timeline()).allMatch(bin -> bin.mix() == .5 && bin.persistence() == 1);
    assertThat(report.bands()).singleElement().satisfies(b -> assertThat(b.timesMs()).hasSize(100));
    assertThat(report.bands().get(0).timesMs()[99]).isEqualTo(999_999);
  }

  /** Else what a stuck sensor is missed by is thousands of its changes, and hides all others. */
  @Test
  void report_targetThatRoundingAloneMoves_isNotPlotted() {
    BacktestRecorder recorder = recorder(1);
    float[] stuck = {20, Math.nextUp(20f)};
    for (int i = 0; i < 100; i++) {
      float[] last = {stuck[i % 2]};
      float[] actual = {stuck[(i + 1) % 2]};
      recorder.forecast("s", alone(i, new float[] {20.1f}, new float[0][], last), actual);
    }

    assertThat(recorder.report(100, 0).timeline())
        .isNotEmpty()
        .allMatch(bin -> Double.isNaN(bin.mix()) && Double.isNaN(bin.persistence()));
  }

  @Test
  void csv_namesWithCommasAndQuotes_quoted() throws IOException {
    StringWriter text = new StringWriter();
    ReportCsv.write(sample(60), text);

    List<String> lines = text.toString().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("series,count,mse").endsWith("persistence_rmse_oil <T>");
    assertThat(lines.get(1)).startsWith("\"a,1\",270,");
    assertThat(lines.get(2)).startsWith("\"b \"\"2\"\"\",270,");
    assertThat(lines.get(2).split(",", -1)).hasSize(lines.get(0).split(",", -1).length);
  }

  @Test
  void table_anyReport_fitsAHundredColumns() {
    StringWriter text = new StringWriter();
    ReportTable.print(new PrintWriter(text), sample(400));

    assertThat(text.toString().lines()).allMatch(line -> line.length() <= 100);
    assertThat(text.toString())
        .contains("tplus1", "persistence", "alone: linear", "intervals of 90 %", "–")
        .contains("800 rows, 2 series, 600 forecasts of 2 steps, 1.5 s")
        .doesNotContain("NaN");
  }

  @Test
  void table_longNamesAlikeAtTheirBeginning_areToldApart() {
    BacktestRecorder recorder =
        new BacktestRecorder(
            ONE, 1, List.of("markov-1+wind/5", "markov-1+wind~0"), .9, Optional.empty());
    StringWriter text = new StringWriter();
    ReportTable.print(new PrintWriter(text), recorder.report(5, 0));

    assertThat(text.toString()).contains("alone: markov-1+wind/5", "alone: markov-1+wind~0");
  }

  @Test
  void table_nothingScored_saysSo() {
    StringWriter text = new StringWriter();
    ReportTable.print(new PrintWriter(text), recorder(1).report(5, 0));

    assertThat(text.toString()).contains("5 rows, 0 series, 0 forecasts").doesNotContain("NaN");
  }

  @Test
  void html_anyReport_wellFormedAndAlone() throws Exception {
    for (BacktestReport report : List.of(sample(2_000), recorder(1).report(0, 0))) {
      StringWriter text = new StringWriter();
      ReportHtml.write(report, "<storms> & \"co\"", text);
      String page = text.toString();

      assertThat(page).doesNotContain("http").doesNotContain("NaN").doesNotContain("oil <T>");
      // Well-formed but for the one void element, so every name was escaped and every tag closed.
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(
              new InputSource(
                  new StringReader(
                      page.replaceFirst("<!doctype html>", "").replaceAll("<meta [^>]*>", ""))));
    }
  }

  @Test
  void html_everyPlot_hasTitleDescriptionAndValues() throws IOException {
    StringWriter text = new StringWriter();
    ReportHtml.write(sample(400), "sample", text);
    String page = text.toString();

    int plots = page.split("<svg ", -1).length - 1;
    assertThat(plots).isEqualTo(7); // time, two bands, features, horizons, coverage, weights
    assertThat(page.split("</desc>", -1)).hasSize(plots + 1);
    assertThat(page.split("<details>", -1)).hasSize(plots + 1);
  }

  @Test
  void recorder_unitsOfOtherLength_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new BacktestRecorder(ONE, 1, List.of(), .9, Optional.of(new double[] {1, 2})))
        .withMessageContaining("found 2");
  }

  /** As a network that is promoted late: its errors are those of other forecasts. */
  @Test
  void table_expertThatSaidNothingAtFirst_tellsItsShare() {
    BacktestRecorder recorder =
        new BacktestRecorder(ONE, 1, List.of("last", "rnn"), .9, Optional.empty());
    float[] last = {0};
    recorder.warmUp("s", last);
    for (int i = 1; i <= 10; i++) {
      float[] actual = {i};
      float[][] alone = {last, i > 5 ? actual : null};
      recorder.forecast("s", alone(i, last, alone, last), actual);
      last = actual;
    }
    StringWriter table = new StringWriter();
    ReportTable.print(new PrintWriter(table, true), recorder.report(11, 1));

    assertThat(table.toString()).contains("alone: rnn: of 50.0 % of the forecasts");
  }

  /** What it has nothing to say of stands in columns of its own, where it has no figure. */
  @Test
  void table_expertsOfNumbersOrCategoriesAlone_areNotSaidToBeOfFewerForecasts() {
    FeatureSchema schema =
        FeatureSchema.of(
            List.of(Feature.number("load"), Feature.category("state", List.of("on", "off"))));
    BacktestRecorder recorder =
        new BacktestRecorder(schema, 1, List.of("joint", "markov", "late"), .9, Optional.empty());
    float[] mixed = {1, .1f, .5f, .4f};
    float[] numbers = {1, Float.NaN, Float.NaN, Float.NaN};
    float[] words = {Float.NaN, .1f, .5f, .4f};
    for (int i = 0; i < 10; i++) {
      float[][] alone = {numbers, words, i < 6 ? null : numbers};
      recorder.forecast("s", alone(i, mixed, alone, new float[] {0, 1}), new float[] {1, 1});
    }

    assertThat(ReportTable.shares(recorder.report(11, 1)))
        .containsExactly(
            "alone: late: of 40.0 % of the forecasts, which may have been easier or harder ones");
  }
}
