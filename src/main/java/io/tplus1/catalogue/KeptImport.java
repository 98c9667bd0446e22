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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found of a file of Keras or DL4J, on this disk: to hold a large network against DL4J
 * takes minutes, and each start would take them again, that after a crash too. Not thread-safe.
 *
 * <p>It lies in {@code state.dir} under a key of all that it was made of, so that another network,
 * scaling, setting, build or kernel is looked at anew. It may be deleted at any time, and whatever
 * keeps it from being read or written is no failure.
 */
final class KeptImport {
  private static final Logger LOG = LoggerFactory.getLogger(KeptImport.class);

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
      LOG.info("{} was held against DL4J before, as {} says", source, file);
      return Optional.of(artifact);
    } catch (IOException | InvalidArtifactException | IllegalArgumentException e) {
      LOG.info("What may be kept of {} cannot be read: {}", source, e.toString());
      return Optional.empty();
    }
  }

  /**
   * Keeps what was found of the file, in place of whatever was kept; not if it has changed since it
   * was looked for.
   */
  void keep(ModelArtifact artifact) {
    try {
      Path file = file();
      if (!looked.equals(Optional.of(file))) {
        return;
      }
      Files.createDirectories(folder);
      // Both roles may have one state.dir; whoever reads finds all of it.
      Path written = Files.createTempFile(folder, "new-", ".tmp");
      Files.write(written, artifact.toBytes());
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
      for (Path other : files()) {
        if (!other.equals(file)) {
          Files.deleteIfExists(other);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.info(
          "The next start holds {} against DL4J again, for what was found cannot be kept in {}: {}",
          source,
          folder,
          e.toString());
    }
  }

  private Path file() throws IOException {
    return folder.resolve(ImportedKey.of(source, fit) + ".zip");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
