package io.tplus1;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a backtest ends: with what code, in what words, and what it leaves. */
final class BacktestEndTest {
  @TempDir Path directory;

  /** There are figures, of t+2 alone: a filled step scores nothing. */
  @Test
  void backtest_stepIntervalOfHalfTheTimeBetweenRows_saysWhyTheNextStepHasNoScore()
      throws Exception {
    Path data = rows(IntStream.range(0, 100).map(i -> 2 * i));
    Path config = config("gap.fill=last\nstep.interval=1h\nforecast.horizon=2\n");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();

    int code =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute("backtest", data.toString(), "--config", config.toString(), "--json");

    assertThat(code).as(err.toString()).isEqualTo(ExitCodes.OK);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.get("scored").asInt()).isZero();
    assertThat(report.at("/overall/mse").asDouble()).isPositive();
    assertThat(err.toString())
        .doesNotContain("no forecast was scored")
        .contains(
            "t+1 was never scored, for no target came at any such step: what gap.fill=last and missing.fill=off fill")
        .contains("Set step.interval, which is 1h, to the time between rows");
  }

  @Test
  void backtest_stoppedInTheMiddle_leavesNoTemporaryFolder() throws Exception {
    String data = rows(IntStream.range(0, 500_000)).toString();
    Path temporary = directory.resolve("tmp");
    try (MainProcess backtest =
        MainProcess.start(directory, "backtest", data, "--config", config("").toString())) {
      await().until(() -> !harnesses(temporary).isEmpty());

      backtest.interrupt();

      assertThat(backtest.exitCode()).as("in the middle").isEqualTo(130);
      assertThat(harnesses(temporary)).isEmpty();
    }
  }

  private static List<Path> harnesses(Path temporary) throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("tplus1-harness"))
          .toList();
    }
  }

  private Path rows(IntStream times) throws IOException {
    return Files.writeString(
        directory.resolve("rows.csv"),
        times
            .mapToObj(t -> "x,%d,%d,%d%n".formatted(t, t % 3, t % 5))
            .collect(joining("", "key,t,a,b\n", "")));
  }

  private Path config(String more) throws IOException {
    return Files.writeString(
        directory.resolve("a.properties"),
        """
        features=a,b
        csv.key=key
        csv.time=t
        csv.time.format=steps
        window.steps=8
        window.max.age=1d
        experts=last
        retrain.mode=off
        """
            + more);
  }
}
