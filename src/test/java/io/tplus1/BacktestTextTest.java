package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backtest command as a person runs it, without {@code --json}. */
final class BacktestTextTest {
  @TempDir Path directory;

  @Test
  void backtest_withoutJson_whatIsInVainProgressTableAndWhereTheReportLies() throws Exception {
    StringBuilder rows = new StringBuilder("key,t,a,b\n");
    for (int t = 0; t < 100; t++) {
      rows.append("s,%d,%d,%d%n".formatted(t, t, t % 4));
    }
    Path data = Files.writeString(directory.resolve("ramp.csv"), rows);
    Path config =
        Files.writeString(
            directory.resolve("ramp.properties"),
            """
            features=a,b
            csv.key=key
            csv.time=t
            csv.time.format=steps
            window.steps=4
            history.minimum=2
            window.max.age=1d
            experts=last,linear
            linear.lags=1-2
            retrain.mode=off
            missing.fill=linear
            """);
    Path report = directory.resolve("report");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();

    int exitCode =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(
                "backtest",
                data.toString(),
                "--config",
                config.toString(),
                "--out",
                report.toString());

    assertThat(exitCode).as(err.toString()).isZero();
    assertThat(err.toString())
        .containsOnlyOnce("missing.fill=linear: no number among the features is an input alone")
        .contains(
            "; set missing.fill=last, which does the same, or targets to what is to be forecast");
    assertThat(err.toString().lines())
        .filteredOn(line -> line.endsWith(" of 100 rows"))
        .hasSizeBetween(10, 11)
        .endsWith("█".repeat(32) + " 100 of 100 rows");
    assertThat(out.toString())
        .containsPattern("(?m)^ +MSE +MAE ")
        .containsPattern("(?m)^  tplus1 +[0-9.]")
        .containsPattern("(?m)^  persistence +[0-9.]")
        .endsWith("%nReport: %s%n".formatted(report.resolve("report.html").toAbsolutePath()));
    assertThat(out.toString()).doesNotContain("{");
  }
}
