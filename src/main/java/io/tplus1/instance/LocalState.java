package io.tplus1.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stores of one application on this disk, which are a copy of what the brokers hold, and
 * whether they were closed well.
 *
 * <p>What was not closed is of no use. Under exactly once, Kafka Streams throws it away, but only
 * after it has opened every store twice and joined the group: that took more than two of the
 * seconds that a killed instance needed to be back. Under at least once it goes on with it, from
 * the offset in the newest segment of a window store that reached the disk, though rows of older
 * segments may not have: a hole in the middle of windows. What cannot be read at all, it never
 * throws away, and does not start. So a file beside the stores says that they are open; whoever
 * finds it there begins without them.
 *
 * <p>Nor is what other settings laid out: segments of a window store on disk are half a retention
 * long, and with another one rows may be looked for where they are not. So another file says by
 * which settings the stores were made. Not thread-safe.
 */
final class LocalState {
  private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);

  private final Path stores;
  private final Path mark;
  private final Path madeBy;
  private final String settings;

  /**
   * Touches nothing yet.
   *
   * @param stateDir the application's {@code state.dir}
   * @param settings those that stores are laid out by, one line; stores of which none are known, as
   *     of an earlier release, count as made by these
   */
  LocalState(Path stateDir, String applicationId, String settings) {
    this.stores = stateDir.resolve(applicationId);
    this.mark = stateDir.resolve(applicationId + ".open");
    this.madeBy = stateDir.resolve(applicationId + ".layout");
    this.settings = settings;
  }

  /**
   * Says that the stores are open from now on; the caller holds the directory's {@link InstanceId}.
   */
  void open() {
    try {
      if (Files.exists(mark)) {
        LOG.info("The stores in {} were not closed: they are restored from the brokers", stores);
        delete();
      } else {
        Files.createDirectories(mark.getParent());
        Files.createFile(mark);
        String before = Files.exists(madeBy) ? Files.readString(madeBy).strip() : settings;
        if (!before.equals(settings)) {
          LOG.info(
              "The stores in {} were made by {}, now it is {}: they are restored from the brokers",
              stores,
              before,
              settings);
          delete();
        }
      }
      Files.writeString(madeBy, settings + "\n");
    } catch (IOException e) {
      throw unwritable(mark.getParent(), e);
    }
  }

  /** Says that the stores were closed, and can be gone on with. */
  void closed() {
    try {
      Files.deleteIfExists(mark);
    } catch (IOException e) {
      // Then the next start restores what it could have kept.
      LOG.warn("{} cannot be deleted: {}", mark, e.toString());
    }
  }

  /** Deletes stores that cannot be read; nobody has them open. */
  void discard() {
    try {
      delete();
    } catch (IOException e) {
      throw unwritable(mark.getParent(), e);
    }
  }

  /** All but Kafka Streams' own files: by its process id the tasks stay where they were. */
  private void delete() throws IOException {
    for (Path folder : folders()) {
      delete(folder);
    }
  }

  private List<Path> folders() throws IOException {
    if (!Files.isDirectory(stores)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(stores)) {
      return children.filter(Files::isDirectory).toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(folder)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }

  /** What is wrong with a {@code state.dir} that could not be written to. */
  static UncheckedIOException unwritable(Path stateDir, IOException e) {
    return new UncheckedIOException(
        "state.dir %s must be a folder that can be written to".formatted(stateDir), e);
  }
}
