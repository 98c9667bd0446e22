package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code tplus1 backtest} makes of rows that are none, or stand there twice. */
final class BacktestRowsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private BacktestRuns backtest;

  @BeforeEach
  void open() {
    backtest = new BacktestRuns(directory);
  }

  @Test
  void backtest_missingAndRefusedRows_areTold() throws Exception {
    Path data = backtest.waves();
    String text = Files.readString(data).replaceFirst("(?m)^(\\w+),50,[^,]*,", "$1,50,,");
    Files.writeString(data, text + "x".repeat(5_000) + ",1,1,1\n");

    assertThat(backtest.execute(data, "--no-rnn", "--no-linear")).as(backtest.err()).isZero();

    assertThat(backtest.err())
        .contains(
            "1 values are missing, in 1 of 801 rows, which are left out, as `run` dead-letters such records: missing.fill=last would fill them")
        .contains(
            "1 rows were refused as in the stream, where they would be dead-lettered: MISSING_FEATURE")
        .contains("INVALID_KEY");
  }

  @Test
  void backtest_keyForgotten_saysThatRowsReplaceOneAnother() throws Exception {
    String[] more = {"--no-rnn", "--no-linear", "--set", "csv.key="};
    assertThat(backtest.execute(backtest.waves(), more)).as(backtest.err()).isZero();

    assertThat(backtest.err())
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

    assertThat(backtest.execute(data, more)).as(backtest.err()).isZero();

    assertThat(JSON.readTree(backtest.out()).at("/persistence/rmse/a").asDouble()).isEqualTo(5);
    assertThat(backtest.err())
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

    assertThat(backtest.execute(data, more)).as(backtest.err()).isZero();

    assertThat(backtest.err())
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

    assertThat(backtest.execute(data, more)).as(backtest.err()).isZero();

    assertThat(backtest.err()).contains("1 values are missing, in 1 of 100 rows");
  }

  @Test
  void backtest_rowsTwice_theFirstIsScored() throws Exception {
    StringBuilder rows = new StringBuilder("key,t,a,b\n");
    for (int t = 0; t < 100; t++) {
      rows.append("x,%d,%d,1%nx,%d,1000,1%n".formatted(t, t % 2, t));
    }
    Path data = Files.writeString(directory.resolve("twice.csv"), rows);
    String[] more = {"--json", "--no-rnn", "--no-linear"};

    assertThat(backtest.execute(data, more)).as(backtest.err()).isZero();

    assertThat(JSON.readTree(backtest.out()).at("/persistence/rmse/a").asDouble()).isEqualTo(1);
  }

  /** One sentence of ours, not Kafka's of its records. */
  @Test
  void backtest_timesBefore1970_namesTheLineAndTheSetting() throws Exception {
    Path data = Files.writeString(directory.resolve("old.csv"), "key,t,a,b\nx,1949-01-01,1,1\n");

    assertThat(backtest.execute(data, "--set", "csv.time.format=iso")).isEqualTo(1);

    assertThat(backtest.err())
        .startsWith("tplus1: " + data + ", line 2, column 't': a time from 1970 on")
        .contains("leave csv.time out")
        .hasLineCount(1);
  }
}
