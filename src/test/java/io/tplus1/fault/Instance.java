package io.tplus1.fault;

import io.tplus1.ChildJvm;
import io.tplus1.LauncherOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An instance of the application, {@code tplus1 run}, in a JVM of its own. */
final class Instance implements AutoCloseable {
  private static final String HEAP = "-Xmx256m";

  /** Exit code: 128 and the number of SIGTERM. */
  private static final int TERMINATED = 143;

  private static final Duration LONGEST_EXIT = Duration.ofSeconds(30);

  private final ChildJvm jvm;
  private volatile boolean asked;

  private Instance(ChildJvm jvm) {
    this.jvm = jvm;
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
      String home = System.getProperty("fault.home", "");
      command.addAll(launch(home, temporary, java));
      command.add("run");
      command.addAll(arguments);
      return new Instance(ChildJvm.start(command, environment(home, temporary, java), log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What comes before the command's name: the launcher of a distribution, or what it would do. */
  static List<String> launch(String home, Path temporary, List<String> java) {
    if (!home.isEmpty()) {
      return List.of(Path.of(home, "tplus1").toString());
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(LauncherOptions.list());
    command.add("-Dlogback.configurationFile=logback.xml");
    command.addAll(own(temporary, java));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.tplus1.Main"));
    return command;
  }

  /** What the launcher of a distribution is told. */
  static Map<String, String> environment(String home, Path temporary, List<String> java) {
    return home.isEmpty()
        ? Map.of()
        : Map.of("TPLUS1_JAVA_OPTS", String.join(" ", own(temporary, java)));
  }

  /**
   * Beside the launcher's, and over them: a small heap, and what whoever starts the faults says.
   */
  private static List<String> own(Path temporary, List<String> java) {
    List<String> options = new ArrayList<>();
    options.add(HEAP);
    options.add("-Djava.io.tmpdir=" + temporary);
    options.addAll(java);
    return options;
  }

  long pid() {
    return jvm.pid();
  }

  boolean isAlive() {
    return jvm.isAlive();
  }

  /** Whether it ended though nobody made it, or waited for that. */
  boolean died() {
    return !asked && !jvm.isAlive();
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() {
    asked = true;
    jvm.close();
  }

  /**
   * SIGTERM; returns when the process is gone.
   *
   * @param harmed whether it may end in another way than on any other day
   */
  void terminate(boolean harmed) {
    asked = true;
    int code = jvm.terminate(LONGEST_EXIT);
    if (code != TERMINATED && !harmed) {
      throw new AssertionError(
          "exit code %d after SIGTERM, expected %d:\n%s".formatted(code, TERMINATED, log()));
    }
  }

  /** Waits for the end. */
  int exitCode(Duration longest) {
    asked = true;
    return jvm.exitCode(longest);
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
    return jvm.log();
  }

  @Override
  public void close() {
    kill();
  }
}
