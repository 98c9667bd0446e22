package io.tplus1.instance;

import io.tplus1.topic.Causes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.errors.ProcessorStateException;

/**
 * The disk under a state directory, and whether a failure is of what lies there, of no room, or of
 * what the host does not let the process have.
 */
final class StateDisk {
  /** Less than RocksDB's smallest file needs. */
  private static final long NO_ROOM_BYTES = 65_536;

  /** What Linux, macOS and Windows say, of disks and of quotas. */
  private static final List<String> WORDS =
      List.of(
          "No space left on device",
          "Disk quota exceeded",
          "File too large",
          "There is not enough space on the disk");

  /** What Linux and macOS say where a process has as many files open as it may. */
  private static final List<String> TOO_MANY = List.of("Too many open files");

  private StateDisk() {}

  /** What is wrong and what to do; empty if the failure is of another kind, such as damage. */
  static Optional<String> complaint(Throwable failure, Path stateDir) {
    if (says(failure, WORDS) || (isOfStores(failure) && isFull(stateDir))) {
      return Optional.of(
          "the disk of state.dir %s is full: make room there and start again; nothing is lost, stores are restored from the brokers"
              .formatted(stateDir.toAbsolutePath()));
    }
    if (isOfStores(failure) && says(failure, TOO_MANY)) {
      return Optional.of(
          "the stores in state.dir %s have more files than this process may open (`ulimit -n`): raise that and start again; nothing is lost"
              .formatted(stateDir.toAbsolutePath()));
    }
    return Optional.empty();
  }

  private static boolean says(Throwable failure, List<String> words) {
    return Causes.of(failure)
        .anyMatch(cause -> words.stream().anyMatch(String.valueOf(cause.getMessage())::contains));
  }

  /** Whether it is about what lies on this disk. */
  static boolean isOfStores(Throwable failure) {
    return Causes.of(failure).anyMatch(ProcessorStateException.class::isInstance);
  }

  /** Whether nothing more can be written there. */
  static boolean isFull(Path stateDir) {
    try {
      return Files.getFileStore(stateDir).getUsableSpace() < NO_ROOM_BYTES;
    } catch (IOException e) {
      return false;
    }
  }
}
