package io.tplus1.rnn.keras;

import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * What people give for a file of HDF5: a pipe or a device would block or never end, and a zip
 * deserves a better answer than that its first bytes are others.
 */
final class NotHdf5 {
  /** Names of a zip's entries in a refusal. */
  private static final int MOST_NAMES = 5;

  /** Of what Keras says of itself in a zip, some 80 bytes. */
  private static final int MOST_METADATA_BYTES = 4096;

  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private NotHdf5() {}

  /**
   * Refuses what lies at a path where no file is, or a zip; of another file the reader of HDF5
   * tells.
   *
   * @throws KerasImportException saying what it is, and what to do
   */
  static void refuse(Path file) throws IOException, KerasImportException {
    if (Files.isDirectory(file)) {
      throw new KerasImportException(
          "it is a directory, perhaps a SavedModel; one HDF5 file is supported, so save the model"
              + " with model.save('model.h5')");
    }
    if (!Files.isRegularFile(file)) {
      throw new KerasImportException(
          "there is no such file; give the path of an .h5 file of Keras, or of a .zip of DL4J");
    }
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(ZIP.length);
    }
    if (Arrays.equals(head, ZIP)) {
      throw new KerasImportException(zip(file));
    }
  }

  /** What a zip archive is, by what it holds. */
  private static String zip(Path file) throws IOException, KerasImportException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.getEntry(ModelArtifact.MANIFEST) != null) {
        return "it is an artifact of tplus1, which needs no import; name it in model.file";
      }
      if (zip.getEntry("config.json") == null) {
        return "it is a zip archive of %s; supported are networks as DL4J's ModelSerializer saves them (configuration.json, coefficients.bin), and HDF5 of Keras"
            .formatted(
                zip.stream().limit(MOST_NAMES).map(entry -> Shown.quote(entry.getName())).toList());
      }
      String version = zipVersion(zip);
      if (KerasModel.major(version) == 2) {
        return "it is a zip archive, and Keras %s wrote it; only HDF5 is supported, so load it there, or in tf_keras, and save it with model.save('model.h5')"
            .formatted(Shown.quote(version));
      }
    } catch (ZipException e) {
      return "it begins as a zip archive and breaks off (%s): copy it again"
          .formatted(Shown.quote(String.valueOf(e.getMessage())));
    }
    return "it is a zip archive, as Keras 3 writes .keras files; only HDF5 is supported, so load it"
        + " there and save a Sequential with model.save('model.h5'), and of any other "
        + Refusal.REBUILD;
  }

  /** The Keras that wrote a zip; empty where it does not say. */
  private static String zipVersion(ZipFile zip) throws IOException, KerasImportException {
    ZipEntry metadata = zip.getEntry("metadata.json");
    if (metadata == null) {
      return "";
    }
    try (InputStream in = zip.getInputStream(metadata)) {
      String text = new String(in.readNBytes(MOST_METADATA_BYTES), StandardCharsets.UTF_8);
      return KerasJson.parse("metadata.json", text).path("keras_version").asText("");
    }
  }
}
