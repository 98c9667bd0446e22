package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.fuzz.FuzzRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Arguments as nobody should give them, with files that hold anything: each line ends with one of
 * the listed exit codes, and what is wrong is the caller's, told without a stack trace. No line
 * gets as far as a broker.
 */
class CommandLineFuzzTest {
  private static final int TRIES = 2;

  /** A line takes milliseconds. */
  private static final int INPUTS = FuzzRun.INPUTS / 20;

  private static final Set<Integer> CODES = Set.of(0, 1, 2, 3, 4);
  private static final String[] COMMANDS = {
    "run",
    "train",
    "backtest",
    "import",
    "replay",
    "produce",
    "doctor",
    "models list",
    "models show abcd",
    "models promote abcd",
    "models rollback",
    "models pin",
    "models retrain",
    "topics verify",
    "topics create",
    "completion bash",
    "demo --speed 0"
  };
  private static final String[] MISSPELT = {"fly", "", "RUN", "models", "topics", "models fly"};
  private static final String[] OPTIONS = {
    "--role",
    "--timeout",
    "--json",
    "--data",
    "--until",
    "--rows",
    "--key",
    "--at",
    "--for",
    "--horizon",
    "--kernel",
    "--speed",
    "--no-rnn",
    "--no-linear",
    "--help",
    "--version",
    "--config",
    "--set",
    "--unknown",
    "-",
    "--",
    "---",
    "-h",
    "-V",
    "@missing",
    "--config=",
    "--set=",
    "--=x"
  };
  private static final String[] VALUES = {
    "",
    "0",
    "-1",
    "1",
    "1e999",
    "99999999999999999999",
    "NaN",
    "forecast",
    "all",
    "bash",
    "zsh",
    "abcd",
    "ABCD",
    "../../etc/passwd",
    "/",
    "/dev/null",
    "\u0000",
    "a\u0000b",
    "é",
    "\ud800",
    "\u202e",
    "%s%n%x",
    "${env:HOME}",
    "$(id)",
    "'; drop",
    "\"",
    "\\",
    "@",
    "@@x",
    "=",
    "==",
    "a=b=c",
    "5s",
    "-5s",
    "P1D",
    "PT-1S",
    "999999999999d",
    "1975-06-27T06:00:00Z",
    "+999999999-12-31T23:59:59Z",
    "x".repeat(10_000)
  };
  private static final String[] SETTINGS = {
    "features=a,b",
    "features=",
    "features=a,a",
    "features=\u0000",
    "window.steps=0",
    "window.steps=2147483648",
    "targets=z",
    "experts=last,last",
    "csv.key=k",
    "csv.time=t",
    "csv.time.format=epoch.ms",
    "csv.time.format=yyyy-'",
    "http.port=-1",
    "nothing",
    "=",
    "x=y",
    "bootstrap.servers=",
    "bootstrap.servers=:",
    "bootstrap.servers=no port",
    "application.id=a b/c",
    "application.id=",
    "state.dir=\u0000",
    "model.file=/dev/null",
    "model.file=/",
    "model.file=\u0000",
    "${file:/etc/passwd:x}=1",
    "ssl.truststore.location=\u0000",
    "train.cell=gru"
  };
  private static final String[] LINES = {
    "k,t,a,b",
    "t,a",
    "a,b",
    "a,b,a",
    ",,",
    "x,1,2,3",
    "x,1,2",
    "x,1,NaN,1e999",
    "x,99999999999999999999,1,2",
    "\"x,1,2,3",
    "\"x\"\"\",1,2,3",
    "x;1;2;3",
    "1,2",
    "1,Infinity",
    "NA,NA",
    "\u0000",
    "\ufeffa,b",
    "features=a,b",
    "features=a,b\\",
    "window.steps=\\u00",
    "window.steps = 2",
    "window.steps:3",
    "# comment",
    "=",
    "\\",
    "history.minimum=1",
    "vocabulary.a=x,y",
    "categories=a"
  };

  private static Path directory;

  @BeforeContainer
  static void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("command-line");
  }

  @AfterContainer
  static void deleteDirectory() throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private static String pick(Random random, String[] from) {
    return from[random.nextInt(from.length)];
  }

  /** A file whose lines may be settings, or rows, or neither. */
  private static String file(Random random, String name) {
    Path file = directory.resolve(name);
    try {
      switch (random.nextInt(6)) {
        case 0 -> {
          return directory.resolve("missing").toString();
        }
        case 1 -> {
          byte[] noise = new byte[random.nextInt(200)];
          random.nextBytes(noise);
          Files.write(file, noise);
        }
        case 2 -> Files.write(file, "features=a,b\nwindow.steps=2\n".getBytes(UTF_8));
        default -> {
          List<String> lines = new ArrayList<>();
          for (int i = random.nextInt(8); i > 0; i--) {
            lines.add(pick(random, LINES));
          }
          Files.write(file, lines);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toString();
  }

  private static List<String> line(Random random) {
    String command = pick(random, random.nextInt(20) == 0 ? MISSPELT : COMMANDS);
    List<String> line = new ArrayList<>(List.of(command.split(" ", -1)));
    if (random.nextInt(20) > 0 && !command.startsWith("completion")) {
      line.addAll(List.of("--config", file(random, "settings.properties")));
    }
    switch (command) {
      case "train" -> line.addAll(List.of("--data", file(random, "rows.csv")));
      case "backtest", "import" -> line.add(file(random, "rows.csv"));
      case "replay" -> line.addAll(List.of("--key", pick(random, VALUES), "--at", "1"));
      default -> {}
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      switch (random.nextInt(8)) {
        case 0, 1, 2, 3, 4 -> line.addAll(List.of("--set", pick(random, SETTINGS)));
        case 5 -> line.add(pick(random, OPTIONS));
        case 6 -> line.add(pick(random, VALUES));
        default -> line.addAll(List.of(pick(random, OPTIONS), pick(random, VALUES)));
      }
    }
    if (random.nextInt(20) == 0) {
      line.add(random.nextInt(line.size()), file(random, "rows.csv"));
    }
    return line;
  }

  /** The exit code. */
  private static int assertComplains(List<String> line) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(line.toArray(new String[0]));
    assertThat(CODES).as("%s", line).contains(code);
    assertThat(err.toString())
        .as("%s", line)
        .doesNotContain("unexpected failure")
        .doesNotContain("\tat ");
    if (code != 0) {
      assertThat(out + "" + err).as("%s", line).isNotBlank();
    }
    return code;
  }

  @Property(
      tries = TRIES,
      seed = "20261125",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void execute_anyLine_endsWithACodeAndNoStackTrace(@ForAll long seed) {
    int[] codes = new int[5];
    FuzzRun.over(
        seed, INPUTS / TRIES, CommandLineFuzzTest::line, line -> codes[assertComplains(line)]++);
    // Were all of them wrong usage, nothing behind the parser would have been reached.
    assertThat(codes[1]).as("%s", Arrays.toString(codes)).isGreaterThan(INPUTS / TRIES / 4);
  }
}
