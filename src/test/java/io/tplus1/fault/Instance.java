package io.tplus1.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An instance of the application, {@code tplus1 run}, in a JVM of its own. */
final class Instance implements AutoCloseable {
  private static final String HEAP = "-Xmx256m";
  private static final Duration LONGEST_EXIT = Duration.ofSeconds(30);

  private final Process process;
  private final Path log;
  private volatile boolean asked;

  private Instance(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts one.
   *
   * @param directory where its output and its temporary files go; a killed JVM leaves native
   *     libraries there
   * @param name of its log file there
   * @param nice what it runs at; 0 as the tests do
   * @param java more options of its JVM
   * @param arguments of {@code tplus1 run}
   */
  static Instance start(
      Path directory, String name, int nice, List<String> java, List<String> arguments) {
    try {
      Path temporary = Files.createDirectories(directory.resolve("tmp"));
      Path log = directory.resolve(name + ".log");
      List<String> command = new ArrayList<>();
      if (nice > 0) {
        command.addAll(List.of("nice", "-n", Integer.toString(nice)));
      }
      command.addAll(launch(temporary, java));
      command.add("run");
      command.addAll(arguments);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().put("TPLUS1_JAVA_OPTS", HEAP + " -Djava.io.tmpdir=" + temporary);
      Process process = builder.start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return new Instance(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What comes before the command's name: the launcher of a distribution, or what it would do. */
  private static List<String> launch(Path temporary, List<String> java) {
    String home = System.getProperty("fault.home", "");
    if (!home.isEmpty()) {
      return List.of(Path.of(home, "tplus1").toString());
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(java);
    command.addAll(options());
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("io.tplus1.Main");
    return command;
  }

  /** As the launcher has them, with a small heap, and the log as a user sees it. */
  private static List<String> options() {
    List<String> options = new ArrayList<>();
    options.add(HEAP);
    options.add("-XX:+ExitOnOutOfMemoryError");
    options.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    options.add("--add-modules=jdk.incubator.vector");
    options.add(
        "-Dlogback.configurationFile=" + System.getProperty("fault.logback", "logback.xml"));
    options.add("-cp");
    options.add(System.getProperty("java.class.path"));
    return options;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it ended though nobody made it, or waited for that. */
  boolean died() {
    return !asked && !process.isAlive();
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() {
    asked = true;
    process.destroyForcibly();
    process.onExit().join();
  }

  /** SIGTERM; returns the exit code. */
  int terminate() {
    asked = true;
    process.destroy();
    return exitCode(LONGEST_EXIT);
  }

  /** Waits for the end. */
  int exitCode(Duration longest) {
    asked = true;
    try {
      if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + longest + ":\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** SIGSTOP: it lives, and does nothing. */
  void pause() {
    signal("STOP");
  }

  /** SIGCONT. */
  void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
              .inheritIO()
              .start()
              .waitFor();
      if (code != 0) {
        throw new AssertionError("kill -" + name + " of " + pid() + ": " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What it wrote so far, with earlier instances of the same name. */
  String log() {
    try {
      return Files.readString(log, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
