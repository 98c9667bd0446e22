package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line in a JVM of its own, on this JVM's class path, to be stopped or killed. */
public final class MainProcess implements AutoCloseable {

  /**
   * What a command begins with so that it hears SIGINT, which the background jobs of a script
   * ignore, and with them what they start; empty where {@code env} cannot do that.
   */
  private static final List<String> HEARING = hearing();

  private final Process process;
  private final Path out;
  private final Path err;

  private MainProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a command.
   *
   * @param directory where its output and its temporary files go; a killed JVM leaves native
   *     libraries there
   */
  static MainProcess start(Path directory, String... arguments) {
    try {
      return start(directory, Files.createTempFile(directory, "out", ".txt"), arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same.
   *
   * @param out where its standard output goes
   */
  static MainProcess start(Path directory, Path out, String... arguments) {
    return start(
        directory, out, System.getProperty("java.class.path"), Main.class, List.of(arguments));
  }

  /**
   * Starts another program.
   *
   * @param classPath where it finds its classes
   */
  public static MainProcess start(
      Path directory, String classPath, Class<?> program, String... arguments) {
    try {
      Path out = Files.createTempFile(directory, "out", ".txt");
      return start(directory, out, classPath, program, List.of(arguments));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MainProcess start(
      Path directory, Path out, String classPath, Class<?> program, List<String> arguments) {
    try {
      Path temporary = Files.createDirectories(directory.resolve("tmp"));
      Path err = Files.createTempFile(directory, "err", ".txt");
      List<String> command = new ArrayList<>(HEARING);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Xmx512m");
      command.add("-XX:+ExitOnOutOfMemoryError");
      command.add("-Djava.io.tmpdir=" + temporary);
      command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
      // As a user runs it, not as tests log.
      command.add("-Dlogback.configurationFile=logback.xml");
      command.add("-cp");
      command.add(classPath);
      command.add(program.getName());
      command.addAll(arguments);
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      return new MainProcess(process, out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> hearing() {
    List<String> hearing = List.of("env", "--default-signal=INT");
    List<String> trial = new ArrayList<>(hearing);
    trial.add("true");
    try {
      return new ProcessBuilder(trial).start().waitFor() == 0 ? hearing : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** The whole lines of standard output so far. */
  public List<String> out() {
    String text = read(out);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  /** Standard error so far. */
  public String err() {
    return read(err);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for the end and returns the exit code. */
  public int exitCode() throws InterruptedException {
    return exitCode(Waits.LONG);
  }

  /** The same, of one that promises to end within a time. */
  int exitCode(Duration longest) throws InterruptedException {
    if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + longest + ":\n" + err());
    }
    return process.exitValue();
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    exitCode();
  }

  /** SIGTERM; does not wait. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** SIGINT, as Ctrl-C sends it; does not wait. */
  void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).inheritIO().start().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
