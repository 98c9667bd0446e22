package io.tplus1.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker in this process: one KRaft node, broker and controller in one, on loopback.
 *
 * <p>Everything it keeps lies in its data directory: the logs, its cluster id and its ports, so
 * that a restart on the same directory has the same topics, records and address. The first start
 * formats the directory; starting takes a second or two and returns when clients can be served.
 *
 * <p>Safe for use by several threads. A fatal error of the broker (such as a disk that fails) ends
 * the whole process, as in any Kafka broker.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

  private final BrokerIdentity identity;
  private final FileChannel lock;
  private final KafkaRaftServer server;
  private boolean closed;

  private EmbeddedBroker(BrokerIdentity identity, FileChannel lock, KafkaRaftServer server) {
    this.identity = identity;
    this.lock = lock;
    this.server = server;
  }

  /** Starts a broker as {@link #start(Path, Map)} does, with the defaults. */
  public static EmbeddedBroker start(Path dataDirectory) {
    return start(dataDirectory, Map.of());
  }

  /**
   * Starts a broker and waits until it serves.
   *
   * @param dataDirectory created when absent; one running broker has it to itself
   * @param overrides server properties under Kafka's own names, stronger than the defaults here
   * @throws IllegalArgumentException when an override touches what the broker decides itself: its
   *     roles, id, listeners and directories; or when the directory's path has a comma
   * @throws IllegalStateException when a running broker has the directory
   * @throws KafkaException when the broker does not start
   */
  public static EmbeddedBroker start(Path dataDirectory, Map<String, String> overrides) {
    BrokerSettings.check(overrides);
    Path directory = dataDirectory.toAbsolutePath().normalize();
    BrokerSettings.requireNameable(directory);
    FileChannel lock = null;
    try {
      Files.createDirectories(directory);
      lock = lock(directory);
      EmbeddedBroker broker = start(directory, overrides, lock);
      LOG.info("Broker on {} with its data in {}", broker.bootstrapServers(), directory);
      return broker;
    } catch (IOException e) {
      release(lock);
      throw new UncheckedIOException("Broker in " + directory + ": " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      release(lock);
      throw e;
    }
  }

  private static EmbeddedBroker start(
      Path directory, Map<String, String> overrides, FileChannel lock) throws IOException {
    BrokerIdentity stored = BrokerIdentity.load(directory).orElse(null);
    BrokerIdentity identity = stored == null ? BrokerIdentity.alone() : stored.onFreePorts();
    if (!identity.equals(stored)) {
      if (stored != null) {
        LOG.info(
            "A port of {} is taken: the broker moves from {} to {}",
            directory,
            stored.bootstrapServers(),
            identity.bootstrapServers());
      }
      identity.store(directory);
    }
    Path logs = directory.resolve("logs");
    Properties properties = BrokerSettings.of(identity, logs, overrides);
    KafkaConfig config = KafkaConfig.fromProps(properties, false);
    format(identity, logs);
    KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
    try {
      server.startup();
    } catch (RuntimeException | Error e) {
      stop(server);
      throw new KafkaException(
          "The broker on %s with its data in %s did not start: %s"
              .formatted(identity.bootstrapServers(), directory, e.getMessage()),
          e);
    }
    return new EmbeddedBroker(identity, lock, server);
  }

  /** Where clients connect, as {@code host:port}. */
  public String bootstrapServers() {
    return identity.bootstrapServers();
  }

  /** Stops the broker cleanly and frees its directory. Closing again does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      stop(server);
    } finally {
      release(lock);
    }
  }

  private static void stop(KafkaRaftServer server) {
    server.shutdown();
    server.awaitShutdown();
  }

  /** Writes the directory's metadata when it has none yet; what is formatted stays as it is. */
  private static void format(BrokerIdentity identity, Path logs) throws IOException {
    Formatter formatter =
        new Formatter()
            .setPrintStream(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
            .setNodeId(identity.nodeId())
            .setClusterId(identity.clusterId())
            .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
            .setDirectories(List.of(logs.toString()))
            .setMetadataLogDirectory(logs.toString())
            .setIgnoreFormatted(true);
    try {
      formatter.run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new KafkaException("Formatting " + logs + " failed: " + e.getMessage(), e);
    }
  }

  /*
   * Kafka locks its log directory too, but only after this class would have moved the running
   * broker's ports, which are taken of course.
   */
  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("broker.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      LOG.debug("{} is locked by this process", directory);
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new IllegalStateException(
          "%s belongs to a running broker (broker.lock is held): stop it, or use another folder"
              .formatted(directory));
    }
    return channel;
  }

  private static void release(FileChannel lock) {
    if (lock == null) {
      return;
    }
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
