package io.tplus1.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.kafka.common.config.ConfigException;

/**
 * The name of an instance, random and kept in its state directory: a restart is then the same
 * member of the group and goes on in seconds. Of one application, whoever holds it has the
 * directory to itself, until it closes this or its process ends: Kafka Streams keeps others away
 * from stores on disk alone, and two of one name would put each other out of the group.
 */
final class InstanceId implements AutoCloseable {
  private static final String FILE = "instance-id";
  private static final String LOCK = ".lock";

  private final String name;
  private final FileChannel lock;

  private InstanceId(String name, FileChannel lock) {
    this.name = name;
    this.lock = lock;
  }

  /**
   * Reads the name, or makes one.
   *
   * @param stateDirectory made if it is absent
   * @param applicationId of which there may be one instance in the directory
   * @throws ConfigException if there is another one
   */
  static InstanceId in(Path stateDirectory, String applicationId) {
    try {
      Files.createDirectories(stateDirectory);
      FileChannel lock = lock(stateDirectory, applicationId);
      try {
        return new InstanceId(name(stateDirectory.resolve(FILE)), lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw LocalState.unwritable(stateDirectory, e);
    }
  }

  private static FileChannel lock(Path stateDirectory, String applicationId) throws IOException {
    FileChannel file =
        FileChannel.open(
            stateDirectory.resolve(applicationId + LOCK),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // This very process has it.
    } finally {
      if (!locked) {
        file.close();
      }
    }
    if (!locked) {
      throw new ConfigException(
          "state.dir %s is that of another running instance of %s: give each a folder of its own, or stop the other one"
              .formatted(stateDirectory, applicationId));
    }
    return file;
  }

  private static String name(Path file) throws IOException {
    if (Files.exists(file)) {
      String name = Files.readString(file).strip();
      if (!name.isEmpty()) {
        return name;
      }
    }
    String name = UUID.randomUUID().toString();
    Files.writeString(file, name + "\n");
    return name;
  }

  /** The name, one line. */
  String name() {
    return name;
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
