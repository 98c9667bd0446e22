package io.tplus1.tool;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program of the system that a test wants, such as a container tool or a browser.
 *
 * <p>Where it is absent the test skips with a message; with the system property {@code
 * tools.required=true}, as in CI, it fails instead.
 */
public final class SystemTool {
  /** Beside other work promtool takes minutes for days of rules. */
  private static final Duration LONGEST_RUN = Duration.ofMinutes(5);

  private final List<String> command;

  private SystemTool(List<String> command) {
    this.command = List.copyOf(command);
  }

  /**
   * What a run of a tool came to.
   *
   * @param output standard output and standard error together
   */
  public record Result(int exitCode, String output) {}

  /**
   * Finds a tool, or skips or fails the calling test.
   *
   * @param versionArgument what makes it print its version and exit with 0
   * @param candidates the commands that may be the tool, the best first, arguments separated by
   *     spaces
   */
  public static SystemTool require(String versionArgument, String... candidates) {
    return require(Boolean.getBoolean("tools.required"), versionArgument, candidates);
  }

  static SystemTool require(boolean required, String versionArgument, String... candidates) {
    for (String candidate : candidates) {
      SystemTool tool = new SystemTool(List.of(candidate.split(" ", -1)));
      try {
        if (tool.run(Path.of("."), versionArgument).exitCode() == 0) {
          return tool;
        }
      } catch (UncheckedIOException absent) {
        // The next candidate may be there.
      }
    }
    String message =
        "None of [%s] runs here; .ci/run installs it".formatted(String.join(", ", candidates));
    if (required) {
      throw new AssertionError(message);
    }
    return abort(message);
  }

  /**
   * Runs the tool to its end.
   *
   * @throws UncheckedIOException when there is no such program
   */
  public Result run(Path directory, String... arguments) {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of(arguments));
    try {
      // A file, not a pipe: a tool that hangs with its output open cannot block the reader.
      Path output = Files.createTempFile("tool", ".txt");
      try {
        Process process =
            new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(LONGEST_RUN.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("%s did not end in %s".formatted(line, LONGEST_RUN));
        }
        return new Result(
            process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
