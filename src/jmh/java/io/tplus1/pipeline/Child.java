package io.tplus1.pipeline;

import io.tplus1.LauncherOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** One variant, running in a JVM of its own with a {@link Meter} in it. */
final class Child implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final Path report;

  private Child(Process process, Path log, Path report) {
    this.process = process;
    this.log = log;
    this.report = report;
  }

  /**
   * Starts a variant.
   *
   * @param name of the run, for files
   * @param meter settings of the meter without their prefix; empty for none
   * @param more what a rival needs more
   */
  static Child start(
      Path folder,
      String name,
      Variant variant,
      Path configuration,
      Map<String, String> meter,
      List<String> jvm,
      List<String> more)
      throws IOException {
    Path report = folder.resolve(name + ".report");
    Path log = folder.resolve(name + ".log");
    Files.deleteIfExists(report);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(LauncherOptions.list());
    command.add("-Dlogback.configurationFile=logback.xml");
    if (!meter.isEmpty()) {
      command.add("-Dmeter.report=" + report);
      meter.forEach((setting, value) -> command.add("-Dmeter." + setting + "=" + value));
    }
    jvm.stream().filter(option -> !option.isBlank()).forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    if (variant.isOurs()) {
      command.addAll(
          List.of("io.tplus1.MeasuredMain", "run", "--config", configuration.toString()));
      if (variant == Variant.TPLUS1_RETRAIN) {
        command.addAll(List.of("--role", "all"));
      }
    } else {
      command.addAll(List.of(Rivals.class.getName(), variant.name(), configuration.toString()));
      command.addAll(more);
    }
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    // Nobody is to measure beside one that a stopped benchmark left behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new Child(process, log, report);
  }

  /**
   * What the meter says, once it has measured.
   *
   * @param seconds that this may take
   */
  Map<String, Double> report(double seconds) throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (!Files.exists(report)) {
      if (System.nanoTime() - start > seconds * 1e9) {
        throw failure("it had not measured after %.0f s".formatted(seconds));
      }
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw failure("it ended before it was measured");
      }
    }
    Map<String, Double> values = new TreeMap<>();
    for (String line : Files.readAllLines(report)) {
      int equals = line.lastIndexOf('=');
      values.put(line.substring(0, equals), Double.parseDouble(line.substring(equals + 1)));
    }
    return values;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  IllegalStateException failure(String what) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return new IllegalStateException(
        what
            + ":\n"
            + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
  }

  /** Stops it as an operator does, by SIGTERM. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
