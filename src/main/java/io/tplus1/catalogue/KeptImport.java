package io.tplus1.catalogue;

import io.tplus1.config.Configuration;
import io.tplus1.config.StreamsProperties;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.imported.ImportedArtifacts;
import io.tplus1.rnn.imported.ImportedKey;
import io.tplus1.rnn.proof.Certificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found of a file of Keras or DL4J, on this disk: to hold a large network against DL4J
 * takes minutes, and each start would take them again, that after a crash too. Not thread-safe.
 *
 * <p>It lies in {@code state.dir} under a key of all that it was made of, so that another network,
 * scaling, setting, build or kernel is looked at anew. It may be deleted at any time, and whatever
 * keeps it from being read or written is no failure. A model is read before an instance holds its
 * {@code state.dir}, so what another one keeps there stays beside it.
 */
final class KeptImport {
  private static final Logger LOG = LoggerFactory.getLogger(KeptImport.class);

  /** Files that stay, those used last: another role's, or of an instance that runs meanwhile. */
  private static final int MOST = 4;

  private final Path folder;
  private final Path source;
  private final ImportedArtifacts.Fit fit;

  /** Where it would lie, as of {@link #find}. */
  private Optional<Path> looked = Optional.empty();

  private KeptImport(Path folder, Path source, ImportedArtifacts.Fit fit) {
    this.folder = folder;
    this.source = source;
    this.fit = fit;
  }

  /**
   * Of an application; touches nothing yet.
   *
   * @param source the file of Keras or DL4J
   */
  static KeptImport of(Configuration configuration, Path source, ImportedArtifacts.Fit fit) {
    return new KeptImport(
        StreamsProperties.stateDir(configuration)
            .resolve(configuration.forecastApplicationId() + ".model-file"),
        source,
        fit);
  }

  /** The artifact that is kept of the file as it is; empty if none is, or none that holds here. */
  Optional<ModelArtifact> find() {
    try {
      Path file = file();
      looked = Optional.of(file);
      if (!Files.isRegularFile(file) || Files.size(file) > ModelArtifact.MAX_BYTES) {
        return Optional.empty();
      }
      ModelArtifact artifact = ModelArtifact.read(Files.readAllBytes(file));
      if (Certificate.of(artifact).isEmpty()) {
        return Optional.empty();
      }
      use(file);
      LOG.info("{} was held against DL4J before, as {} says", source, file);
      return Optional.of(artifact);
    } catch (IOException | InvalidArtifactException | IllegalArgumentException e) {
      LOG.info("What may be kept of {} cannot be read: {}", source, e.toString());
      return Optional.empty();
    }
  }

  /**
   * Keeps what was found of the file; not if it has changed since it was looked for, nor if it was
   * held against nothing, as what DL4J alone runs.
   */
  void keep(ModelArtifact artifact) {
    try {
      Path file = file();
      if (!looked.equals(Optional.of(file)) || Certificate.of(artifact).isEmpty()) {
        return;
      }
      write(file, artifact.toBytes());
      clear();
    } catch (IOException | InvalidArtifactException e) {
      LOG.info(
          "The next start holds {} against DL4J again, for what was found cannot be kept in {}: {}",
          source,
          folder,
          e.toString());
    }
  }

  /** Writes a file, whole or not at all. */
  private void write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(folder);
    // Not a temporary file, which others may not read: whoever looks after it may be another user.
    Path part = folder.resolve("new-" + UUID.randomUUID() + ".tmp");
    try {
      Files.write(part, bytes, StandardOpenOption.CREATE_NEW);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part); // The stores need the room where there was too little for it.
    }
  }

  /** So that it stays while others come and go. */
  private static void use(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException e) {
      LOG.debug("{} is of another user, or cannot be written to", file, e);
    }
  }

  private void clear() {
    try {
      for (Path old : newestFirst().stream().skip(MOST).toList()) {
        Files.deleteIfExists(old); // Another instance may be at it, too.
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("What was kept before stays in {}", folder, e);
    }
  }

  private List<Path> newestFirst() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .sorted(Comparator.comparing(KeptImport::used).reversed())
          .toList();
    }
  }

  private static FileTime used(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file() throws IOException {
    return folder.resolve(ImportedKey.of(source, fit) + ".zip");
  }
}
