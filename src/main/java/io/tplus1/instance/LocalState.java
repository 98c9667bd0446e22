package io.tplus1.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stores of one application on this disk, which are a copy of what the brokers hold, and
 * whether they were closed well.
 *
 * <p>What Kafka Streams keep and was not closed is of no use. Under exactly once they throw it
 * away, but only after they have opened every store twice and joined the group: that took more than
 * two of the seconds that a killed instance needed to be back. Under at least once they go on with
 * it; and what cannot be read at all, they never throw away, and do not start. So a file beside the
 * stores says that they are open; whoever finds it there begins without them, but for what is whole
 * whatever ended the process.
 *
 * <p>Nor is what other settings laid out: rows of a window store on disk are forgotten half a
 * retention at a time, and with another one they may be looked for where they are not. So another
 * file says by which settings the stores were made. Owned by one thread, but for {@link #sweep}.
 */
final class LocalState {
  /** Longer than the folder of a task that is here may be away. */
  private static final Duration UNTOUCHED = Duration.ofHours(1);

  /** After the opening: tasks come back two at a time, every ten minutes. */
  private static final Duration COMING_BACK = Duration.ofDays(1);

  /** Until then, for some are started each day: longer than an instance is away to come back. */
  private static final Duration FORGOTTEN = Duration.ofDays(7);

  private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);

  private final Path stores;
  private final Path mark;
  private final Path madeBy;
  private final String settings;
  private final Optional<String> lasting;

  /** When the stores were opened. */
  private volatile Instant openedAt = Instant.MIN;

  /**
   * Touches nothing yet.
   *
   * @param stateDir the application's {@code state.dir}
   * @param settings those that stores are laid out by, one line
   * @param lasting the folder of what is whole whatever ended the process, if there is one
   */
  LocalState(Path stateDir, String applicationId, String settings, Optional<String> lasting) {
    this.stores = stateDir.resolve(applicationId);
    this.mark = mark(stateDir, applicationId);
    this.madeBy = stateDir.resolve(applicationId + ".layout");
    this.settings = settings;
    this.lasting = lasting;
  }

  /** The file that is there as long as stores are open, or were not closed. */
  static Path mark(Path stateDir, String applicationId) {
    return stateDir.resolve(applicationId + ".open");
  }

  /**
   * Says that the stores are open from now on; the caller holds the directory's {@link InstanceId}.
   *
   * @param now the wall clock
   */
  void open(Instant now) {
    openedAt = now;
    try {
      String before = madeBy();
      if (!before.equals(settings)) {
        LOG.info(
            "The stores in {} were made by {}, now it is {}: they are restored from the brokers",
            stores,
            before,
            settings);
        delete(Optional.empty());
      } else if (Files.exists(mark)) {
        LOG.info(
            "The stores in {} were not closed: they are restored from the brokers{}",
            stores,
            lasting.map(kept -> ", but for what %s holds".formatted(kept)).orElse(""));
        delete(lasting);
      }
      Files.createDirectories(mark.getParent());
      if (!Files.exists(mark)) {
        Files.createFile(mark);
      }
      StateFiles.note(madeBy, List.of(settings));
    } catch (IOException e) {
      throw unwritable(mark.getParent(), e);
    }
  }

  private String madeBy() throws IOException {
    List<String> noted = StateFiles.lines(madeBy);
    if (!noted.isEmpty()) {
      return noted.get(0);
    }
    boolean old = lasting.isPresent() && !folders().isEmpty();
    return old ? "an earlier release" : settings;
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
    deleteBut(Optional.empty());
  }

  /** Deletes stores that could not be written to their end; nobody has them open. */
  void discardUnfinished() {
    deleteBut(lasting);
  }

  private void deleteBut(Optional<String> kept) {
    try {
      delete(kept);
    } catch (IOException e) {
      throw unwritable(mark.getParent(), e);
    }
  }

  /**
   * All but Kafka Streams' own files: by its process id the tasks stay where they were.
   *
   * @param kept a folder that stays
   */
  private void delete(Optional<String> kept) throws IOException {
    for (Path folder : folders()) {
      if (!isNamed(folder, kept)) {
        StateFiles.delete(folder);
      }
    }
  }

  private static boolean isNamed(Path folder, Optional<String> name) {
    return name.isPresent() && folder.getFileName().toString().equals(name.get());
  }

  /**
   * Deletes what is kept of tasks that went elsewhere: those whose own folders Kafka Streams have
   * deleted since, and that nobody wrote to for so long. For a time after the opening that is
   * longer: what was here before may yet come back, and its own folders may have been deleted then.
   */
  void sweep(Instant now) {
    if (lasting.isEmpty()) {
      return;
    }
    boolean mayComeBack = openedAt.isAfter(now.minus(COMING_BACK));
    Instant before = now.minus(mayComeBack ? FORGOTTEN : UNTOUCHED);
    try {
      for (Path task : StateFiles.folders(stores.resolve(lasting.get()))) {
        if (!isHere(task) && newest(task).isBefore(before) && !isHere(task)) {
          LOG.info("{} is of a task that went elsewhere, and is deleted", task);
          StateFiles.delete(task);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("What is kept of tasks that went elsewhere cannot be deleted: {}", e.toString());
    }
  }

  private boolean isHere(Path task) {
    return Files.exists(stores.resolve(task.getFileName()));
  }

  private static Instant newest(Path folder) throws IOException {
    Instant newest = Instant.MIN;
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        Instant changed = Files.getLastModifiedTime(path).toInstant();
        newest = changed.isAfter(newest) ? changed : newest;
      }
    }
    return newest;
  }

  private List<Path> folders() throws IOException {
    return StateFiles.folders(stores);
  }

  /** What is wrong with a {@code state.dir} that could not be written to. */
  static UncheckedIOException unwritable(Path stateDir, IOException e) {
    return new UncheckedIOException(
        "state.dir %s must be a folder that can be written to".formatted(stateDir), e);
  }
}
