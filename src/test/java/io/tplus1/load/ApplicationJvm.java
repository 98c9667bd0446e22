package io.tplus1.load;

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

/**
 * The application, {@code tplus1 run --role all}, in a JVM of its own with the launcher's options.
 *
 * <p>Its heap is of one size and touched before it starts, so that whatever its resident memory
 * grows by lies outside the heap.
 */
final class ApplicationJvm implements AutoCloseable {
  private static final Duration LONGEST_EXIT = Duration.ofSeconds(60);

  private final ChildJvm jvm;
  private final int heapMegabytes;
  private final int port;

  private ApplicationJvm(ChildJvm jvm, int heapMegabytes, int port) {
    this.jvm = jvm;
    this.heapMegabytes = heapMegabytes;
    this.port = port;
  }

  /**
   * Starts it.
   *
   * @param directory for its log, settings and temporary files
   * @param heapMegabytes its whole heap, in MiB
   * @param settings of the application; {@code http.port} must be one that is free
   */
  static ApplicationJvm start(Path directory, int heapMegabytes, Map<String, String> settings) {
    try {
      Path temporary = Files.createDirectories(directory.resolve("tmp"));
      Path log = directory.resolve("application.log");
      Path config = directory.resolve("application.properties");
      Files.write(
          config, settings.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Xms" + heapMegabytes + "m");
      command.add("-Xmx" + heapMegabytes + "m");
      command.add("-XX:+AlwaysPreTouch");
      command.add("-XX:NativeMemoryTracking=summary");
      command.addAll(LauncherOptions.list());
      command.add("-Djava.io.tmpdir=" + temporary);
      command.add("-Dlogback.configurationFile=logback.xml");
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(
          List.of("io.tplus1.Main", "run", "--config", config.toString(), "--role", "all"));
      int port = Integer.parseInt(settings.get("http.port"));
      return new ApplicationJvm(ChildJvm.start(command, Map.of(), log), heapMegabytes, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return jvm.pid();
  }

  int heapMegabytes() {
    return heapMegabytes;
  }

  /** Where it answers. */
  int port() {
    return port;
  }

  boolean isAlive() {
    return jvm.isAlive();
  }

  /** Fails with what it wrote if it has ended. */
  void assertAlive() {
    if (!isAlive()) {
      throw new AssertionError(
          "It ended with %d:%n%s".formatted(jvm.exitCode(LONGEST_EXIT), log()));
    }
  }

  /** Waits for the end, whoever brings it about; returns the exit code. */
  int exitCode(Duration longest) {
    return jvm.exitCode(longest);
  }

  /** SIGTERM; returns the exit code. */
  int terminate() {
    return jvm.terminate(LONGEST_EXIT);
  }

  /** What it wrote so far. */
  String log() {
    return jvm.log();
  }

  @Override
  public void close() {
    jvm.close();
  }
}
