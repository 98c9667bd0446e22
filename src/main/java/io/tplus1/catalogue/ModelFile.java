package io.tplus1.catalogue;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.dl4j.Dl4jFile;
import io.tplus1.rnn.hdf5.Hdf5File;
import io.tplus1.rnn.imported.ImportedArtifacts;
import io.tplus1.rnn.imported.ImportedWords;
import io.tplus1.rnn.keras.KerasImportException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The model in the file that settings name, whoever wrote it. */
public final class ModelFile {
  private static final Logger LOG = LoggerFactory.getLogger(ModelFile.class);

  /** How a zip of some entries begins. What it holds stands at its end. */
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private static final String SAVED_MODEL = "saved_model.pb";

  private ModelFile() {}

  /**
   * Reads the model that the setting model.file names: an artifact, or a file of Keras or DL4J,
   * which is held against DL4J unless an instance has kept what it found.
   *
   * @throws InvalidArtifactException if there is no such file, or it holds no model that fits
   */
  public static Optional<ModelArtifact> read(Configuration configuration)
      throws InvalidArtifactException, IOException {
    return read(configuration, false);
  }

  /**
   * As {@link #read}, of an instance: what was found of a file of Keras or DL4J is kept in its
   * {@code state.dir}, so that the next start need not look for it.
   *
   * @throws InvalidArtifactException if there is no such file, or it holds no model that fits
   */
  public static Optional<ModelArtifact> readAndKeep(Configuration configuration)
      throws InvalidArtifactException, IOException {
    return read(configuration, true);
  }

  /**
   * The schema, with the words that settings lack out of the file, if it is an artifact: no other
   * holds any. Quick, whatever the file is.
   *
   * @throws InvalidArtifactException if it needs words and there is no such file, or it holds no
   *     model
   * @throws ConfigException if the words of a category are nowhere
   */
  public static FeatureSchema schema(Configuration configuration)
      throws InvalidArtifactException, IOException {
    return configuration.needsVocabulary()
        ? configuration.schema(read(configuration).map(ModelFile::vocabularies).orElse(Map.of()))
        : configuration.schema();
  }

  private static Optional<ModelArtifact> read(Configuration configuration, boolean keeps)
      throws InvalidArtifactException, IOException {
    Optional<Path> file = configuration.modelFile();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    if (file.get().endsWith(SAVED_MODEL) || Files.exists(file.get().resolve(SAVED_MODEL))) {
      throw new InvalidArtifactException(
          "model.file is %s, a SavedModel of TensorFlow: one HDF5 file is read, so load it in tf_keras or Keras 2, save it with model.save('model.h5'), and name that file"
              .formatted(file.get().toAbsolutePath()));
    }
    if (Files.isDirectory(file.get())) {
      throw new InvalidArtifactException(
          "model.file is %s, a folder: name the file in it".formatted(file.get().toAbsolutePath()));
    }
    if (!Files.isRegularFile(file.get())) {
      throw new InvalidArtifactException(
          "model.file is %s, and there is no such file: make it with `tplus1 train`, or leave model.file out to start with persistence"
              .formatted(file.get().toAbsolutePath()));
    }
    if (isForeign(file.get())) {
      try {
        return Optional.of(imported(configuration, file.get(), keeps));
      } catch (KerasImportException | InvalidArtifactException | IllegalArgumentException e) {
        throw new InvalidArtifactException(
            "%s: %s; without model.file the champion serves, where `tplus1 models list` shows one"
                .formatted(file.get(), e.getMessage()),
            e);
      }
    }
    try {
      // Whatever large file is named by mistake is not read.
      long size = Files.size(file.get());
      if (size > ModelArtifact.MAX_BYTES) {
        throw new InvalidArtifactException(
            "an artifact has at most %d bytes, found %d".formatted(ModelArtifact.MAX_BYTES, size));
      }
      return Optional.of(ModelArtifact.read(Files.readAllBytes(file.get())));
    } catch (InvalidArtifactException e) {
      throw new InvalidArtifactException(
          "%s: %s%s".formatted(file.get(), e.getMessage(), remedy(file.get())), e);
    }
  }

  private static ModelArtifact imported(Configuration configuration, Path file, boolean keeps)
      throws KerasImportException, InvalidArtifactException {
    ImportedArtifacts.Fit fit = fit(configuration);
    KeptImport kept = KeptImport.of(configuration, file, fit);
    Optional<ModelArtifact> before = kept.find();
    ModelArtifact artifact =
        before.isPresent()
            ? before.get()
            : ImportedArtifacts.read(file, Optional.of(fit), Optional.empty());
    LOG.info("{}: {}", file, ImportedWords.of(file, artifact, Optional.of(fit)));
    if (before.isEmpty() && keeps) {
      kept.keep(artifact);
    }
    return artifact;
  }

  /**
   * What to do about a file that is no sound artifact, for people: empty of one that is broken, but
   * whole.
   */
  private static String remedy(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.getEntry(ModelArtifact.MANIFEST) != null) {
        return "";
      }
    } catch (IOException e) {
      LOG.debug("{} is no zip", file, e);
      if (beginsAsZip(file)) {
        return "; it begins as a zip and breaks off: copy it again";
      }
    }
    return "; networks are read as Keras saves them (HDF5), or DL4J's ModelSerializer (a zip with configuration.json and coefficients.bin)";
  }

  private static boolean beginsAsZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(ZIP.length), ZIP);
    }
  }

  /**
   * What a configuration wants of a file of Keras or DL4J.
   *
   * @throws ConfigException if the words of a category are not set: the file holds none
   */
  public static ImportedArtifacts.Fit fit(Configuration configuration) {
    List<String> wordless = configuration.categoriesWithoutVocabulary();
    if (!wordless.isEmpty()) {
      throw new ConfigException(
          "Category '%s' has no words, and files of Keras or DL4J hold none: set vocabulary.%s=word,word,…, in the order of the ids that the network was trained with, from 1"
              .formatted(wordless.get(0), wordless.get(0)));
    }
    return new ImportedArtifacts.Fit(
        configuration.schema(),
        configuration.windows().steps(),
        configuration.windows().horizon(),
        configuration.windows().historyMinimum());
  }

  /**
   * Whether a file is one of Keras, by its name or by what it holds, or one of DL4J. An artifact is
   * none, whatever its name.
   */
  public static boolean isForeign(Path file) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    boolean named = name.endsWith(".h5") || name.endsWith(".hdf5") || name.endsWith(".keras");
    return named
        ? Files.isRegularFile(file) && !holdsManifest(file)
        : (Files.isRegularFile(file) && Hdf5File.isHdf5(file)) || Dl4jFile.is(file);
  }

  private static boolean holdsManifest(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.getEntry(ModelArtifact.MANIFEST) != null;
    } catch (IOException e) {
      LOG.debug("{} is no zip", file, e);
      return false;
    }
  }

  /** The words of each category, by feature, in id order. */
  public static Map<String, List<String>> vocabularies(ModelArtifact artifact) {
    return artifact.manifest().schema().vocabularies();
  }
}
