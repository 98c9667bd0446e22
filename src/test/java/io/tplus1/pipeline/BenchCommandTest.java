package io.tplus1.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What the benchmark says to its options, before it measures anything. */
class BenchCommandTest {
  private static final String ROW =
      "2026-11-26,2 cores,tplus1,json,at_least_once,B,1000,throughput,records/s,1,";

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    return BenchCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private String file(String name, String... rows) throws Exception {
    return Files.writeString(
            folder.resolve(name), Results.HEADER + "\n" + String.join("\n", rows) + "\n")
        .toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--sahpe B | --sahpe",
        "--shape D | [A, B, C]",
        "--variants FOO | PASS_AS_MUCH",
        "--keys many | --keys",
        "--keys 0 | --keys must be above 0, found [0]",
        "--threads 1,-1 | --threads must be above 0, found [1, -1]",
        "--guarantees twice | --guarantees must be of",
        "--rounds 0 | --rounds must be above 0, found 0",
        "--warm 6 | --warm must be the least seconds and the most, which are 6 or more, found [6]",
        "--warm 0,5 | found [0, 5]",
        "--warm 60,6 | found [60, 6]",
        "--warm -1,6 | found [-1, 6]",
        "--full-windows yes | --full-windows",
        "--rates -1 | --rates must not be negative",
        "--seconds -1 | --seconds must not be negative",
        "--latency-seconds -1 | --latency-seconds must not be negative",
        "--records -1 | --records must not be negative",
        "--set experts | --set",
        "--set application.id=x | --set must not name application.id, by which the benchmark",
        "--set auto.offset.reset=latest | --set must not name auto.offset.reset",
        "--set history.minimum=24 | --set must not name history.minimum",
        "--set topics.predictions.name=x | --set must not name topics.predictions.name",
        "--set output.format=binary | --set must not name output.format",
        "--set window.steps=4 | --set must not name window.steps",
        "--variants PASS_AS_MUCH,TPLUS1 | TPLUS1 before PASS_AS_MUCH",
        "--variants PASS_AS_MUCH | TPLUS1 before PASS_AS_MUCH",
        "--variants PASS,TPLUS1 | TPLUS1 before all others",
        "compare OLD.csv | NEW.csv",
        "compare OLD.csv NEW.csv | OLD.csv is not there"
      })
  void execute_wrongUsage_saysWhatAndEndsWithTwo(String args, String said) {
    assertThat(execute(args.split(" ", -1))).isEqualTo(BenchCommand.USAGE);

    assertThat(err.toString().lines()).hasSize(2).first().asString().contains(said);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void execute_help_printsAllOptions() {
    assertThat(execute("--help")).isZero();

    assertThat(out.toString())
        .contains("--shape", "--warm", "--set", "Default: B", "A, B, C", "compare")
        .contains("1   compare found a drop");
  }

  @Test
  void execute_helpOfCompare_printsItsOptions() {
    assertThat(execute("compare", "--help")).isZero();

    assertThat(out.toString()).contains("--tolerance", "Default: 0.1", "OLD.csv");
  }

  @Test
  void compare_twoFiles_endsWithOneOnADropAlone() throws Exception {
    String before = file("before.csv", ROW + "100");
    String after = file("after.csv", ROW + "85");

    assertThat(execute("compare", before, after, "--tolerance", "0.2")).isZero();
    assertThat(out.toString()).startsWith("1 medians compared");
    assertThat(execute("compare", before, after)).isEqualTo(BenchCommand.DROP);
    assertThat(out.toString()).contains("throughput,records/s: 85.00, was 100.0 (-15 %)");
  }

  @ParameterizedTest
  @CsvSource({"10", "1", "-0.1", "NaN", "x"})
  void compare_toleranceThatLetsAllPass_isWrongUsage(String tolerance) throws Exception {
    String file = file("results.csv", ROW + "100");

    assertThat(execute("compare", file, file, "--tolerance", tolerance))
        .isEqualTo(BenchCommand.USAGE);
    assertThat(err.toString()).contains("--tolerance");
  }

  @Test
  void compare_nothingInCommon_isWrongUsage() throws Exception {
    String before = file("before.csv", ROW + "100");
    String after = file("after.csv", ROW.replace("1000", "10") + "100");

    assertThat(execute("compare", before, after)).isEqualTo(BenchCommand.USAGE);
    assertThat(err.toString()).contains("nothing of tplus1 in common");
  }

  private static Options options(String... args) {
    Options options = new Options();
    new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args);
    options.check();
    return options;
  }

  @Test
  void options_none_areWhatPipelineMdSays() {
    Options options = options();

    assertThat(options.shapes).containsExactly(Shape.B);
    assertThat(options.variants)
        .containsExactly(Variant.TPLUS1, Variant.PASS, Variant.PASS_AS_MUCH, Variant.NAIVE);
    assertThat(options.guarantees).containsExactly("at_least_once", "exactly_once_v2");
    assertThat(options.warm).containsExactly(6, 60);
    assertThat(options.rates).containsExactly(1000, 0);
    assertThat(options.fullSteps(Shape.B)).isEqualTo(24);
    assertThat(options.jvm).isEmpty();
    assertThat(options.settings).isEmpty();
  }

  @Test
  void options_settingsWithCommasAndEquals_areTakenAsTheyAre() {
    Options options =
        options(
            "--set", "experts=last,linear",
            "--set", "consumer.x=a=b",
            "--jvm", "-Xmx1g -XX:+UseSerialGC",
            "--shape", "a,C",
            "--full-windows", "false");

    assertThat(options.settings)
        .containsEntry("experts", "last,linear")
        .containsEntry("consumer.x", "a=b")
        .hasSize(2);
    assertThat(options.jvm).containsExactly("-Xmx1g", "-XX:+UseSerialGC");
    assertThat(options.shapes).containsExactly(Shape.A, Shape.C);
    assertThat(options.fullSteps(Shape.C)).isZero();
  }

  /** Each needs tplus1 for a measurement alone that is left out here. */
  @Test
  void options_rivalsAlone_runWhereNothingOfTplus1IsNeeded() {
    assertThat(options("--variants", "PASS", "--rates", "1000").variants).hasSize(1);
    assertThat(options("--variants", "PASS", "--latency-seconds", "0").variants).hasSize(1);
    assertThat(options("--variants", "PASS", "--threads", "2").variants).hasSize(1);
    assertThat(options("--variants", "PASS_AS_MUCH", "--seconds", "0").variants).hasSize(1);
  }
}
