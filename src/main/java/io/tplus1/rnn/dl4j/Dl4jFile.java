package io.tplus1.rnn.dl4j;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.deeplearning4j.util.ModelSerializer;

/** A file as DL4J's {@code ModelSerializer} writes it. */
public final class Dl4jFile {
  private Dl4jFile() {}

  /** Whether a file is one, or another thing of DL4J's, by what it holds; never an artifact. */
  public static boolean is(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.getEntry(ModelSerializer.CONFIGURATION_JSON) != null
          && zip.getEntry(ModelArtifact.MANIFEST) == null;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads the network, without running it.
   *
   * @param steps as in {@link Dl4jNetwork#restore(byte[], int, int, long)}
   * @param mostValues as there
   * @throws InvalidArtifactException if the file is broken or too large, holds something else than
   *     a MultiLayerNetwork alone, or names a class that is not known
   */
  public static Dl4jNetwork read(Path file, int steps, long mostValues)
      throws InvalidArtifactException {
    try {
      if (Files.size(file) > NetworkZip.MAX_BYTES) {
        throw new InvalidArtifactException(
            "a DL4J network has less than %d bytes, found %d"
                .formatted(NetworkZip.MAX_BYTES, Files.size(file)));
      }
      return Dl4jNetwork.restore(Files.readAllBytes(file), 0, steps, mostValues);
    } catch (IOException e) {
      throw new InvalidArtifactException("the file cannot be read: " + e, e);
    }
  }
}
