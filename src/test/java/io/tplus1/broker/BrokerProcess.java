package io.tplus1.broker;

import io.tplus1.Folders;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link EmbeddedBroker} in a JVM of its own, on this JVM's class path, so that it can be
 * killed.
 *
 * <p>The child logs into {@code broker.log} in its data directory and ends when this JVM does,
 * however that dies. Safe for use by several threads.
 */
public final class BrokerProcess implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BrokerProcess.class);
  private static final Duration LONGEST_START = Duration.ofSeconds(90);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(20);
  private static final int LOG_LINES_SHOWN = 20;

  private final Path dataDirectory;
  private final Map<String, String> overrides;
  private Process process;
  private CompletableFuture<String> ready;
  private String bootstrapServers;

  private BrokerProcess(Path dataDirectory, Map<String, String> overrides) {
    this.dataDirectory = dataDirectory.toAbsolutePath().normalize();
    this.overrides = new TreeMap<>(overrides);
  }

  /** Starts a broker as {@link #start(Path, Map)} does, with the defaults. */
  public static BrokerProcess start(Path dataDirectory) {
    return start(dataDirectory, Map.of());
  }

  /**
   * Starts a broker in a new JVM and waits until it serves.
   *
   * @param dataDirectory as in {@link EmbeddedBroker#start(Path, Map)}, and the child's temporary
   *     directory lies in it
   * @param overrides as in {@link EmbeddedBroker#start(Path, Map)}
   * @throws KafkaException when the broker does not start; the message has the end of its log
   */
  public static BrokerProcess start(Path dataDirectory, Map<String, String> overrides) {
    BrokerSettings.check(overrides);
    BrokerProcess broker = new BrokerProcess(dataDirectory, overrides);
    broker.launch();
    broker.awaitReady();
    return broker;
  }

  /** Where clients connect, as {@code host:port}. */
  public synchronized String bootstrapServers() {
    return bootstrapServers;
  }

  /** Whether the broker's JVM runs. */
  public synchronized boolean isAlive() {
    return process.isAlive();
  }

  /** Kills the JVM on the spot (SIGKILL) and waits until it is gone. */
  public synchronized void kill() {
    process.destroyForcibly();
    awaitExit(LONGEST_STOP);
    log.info("Killed the broker on {}", bootstrapServers);
  }

  /** SIGSTOP: it lives, takes connections, and answers nobody; only {@link #kill} ends it soon. */
  public synchronized void pause() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).inheritIO().start().waitFor();
  }

  /** Stops the broker cleanly, and by force if it takes too long. Closing again does nothing. */
  @Override
  public synchronized void close() {
    try {
      process.getOutputStream().close(); // At which it stops.
    } catch (IOException gone) {
      log.debug("The broker on {} is gone already", bootstrapServers);
    }
    if (!awaitExit(LONGEST_STOP)) {
      log.warn("The broker on {} did not stop in {}: killing it", bootstrapServers, LONGEST_STOP);
      process.destroyForcibly();
      awaitExit(LONGEST_STOP);
    }
  }

  private synchronized void launch() {
    Path temporary = dataDirectory.resolve("tmp");
    Path logFile = dataDirectory.resolve("broker.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx384m");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-Dlogback.configurationFile=io/tplus1/broker/process-logback.xml");
    command.add("-cp");
    command.add(absoluteClassPath());
    command.add(BrokerMain.class.getName());
    command.add(dataDirectory.toString());
    overrides.forEach((name, value) -> command.add(name + "=" + value));
    try {
      // A killed JVM leaves its unpacked native libraries behind.
      if (Files.exists(temporary)) {
        Folders.delete(temporary);
      }
      Files.createDirectories(temporary);
      process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("Broker in " + dataDirectory + ": " + e.getMessage(), e);
    }
    Process child = process;
    ready =
        CompletableFuture.supplyAsync(
            () -> readReadyLine(child),
            reading -> {
              Thread thread = new Thread(reading, "broker-ready");
              thread.setDaemon(true);
              thread.start();
            });
  }

  /** Waits for the line that says where the broker serves; on failure the child is dead. */
  private synchronized void awaitReady() {
    String failure;
    try {
      bootstrapServers = ready.get(LONGEST_START.toMillis(), TimeUnit.MILLISECONDS);
      if (bootstrapServers != null) {
        return;
      }
      failure = "ended before it served";
    } catch (TimeoutException e) {
      failure = "does not serve after " + LONGEST_START;
    } catch (ExecutionException e) {
      failure = e.getCause().toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = "was interrupted";
    }
    process.destroyForcibly();
    awaitExit(LONGEST_STOP);
    throw new KafkaException(
        "The broker process in %s %s. The end of its log:%n%s"
            .formatted(dataDirectory, failure, endOfLog()));
  }

  /** Returns the broker's address, or null when the process ends without one. */
  private static String readReadyLine(Process child) {
    try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(BrokerMain.READY)) {
          return line.substring(BrokerMain.READY.length());
        }
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean awaitExit(Duration longest) {
    try {
      return process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private String endOfLog() {
    try {
      List<String> lines =
          Files.readAllLines(dataDirectory.resolve("broker.log"), StandardCharsets.UTF_8);
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    } catch (IOException e) {
      return "(none: " + e.getMessage() + ")";
    }
  }

  private static String absoluteClassPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }
}
