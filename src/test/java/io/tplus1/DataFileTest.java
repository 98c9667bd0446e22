package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that a person has in place of CSV. */
final class DataFileTest {
  @TempDir Path directory;
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource({
    "1f8b0800, is compressed: unpack it",
    "50415231, is Parquet",
    "504b0304, is a workbook or a zip"
  })
  void backtest_anotherKindOfFile_saysWhichAndNotHowToConvertItsText(String first, String words)
      throws Exception {
    byte[] bytes = new byte[100];
    for (int i = 0; i < 4; i++) {
      bytes[i] = (byte) Integer.parseInt(first.substring(2 * i, 2 * i + 2), 16);
    }
    Path data = Files.write(directory.resolve("data"), bytes);

    assertThat(backtest(data, "features=a")).isEqualTo(2);

    assertThat(err.toString()).contains("DATA.csv: " + data + " " + words).doesNotContain("iconv");
  }

  /** Photosynthetically active radiation, of the first sensor. */
  @ParameterizedTest
  @ValueSource(strings = {"PAR1", "PAR1,b", "PAR1\tb", "PAR1_mean"})
  void backtest_headerThatBeginsAsParquetDoes_isReadAsText(String header) throws Exception {
    Path data = directory.resolve("my.csv");
    Files.writeString(data, "%s\n1%s\n".formatted(header, header.endsWith("b") ? ",2" : ""));

    backtest(data, "features=b");

    assertThat(err.toString()).doesNotContain("Parquet").contains("b");
  }

  @Test
  void backtest_pipeWhoseWordsAreNotKnown_saysThatItIsReadTwice() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertThat(backtest(pipe, "features=a", "categories=a")).isEqualTo(2);

    assertThat(err.toString())
        .contains("is no file, and would be read twice, for the words of [a] first: give a file");
  }

  /** A year of two digits is one of this century, which puts 1999 behind 2003. */
  @ParameterizedTest
  @CsvSource({
    "dd.MM.yy, 30.12.99, 31.12.99, 01.01.00, '2 of 3 rows lie ahead of the clock, up to 2099-12-31T00:00:00Z'",
    "epoch.s, 1577836800, 1577836800000, 1577836800001, '2 of 3 rows lie ahead of the clock, up to +51969-'"
  })
  void backtest_timesAheadOfTheClock_areTold(
      String format, String first, String second, String third, String told) throws Exception {
    Path data = Files.writeString(directory.resolve("my.csv"), times(first, second, third));

    backtest(data, "features=a", "csv.time=t", "csv.time.format=" + format);

    assertThat(err.toString())
        .containsOnlyOnce(data + ": " + told)
        .contains("is csv.time.format=" + format + " right?");
  }

  @ParameterizedTest
  @CsvSource({
    "dd.MM.yy, 30.12.19, 31.12.19, 01.01.20",
    "iso, 1998-12-30, 1999-12-31, 2000-01-01",
    "iso, 1970-01-18, 1970-01-19, 1970-01-20",
    "epoch.ms, 1704067200000, 1704070800000, 1704074400000",
    "epoch.s, 1704067200, 1704070800, 1704074400",
    "steps, 1, 2, 99999999"
  })
  void backtest_timesBehindTheClockOrOfNoClock_nothingIsTold(
      String format, String first, String second, String third) throws Exception {
    Path data = Files.writeString(directory.resolve("my.csv"), times(first, second, third));

    backtest(data, "features=a", "csv.time=t", "csv.time.format=" + format);

    assertThat(err.toString()).doesNotContain("ahead of the clock", "is csv.time.format");
  }

  /** Rows that are an hour apart are 3.6 seconds apart then, and nothing is ever too old. */
  @Test
  void backtest_secondsTakenForMilliseconds_areTold() throws Exception {
    Path data =
        Files.writeString(
            directory.resolve("my.csv"), times("1704067200", "1704070800", "1704074400"));

    backtest(data, "features=a", "csv.time=t", "csv.time.format=epoch.ms");

    assertThat(err.toString())
        .containsOnlyOnce(
            data
                + ": the newest of 3 rows is of 1970-01-20T17:21:14.400Z: is csv.time.format=epoch.ms right? it looks like epoch seconds");
  }

  private static String times(String... times) {
    return "t,a\n" + String.join(",1\n", times) + ",2\n";
  }

  @Test
  void backtest_pipe_isRead() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Thread writer =
        new Thread(
            () -> {
              try {
                Files.write(pipe, "a\n1\n".getBytes(StandardCharsets.UTF_8));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    writer.start();

    assertThat(backtest(pipe, "features=a")).isEqualTo(1);

    writer.join();
    assertThat(err.toString()).contains("no forecast was scored: 1 vectors");
  }

  private int backtest(Path data, String... settings) throws Exception {
    Path config = directory.resolve("my.properties");
    Files.writeString(config, String.join("\n", settings));
    return Main.commandLine()
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(err))
        .execute("backtest", data.toString(), "--config", config.toString());
  }
}
