package io.tplus1;

import io.tplus1.feature.Feature;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Artifacts in files. */
final class Models {
  private Models() {}

  /**
   * Reads the artifact that a setting names.
   *
   * @throws InvalidArtifactException if there is no such file, or it holds no artifact
   */
  static Optional<ModelArtifact> read(Optional<Path> file)
      throws InvalidArtifactException, IOException {
    if (file.isEmpty()) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file.get())) {
      throw new InvalidArtifactException(
          "model.file is %s, and there is no such file: make it with `tplus1 train`, or leave model.file out to start with persistence"
              .formatted(file.get().toAbsolutePath()));
    }
    return Optional.of(ModelArtifact.read(Files.readAllBytes(file.get())));
  }

  /** Writes an artifact, whole or not at all. */
  static void write(ModelArtifact artifact, Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path part = Files.createTempFile(folder, "model", ".part");
    Files.write(part, artifact.toBytes());
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The words of each category, by feature, in id order. */
  static Map<String, List<String>> vocabularies(ModelArtifact artifact) {
    Map<String, List<String>> words = new HashMap<>();
    for (Feature feature : artifact.manifest().schema().features()) {
      if (feature.isCategory()) {
        words.put(feature.name(), feature.vocabulary());
      }
    }
    return words;
  }
}
