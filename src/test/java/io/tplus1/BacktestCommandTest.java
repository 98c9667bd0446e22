package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tplus1.backtest.BacktestReport;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The backtest command over both deployed topologies. */
final class BacktestCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void backtest_waves_learnsAndWritesItsReport() throws Exception {
    Path folder = directory.resolve("report");

    try (LogCapture said = LogCapture.of("io.tplus1", Level.INFO)) {
      assertThat(execute(waves(), "--json", "--out", folder.toString()))
          .as(err.toString())
          .isZero();
      assertThat(said.messages()).as("beside the progress").isEmpty();
    }

    JsonNode report = JSON.readTree(out.toString());
    assertThat(JSON.readTree(Files.readString(folder.resolve("report.json")))).isEqualTo(report);
    try (InputStream schema = BacktestReport.class.getResourceAsStream("report.schema.json")) {
      JsonSchemas.assertValid(
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema),
          out.toString());
    }
    assertThat(folder.resolve("report.html")).isNotEmptyFile();
    assertThat(folder.resolve("series.csv")).isNotEmptyFile();
    assertThat(report.get("rows").asInt()).isEqualTo(800);
    assertThat(report.get("series").asInt()).isEqualTo(2);
    // Of each series' 400 rows the last three quarters are scored.
    assertThat(report.get("scored").asInt()).isEqualTo(600);
    assertThat(report.at("/overall/mse").asDouble())
        .isLessThan(report.at("/persistence/mse").asDouble() / 10);
    assertThat(report.at("/experts/rnn/mse").asDouble())
        .isLessThan(report.at("/persistence/mse").asDouble());
    assertThat(report.at("/overall/coverage").asDouble()).isBetween(0.85, 0.95);
    assertThat(err.toString()).contains("800 of 800 rows");
  }

  @Test
  void backtest_withoutNetworkAndLinear_theLastValueIsLeft() throws Exception {
    assertThat(execute(waves(), "--json", "--no-rnn", "--no-linear")).as(err.toString()).isZero();

    JsonNode report = JSON.readTree(out.toString());
    assertThat(report.at("/overall/mse").asDouble())
        .isEqualTo(report.at("/persistence/mse").asDouble());
    assertThat(report.get("experts").has("rnn")).isFalse();
  }

  /** The network, which was to add to the linear forecast, adds to the last value then. */
  @Test
  void backtest_withoutLinear_theNetworkIsLeftWithTheLastValue() throws Exception {
    Path data = waves();
    String[] more = {
      "--json", "--no-linear", "--set", "train.base=linear", "--set", "train.inputs=level, expert "
    };
    assertThat(execute(data, more)).as(err.toString()).isZero();

    JsonNode report = JSON.readTree(out.toString());
    assertThat(report.get("experts").fieldNames()).toIterable().containsExactly("last", "rnn");
    assertThat(report.at("/experts/rnn/mse").asDouble())
        .isLessThan(report.at("/persistence/mse").asDouble());
  }

  /**
   * Nobody is left who says anything, or for others to stand on: the last value takes his place.
   */
  @ParameterizedTest
  @CsvSource({
    "--no-rnn, 'rnn,stacked', 'last,stacked'",
    "--no-rnn, 'markov,rnn', last",
    "--no-linear, 'linear,markov', last",
    "--no-linear, 'linear,markov,stacked', 'last,stacked'"
  })
  void backtest_withoutThoseThatForecast_theLastValueIsLeft(
      String without, String experts, String left) throws Exception {
    assertThat(execute(waves(), "--json", without, "--set", "experts=" + experts)).isZero();

    assertThat(JSON.readTree(out.toString()).get("experts").fieldNames())
        .toIterable()
        .containsExactly(left.split(","));
  }

  /** It builds a driver of its own, whose settings nobody but Kafka Streams would complain of. */
  @Test
  void backtest_anyData_kafkaStreamsWarnsOfNoSetting() throws Exception {
    try (LogCapture said = LogCapture.of(StreamsConfig.class.getName(), Level.WARN)) {
      assertThat(execute(waves(), "--no-rnn", "--no-linear")).as(err.toString()).isZero();
      assertThat(said.messages()).isEmpty();
    }
  }

  @Test
  void backtest_noSuchFile_saysSoAndEnds2() throws Exception {
    Path absent = directory.resolve("absent.csv");

    assertThat(execute(absent, "--out", directory.resolve("a/b").toString())).isEqualTo(2);

    assertThat(err.toString()).contains("there is no file " + absent);
    assertThat(directory.resolve("a")).doesNotExist();
  }

  @Test
  void backtest_outThatIsAFile_isRefusedBeforeAnythingIsReplayed() throws Exception {
    Path data = waves();

    assertThat(execute(data, "--out", data.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("--out: " + data + " is a file");
  }

  @Test
  void backtest_outWhoseReportCannotBeWritten_isRefusedAndLeavesTheOldOnes() throws Exception {
    Path folder = directory.resolve("report");
    Files.createDirectories(folder.resolve("report.json"));
    Files.writeString(folder.resolve("report.html"), "old");

    assertThat(execute(waves(), "--out", folder.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("--out: " + folder.resolve("report.json") + " is a folder");
    assertThat(folder.resolve("report.html")).hasContent("old");
  }

  /** As live settings may have it; a row's time is in its column. */
  @Test
  void backtest_timeOfTheStreamInAField_replaysTheRows() throws Exception {
    String[] more = {"--json", "--no-rnn", "--no-linear", "--set", "time.source=field"};
    assertThat(execute(waves(), more)).as(err.toString()).isZero();

    assertThat(JSON.readTree(out.toString()).get("scored").asInt()).isPositive();
  }

  @Test
  void backtest_missingAndRefusedRows_areTold() throws Exception {
    Path data = waves();
    String text = Files.readString(data).replaceFirst("(?m)^(\\w+),50,[^,]*,", "$1,50,,");
    Files.writeString(data, text + "x".repeat(5_000) + ",1,1,1\n");

    assertThat(execute(data, "--no-rnn", "--no-linear")).as(err.toString()).isZero();

    assertThat(err.toString())
        .contains(
            "1 values are missing, in 1 of 801 rows, which are left out, as `run` dead-letters such records: missing.fill=last would fill them")
        .contains(
            "1 rows were refused as in the stream, where they would be dead-lettered: MISSING_FEATURE")
        .contains("INVALID_KEY");
  }

  @Test
  void backtest_keyForgotten_saysThatRowsReplaceOneAnother() throws Exception {
    String[] more = {"--no-rnn", "--no-linear", "--set", "csv.key="};
    assertThat(execute(waves(), more)).as(err.toString()).isZero();

    assertThat(err.toString())
        .containsOnlyOnce(
            "400 of 800 rows have series and time of another, and as in the stream the first is forecast and scored, and the last stands in the windows")
        .contains("is csv.key, or csv.time.format, right?");
  }

  /** A sensor that reports more seldom: else most errors would be those of what was made up. */
  @Test
  void backtest_columnInEachFifthRow_isScoredWhereItCame() throws Exception {
    StringBuilder rows = new StringBuilder("key,t,a,b\n");
    for (int t = 0; t < 400; t++) {
      rows.append("x,%d,%s,%d%n".formatted(t, t % 5 == 0 ? "" + t : "", t % 2));
    }
    Path data = Files.writeString(directory.resolve("seldom.csv"), rows);
    String[] more = {"--json", "--no-rnn", "--no-linear", "--set", "missing.fill=last"};

    assertThat(execute(data, more)).as(err.toString()).isZero();

    assertThat(JSON.readTree(out.toString()).at("/persistence/rmse/a").asDouble()).isEqualTo(5);
    assertThat(err.toString())
        .contains(
            "320 values are missing, in 320 of 400 rows: they are filled as missing.fill=last")
        .doesNotContain("dead-lettered");
  }

  /** `missing.fill` has nothing to fill from where a vector has no value: it is no vector. */
  @ParameterizedTest
  @CsvSource({
    "off, gap.fill=last would fill their steps",
    "last, 'their steps are filled as gap.fill=last fills absent steps, gap.limit='"
  })
  void backtest_rowsWithoutAnyValue_areToldApart(String gapFill, String told) throws Exception {
    StringBuilder rows = new StringBuilder("key,t,a,b\n");
    for (int t = 0; t < 200; t++) {
      String second = t % 10 == 3 || t % 20 == 7 ? "-9999" : "1";
      rows.append("x,%d,%s,%s%n".formatted(t, t % 10 == 3 ? "-9999" : "" + t % 2, second));
    }
    Path data = Files.writeString(directory.resolve("codes.csv"), rows);
    String[] more = {
      "--no-rnn",
      "--no-linear",
      "--set",
      "missing.values=-9999",
      "--set",
      "missing.fill=last",
      "--set",
      "gap.fill=" + gapFill
    };

    assertThat(execute(data, more)).as(err.toString()).isZero();

    assertThat(err.toString())
        .contains("10 values are missing, in 10 of 200 rows: they are filled as missing.fill=last")
        .contains(
            "20 of 200 rows have no value at all, and are left out, as `run` dead-letters such records: "
                + told);
  }

  /** Of whose words the settings say nothing. */
  @Test
  void backtest_holeBesideACategory_isTold() throws Exception {
    StringBuilder rows = new StringBuilder("key,t,a,b\n");
    for (int t = 0; t < 100; t++) {
      rows.append("x,%d,%s,%s%n".formatted(t, t == 50 ? "" : "" + t % 2, t % 3 == 0 ? "u" : "v"));
    }
    Path data = Files.writeString(directory.resolve("words.csv"), rows);
    String[] more = {"--no-rnn", "--no-linear", "--set", "categories=b"};

    assertThat(execute(data, more)).as(err.toString()).isZero();

    assertThat(err.toString()).contains("1 values are missing, in 1 of 100 rows");
  }

  @Test
  void backtest_rowsTwice_theFirstIsScored() throws Exception {
    StringBuilder rows = new StringBuilder("key,t,a,b\n");
    for (int t = 0; t < 100; t++) {
      rows.append("x,%d,%d,1%nx,%d,1000,1%n".formatted(t, t % 2, t));
    }
    Path data = Files.writeString(directory.resolve("twice.csv"), rows);
    String[] more = {"--json", "--no-rnn", "--no-linear"};

    assertThat(execute(data, more)).as(err.toString()).isZero();

    assertThat(JSON.readTree(out.toString()).at("/persistence/rmse/a").asDouble()).isEqualTo(1);
  }

  /** As who came for the question would: train, then backtest with the same file. */
  @Test
  void backtest_shippedSettingsOfTheQuestion_saysThatItHasNoNetwork() throws Exception {
    StringBuilder rows = new StringBuilder("a,b,c,d\n");
    for (int i = 0; i < 40; i++) {
      rows.append("%d,%d,%d,%d%n".formatted(i, i % 3, i % 5, -i));
    }
    Path data = Files.writeString(directory.resolve("four.csv"), rows);

    int code =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute("backtest", data.toString(), "--config", "config/question.properties");

    assertThat(code).as(err.toString()).isZero();
    assertThat(err.toString())
        .containsPattern(
            "(?m)^(\\d+) of \\1 scored forecasts had no network: a backtest does not read")
        .contains("set retrain.mode");
  }

  /** As who trained would: its model is not what the first forecasts are of. */
  @Test
  void backtest_scoredBeforeTheFirstNetwork_saysThatModelFileIsNotRead() throws Exception {
    Path data = waves();
    String[] more = {"--set", "model.file=trained.zip", "--set", "retrain.first.samples=300"};

    assertThat(execute(data, more)).as(err.toString()).isZero();

    assertThat(err.toString())
        .containsPattern(
            "(?m)^[1-9]\\d* of 600 scored forecasts had no network: a backtest does not read"
                + " model\\.file, and its first network is trained after retrain\\.first\\.samples=300,"
                + " and serves once it beats the last value$");
  }

  @Test
  void backtest_constantWhereScaled_saysWhichErrorsAreRaw() throws Exception {
    StringBuilder rows = new StringBuilder("key,t,a,b\n");
    for (int t = 0; t < 40; t++) {
      rows.append("x,%d,%d,%d%n".formatted(t, t % 3, t / 20));
    }
    Path data = Files.writeString(directory.resolve("constant.csv"), rows);
    String[] more = {"--no-rnn", "--no-linear", "--set", "backtest.scale.rows=20"};

    assertThat(execute(data, more)).as(err.toString()).isZero();

    assertThat(err.toString())
        .contains("[b] did not vary in the rows of backtest.scale.rows: errors stay in raw units");
  }

  @Test
  void backtest_tooFewRows_saysWhyNothingWasScoredAndEnds1() throws Exception {
    Path data = Files.writeString(directory.resolve("few.csv"), "key,t,a,b\n");
    assertThat(execute(data, "--no-rnn", "--no-linear")).isEqualTo(1);
    assertThat(err.toString())
        .contains("tplus1: no forecast was scored: 0 vectors make no window of at least 2");

    err.getBuffer().setLength(0);
    Files.writeString(data, "key,t,a,b\nx,1,1,1\nx,2,1,1\nx,3,1,1\n");
    Path report = Files.writeString(directory.resolve("report.html"), "old");
    String[] late = {
      "--no-rnn", "--no-linear", "--set", "backtest.score.from=3", "--out", directory.toString()
    };
    assertThat(execute(data, late)).isEqualTo(1);
    assertThat(report).as("of forecasts that were scored").hasContent("old");
    assertThat(err.toString()).contains("none of those of 3 rows", "lower backtest.warmup");
  }

  @Test
  void backtest_windowThatNoTwoRowsLieIn_namesItsSettingAndTheirSpan() throws Exception {
    Path data =
        Files.writeString(
            directory.resolve("wide.csv"), "key,t,a,b\nx,0,1,1\nx,2,1,1\nx,5,1,1\nx,8,1,1\n");
    String[] hourly = {"--no-rnn", "--no-linear", "--set", "window.max.age=1h"};

    assertThat(execute(data, hourly)).isEqualTo(1);

    assertThat(err.toString())
        .contains("2 in a row span 2h or more (times are counted in steps of 1h")
        .contains("set csv.time.step to the length of a step, or raise window.max.age");
  }

  /** One sentence of ours, not Kafka's of its records. */
  @Test
  void backtest_timesBefore1970_namesTheLineAndTheSetting() throws Exception {
    Path data = Files.writeString(directory.resolve("old.csv"), "key,t,a,b\nx,1949-01-01,1,1\n");

    assertThat(execute(data, "--set", "csv.time.format=iso")).isEqualTo(1);

    assertThat(err.toString())
        .startsWith("tplus1: " + data + ", line 2, column 't': a time from 1970 on")
        .contains("leave csv.time out")
        .hasLineCount(1);
  }

  private int execute(Path data, String... more) throws Exception {
    Path config = directory.resolve("waves.properties");
    Files.writeString(
        config,
        """
        features=a,b
        csv.key=key
        csv.time=t
        csv.time.format=steps
        window.steps=8
        history.minimum=2
        window.max.age=1d
        experts=last,linear,rnn
        linear.lags=1-3
        train.inputs=difference,level,expert,identity
        train.hidden=8
        train.batch=16
        train.optimizer=adam
        train.learning.rate=0.005
        retrain.mode=refresh
        retrain.first.samples=100
        retrain.first.steps=100
        retrain.every.samples=50
        gate.samples=20
        """);
    List<String> arguments =
        new ArrayList<>(List.of("backtest", data.toString(), "--config", config.toString()));
    arguments.addAll(Arrays.asList(more));
    CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(arguments.toArray(String[]::new));
  }

  private Path waves() throws Exception {
    StringBuilder rows = new StringBuilder("key,t,a,b\n");
    for (int t = 0; t < 400; t++) {
      for (int s = 0; s < 2; s++) {
        rows.append(
            String.format(
                Locale.ROOT, "s%d,%d,%.4f,%.4f%n", s, t, Math.sin(0.5 * t + s), Math.cos(0.8 * t)));
      }
    }
    Path file = directory.resolve("waves.csv");
    Files.writeString(file, rows);
    return file;
  }
}
