package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tplus1.backtest.BacktestReport;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The backtest command over both deployed topologies. */
final class BacktestCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private BacktestRuns backtest;

  @BeforeEach
  void open() {
    backtest = new BacktestRuns(directory);
  }

  @Test
  void backtest_waves_learnsAndWritesItsReport() throws Exception {
    Path folder = directory.resolve("report");

    try (LogCapture said = LogCapture.of("io.tplus1", Level.INFO)) {
      assertThat(backtest.execute(backtest.waves(), "--json", "--out", folder.toString()))
          .as(backtest.err())
          .isZero();
      assertThat(said.messages()).as("beside the progress").isEmpty();
    }

    JsonNode report = JSON.readTree(backtest.out());
    assertThat(JSON.readTree(Files.readString(folder.resolve("report.json")))).isEqualTo(report);
    try (InputStream schema = BacktestReport.class.getResourceAsStream("report.schema.json")) {
      JsonSchemas.assertValid(
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema),
          backtest.out());
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
    assertThat(backtest.err()).contains("800 of 800 rows");
  }

  @Test
  void backtest_withoutNetworkAndLinear_theLastValueIsLeft() throws Exception {
    assertThat(backtest.execute(backtest.waves(), "--json", "--no-rnn", "--no-linear"))
        .as(backtest.err())
        .isZero();

    JsonNode report = JSON.readTree(backtest.out());
    assertThat(report.at("/overall/mse").asDouble())
        .isEqualTo(report.at("/persistence/mse").asDouble());
    assertThat(report.get("experts").has("rnn")).isFalse();
  }

  /** The network, which was to add to the linear forecast, adds to the last value then. */
  @Test
  void backtest_withoutLinear_theNetworkIsLeftWithTheLastValue() throws Exception {
    Path data = backtest.waves();
    String[] more = {
      "--json", "--no-linear", "--set", "train.base=linear", "--set", "train.inputs=level, expert "
    };
    assertThat(backtest.execute(data, more)).as(backtest.err()).isZero();

    JsonNode report = JSON.readTree(backtest.out());
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
    assertThat(backtest.execute(backtest.waves(), "--json", without, "--set", "experts=" + experts))
        .isZero();

    assertThat(JSON.readTree(backtest.out()).get("experts").fieldNames())
        .toIterable()
        .containsExactly(left.split(","));
  }

  /** It builds a driver of its own, whose settings nobody but Kafka Streams would complain of. */
  @Test
  void backtest_anyData_kafkaStreamsWarnsOfNoSetting() throws Exception {
    try (LogCapture said = LogCapture.of(StreamsConfig.class.getName(), Level.WARN)) {
      assertThat(backtest.execute(backtest.waves(), "--no-rnn", "--no-linear"))
          .as(backtest.err())
          .isZero();
      assertThat(said.messages()).isEmpty();
    }
  }

  @Test
  void backtest_noSuchFile_saysSoAndEnds2() throws Exception {
    Path absent = directory.resolve("absent.csv");

    assertThat(backtest.execute(absent, "--out", directory.resolve("a/b").toString())).isEqualTo(2);

    assertThat(backtest.err()).contains("there is no file " + absent);
    assertThat(directory.resolve("a")).doesNotExist();
  }

  @Test
  void backtest_outThatIsAFile_isRefusedBeforeAnythingIsReplayed() throws Exception {
    Path data = backtest.waves();

    assertThat(backtest.execute(data, "--out", data.toString())).isEqualTo(2);

    assertThat(backtest.err()).contains("--out: " + data + " is a file");
  }

  @Test
  void backtest_outWhoseReportCannotBeWritten_isRefusedAndLeavesTheOldOnes() throws Exception {
    Path folder = directory.resolve("report");
    Files.createDirectories(folder.resolve("report.json"));
    Files.writeString(folder.resolve("report.html"), "old");

    assertThat(backtest.execute(backtest.waves(), "--out", folder.toString())).isEqualTo(2);

    assertThat(backtest.err()).contains("--out: " + folder.resolve("report.json") + " is a folder");
    assertThat(folder.resolve("report.html")).hasContent("old");
  }

  /** As live settings may have it; a row's time is in its column. */
  @Test
  void backtest_timeOfTheStreamInAField_replaysTheRows() throws Exception {
    String[] more = {"--json", "--no-rnn", "--no-linear", "--set", "time.source=field"};
    assertThat(backtest.execute(backtest.waves(), more)).as(backtest.err()).isZero();

    assertThat(JSON.readTree(backtest.out()).get("scored").asInt()).isPositive();
  }

  /** As who came for the question would: train, then backtest with the same file. */
  @Test
  void backtest_shippedSettingsOfTheQuestion_saysThatItHasNoNetwork() throws Exception {
    StringBuilder rows = new StringBuilder("a,b,c,d\n");
    for (int i = 0; i < 40; i++) {
      rows.append("%d,%d,%d,%d%n".formatted(i, i % 3, i % 5, -i));
    }
    Path data = Files.writeString(directory.resolve("four.csv"), rows);

    int code = backtest.run("backtest", data.toString(), "--config", "config/question.properties");

    assertThat(code).as(backtest.err()).isZero();
    assertThat(backtest.err())
        .containsPattern(
            "(?m)^(\\d+) of \\1 scored forecasts had no network: a backtest does not read")
        .contains("set retrain.mode");
  }

  /** As who trained would: its model is not what the first forecasts are of. */
  @Test
  void backtest_scoredBeforeTheFirstNetwork_saysThatModelFileIsNotRead() throws Exception {
    Path data = backtest.waves();
    String[] more = {"--set", "model.file=trained.zip", "--set", "retrain.first.samples=300"};

    assertThat(backtest.execute(data, more)).as(backtest.err()).isZero();

    assertThat(backtest.err())
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

    assertThat(backtest.execute(data, more)).as(backtest.err()).isZero();

    assertThat(backtest.err())
        .contains("[b] did not vary in the rows of backtest.scale.rows: errors stay in raw units");
  }

  @Test
  void backtest_tooFewRows_saysWhyNothingWasScoredAndEnds1() throws Exception {
    Path data = Files.writeString(directory.resolve("few.csv"), "key,t,a,b\n");
    assertThat(backtest.execute(data, "--no-rnn", "--no-linear")).isEqualTo(1);
    assertThat(backtest.err())
        .contains("tplus1: no forecast was scored: 0 vectors make no window of at least 2");

    Files.writeString(data, "key,t,a,b\nx,1,1,1\nx,2,1,1\nx,3,1,1\n");
    Path report = Files.writeString(directory.resolve("report.html"), "old");
    String[] late = {
      "--no-rnn", "--no-linear", "--set", "backtest.score.from=3", "--out", directory.toString()
    };
    assertThat(backtest.execute(data, late)).isEqualTo(1);
    assertThat(report).as("of forecasts that were scored").hasContent("old");
    assertThat(backtest.err()).contains("none of those of 3 rows", "lower backtest.warmup");
  }

  @Test
  void backtest_windowThatNoTwoRowsLieIn_namesItsSettingAndTheirSpan() throws Exception {
    Path data =
        Files.writeString(
            directory.resolve("wide.csv"), "key,t,a,b\nx,0,1,1\nx,2,1,1\nx,5,1,1\nx,8,1,1\n");
    String[] hourly = {"--no-rnn", "--no-linear", "--set", "window.max.age=1h"};

    assertThat(backtest.execute(data, hourly)).isEqualTo(1);

    assertThat(backtest.err())
        .contains("2 in a row span 2h or more (times are counted in steps of 1h")
        .contains("set csv.time.step to the length of a step, or raise window.max.age");
  }
}
