package io.tplus1;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the command line answers before any broker is asked. */
final class MainTest {
  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource({
    "--help, demo, run",
    "demo --help, --speed, --data-dir",
    "run --help, --config, --set",
    "train --help, --until, --data",
    "models --help, rollback, champion",
    "replay --help, --kernel, an input is gone",
    "models list --help, --json, gate",
    "models promote --help, HASH, --timeout",
    "models retrain --help, retrain.time.limit, its answer cannot be read"
  })
  void help_ofEachCommand_namesItsOptionsAndEnds0(String line, String one, String other) {
    assertThat(execute(line.split(" "))).isZero();

    assertThat(out.toString()).contains("Usage: tplus1", one, other);
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "run --version", "models -V", "models list --version"})
  void version_asked_saysItAndEnds0(String line) {
    assertThat(execute(line.split(" "))).isZero();
    assertThat(out.toString()).startsWith("tplus1 ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | Missing required subcommand",
        "fly | Unmatched argument at index 0: 'fly'",
        "run | Missing required option: '--config=FILE'",
        "run --config x.properties --role train | Invalid value for option '--role': forecast, retrain or all was expected, found 'train'",
        "models | Missing required subcommand",
        "models pin | Missing required option: '--config=FILE'",
        "models promote --config x.properties | Missing required parameter: 'HASH'",
        "models promote --config x.properties abc | Invalid value for positional parameter at index 0 (HASH): a hash, or at least 4 of its first hexadecimal digits, was expected, found 'abc'",
        "models show --config x.properties ABCDEF | Invalid value for positional parameter at index 0 (HASH): a hash",
        "models list --config x.properties --timeout soon | Invalid value for option '--timeout': a duration was expected",
        "run --config x.properties --sped 3 | Unknown options: '--sped', '3'",
        "run --config x.properties --set nothing | Value for option option '--set' (NAME=VALUE) should be in KEY=VALUE format but was nothing",
        "train --config x.properties | Missing required option: '--data=FILE.csv'",
        "replay --config x.properties --key k | Error: Missing required argument (specify one of these): (--at=TIME | (--for=TIME [--horizon=STEPS]))",
        "replay --config x.properties --key k --at 1 --horizon 2 | Error: Missing required argument(s): --for=TIME",
        "replay --config x.properties --key k --for 1 --horizon 0 | Invalid value for option '--horizon': a whole number of at least 1 was expected, found '0'",
        "train --config x.properties --data x.csv --rows -1 | Invalid value for option '--rows': a whole number of at least 1 was expected, found '-1'",
        "replay --config x.properties --key k --at noon | Invalid value for option '--at': a time was expected, such as 1975-06-27T06:00:00Z or 173080800000, found 'noon'",
        "replay --config x.properties --key k --at 1 --kernel gpu | Invalid value for option '--kernel': plain, vector or dl4j was expected, found 'gpu'",
        "demo --speed 0 | Invalid value for option '--speed': a number above 0, or max, was expected, found 0",
        "demo --speed fast | Invalid value for option '--speed': a number above 0, or max, was expected, found fast",
        "demo --for ever | Invalid value for option '--for': a duration was expected, such as 250ms, 90s, 5m, 6h, 7d or PT6H, found 'ever'"
      })
  void execute_wrongUsage_saysWhatIsWrongAndEnds2(String line, String message) {
    assertThat(execute(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);

    assertThat(err.toString()).startsWith(message).contains("Usage:").doesNotContain("\tat ");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "feature=a | Unknown setting 'feature': neither tplus1 nor Kafka has it. Did you mean 'features'?",
        "window.steps=0 | Invalid value 0 for configuration window.steps",
        "window.steps=many | Invalid value many for configuration window.steps",
        "history.minimum=99 | Invalid value 99 for configuration history.minimum: must not be more than window.steps, 4",
        "window.max.age=soon | Invalid value soon for configuration window.max.age: a duration was expected",
        "window.retention=1h | Invalid value 1h for configuration window.retention: must be at least window.max.age + max.lateness",
        "train.hidden=x | Invalid value [x] for configuration train.hidden: whole numbers are expected",
        "targets=c | Invalid value [c] for configuration targets: 'c' is not in features [a, b]"
      })
  void run_wrongSetting_oneSentenceAndEnds1(String setting, String message) throws IOException {
    assertOneSentence(message, "run", "--config", config().toString(), "--set", setting);
  }

  @Test
  void run_noFeatures_oneSentence() throws IOException {
    Path file = Files.writeString(directory.resolve("empty.properties"), "");

    assertOneSentence(
        "Missing required configuration \"features\"", "run", "--config", file.toString());
  }

  @Test
  void run_noBrokers_oneSentence() throws IOException {
    assertOneSentence(
        "bootstrap.servers is not set: name at least one broker, such as localhost:9092",
        "run",
        "--config",
        config().toString(),
        "--set",
        "bootstrap.servers=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "train"})
  void execute_noConfigurationFile_oneSentence(String command) {
    Path file = directory.resolve("none.properties");

    assertOneSentence(
        "The configuration file " + file.toAbsolutePath() + " does not exist",
        command,
        "--config",
        file.toString(),
        command.equals("train") ? "--data" : "--set",
        command.equals("train") ? "x.csv" : "a=b");
  }

  @Test
  void run_modelFileAbsent_oneSentenceWithRemedy() throws IOException {
    Path model = directory.resolve("none.zip");

    assertOneSentence(
        "model.file is " + model + ", and there is no such file: make it with `tplus1 train`",
        "run",
        "--config",
        config().toString(),
        "--set",
        "model.file=" + model);
  }

  @Test
  void run_modelFileIsNone_oneSentence() throws IOException {
    Path model = Files.writeString(directory.resolve("model.zip"), "no zip");

    assertOneSentence(
        model + ": not an artifact: a zip with ",
        "run",
        "--config",
        config().toString(),
        "--set",
        "model.file=" + model);
  }

  @Test
  void run_unknownHost_saysWhichAddressIsWrong() throws IOException {
    assertThat(
            execute(
                "run",
                "--config",
                config().toString(),
                "--set",
                "bootstrap.servers=no-such-host.invalid:9092"))
        .isEqualTo(1);

    assertThat(err.toString())
        .startsWith(
            "tplus1: no host of bootstrap.servers=no-such-host.invalid:9092 resolves"
                + System.lineSeparator())
        .doesNotContain("\tat ");
  }

  @Test
  void run_stateDirIsNoFolder_oneSentence() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertOneSentence(
        "state.dir " + file + " must be a folder that can be written to: ",
        "run",
        "--config",
        config().toString(),
        "--set",
        "state.dir=" + file);
  }

  @Test
  void execute_outputThatCannotBeWritten_oneSentenceAndEnds1() {
    PrintStream full =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int one) throws IOException {
                throw new IOException("No space left on device");
              }
            },
            false,
            UTF_8);
    ByteArrayOutputStream said = new ByteArrayOutputStream();

    int code =
        Main.execute(full, new PrintStream(said, true, UTF_8), Map.of(), "completion", "bash");

    assertThat(code).isEqualTo(1);
    assertThat(said.toString(UTF_8))
        .startsWith("tplus1: the output could not be written")
        .hasLineCount(1);
  }

  /** As under LC_ALL=C, where Java's own stream would write ? for each of them. */
  @Test
  void execute_streamOfAnotherCharset_speaksUtf8() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream ascii = new PrintStream(bytes, true, US_ASCII);

    assertThat(Main.execute(ascii, ascii, Map.of(), "run", "--help")).isZero();

    assertThat(bytes.toString(UTF_8)).contains("TPLUS1_…");
  }

  /** Also of a command that reads no settings: the logger would take it for DEBUG. */
  @ParameterizedTest
  @ValueSource(strings = {"completion bash", "import none.h5", "demo --for 1s"})
  void execute_levelOfTheLoggerThatIsNone_oneSentenceAndEnds1(String line) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(said, true, UTF_8);

    int code = Main.execute(print, print, Map.of("TPLUS1_LOG_LEVEL", "warning "), line.split(" "));

    assertThat(code).isEqualTo(1);
    assertThat(said.toString(UTF_8))
        .startsWith("tplus1: The environment's variable TPLUS1_LOG_LEVEL is 'warning ', expected ")
        .hasLineCount(1);
  }

  /** Programs read what it finds, whatever that is. */
  @Test
  void execute_doctorWhereTheLevelOfTheLoggerIsNone_isItsOneFinding() throws IOException {
    ByteArrayOutputStream found = new ByteArrayOutputStream();
    ByteArrayOutputStream said = new ByteArrayOutputStream();

    int code =
        Main.execute(
            new PrintStream(found, true, UTF_8),
            new PrintStream(said, true, UTF_8),
            Map.of("TPLUS1_LOG_LEVEL", "warning"),
            "doctor",
            "--json",
            "--config",
            config().toString());

    assertThat(code).isEqualTo(4);
    JsonNode report = new ObjectMapper().readTree(found.toString(UTF_8));
    assertThat(report.get("ok").asBoolean()).isFalse();
    assertThat(report.get("findings").findValuesAsText("check")).containsExactly("settings");
    assertThat(report.get("findings").get(0).get("found").asText())
        .startsWith("The environment's variable TPLUS1_LOG_LEVEL is 'warning', expected ");
    assertThat(said.toString(UTF_8)).isEmpty();
  }

  @Test
  void execute_helpWhereTheLevelOfTheLoggerIsNone_isGiven() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(said, true, UTF_8);

    assertThat(Main.execute(print, print, Map.of("TPLUS1_LOG_LEVEL", "warning"), "run", "--help"))
        .isZero();
    assertThat(said.toString(UTF_8)).contains("--config");
  }

  private Path config() throws IOException {
    return Files.writeString(
        directory.resolve("test.properties"),
        """
        features=a,b
        window.steps=4
        bootstrap.servers=localhost:1
        http.port=0
        state.dir=%s
        """
            .formatted(directory.resolve("state")));
  }

  private void assertOneSentence(String begin, String... arguments) {
    assertThat(execute(arguments)).as(err.toString()).isEqualTo(1);

    assertThat(err.toString()).startsWith("tplus1: " + begin).hasLineCount(1);
    assertThat(out.toString()).isEmpty();
  }

  private int execute(String... arguments) {
    CommandLine commands = Main.commandLine();
    return commands
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
