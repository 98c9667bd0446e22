package io.tplus1.doctor;

import io.tplus1.catalogue.ModelCatalogue;
import io.tplus1.catalogue.ModelConsole;
import io.tplus1.catalogue.ModelFile;
import io.tplus1.cluster.Reason;
import io.tplus1.config.Configuration;
import io.tplus1.config.Expert;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelPointer;
import io.tplus1.rnn.dl4j.Nd4jUnavailableException;
import io.tplus1.serde.ModelEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/** Whether the model of the file and the champion of the cluster fit the settings. */
final class ModelChecks {
  private static final String FILE = "model.file";
  private static final String CHAMPION = "champion";

  private final Configuration configuration;
  private final Optional<ModelArtifact> artifact;
  private final Optional<Exception> unread;

  /** Reads the file that the settings name. */
  ModelChecks(Configuration configuration) {
    this.configuration = configuration;
    Optional<ModelArtifact> read = Optional.empty();
    Optional<Exception> why = Optional.empty();
    try {
      read = ModelFile.read(configuration);
    } catch (InvalidArtifactException
        | IOException
        | IllegalArgumentException
        | KafkaException // of settings
        | Nd4jUnavailableException e) {
      why = Optional.of(e);
    }
    this.artifact = read;
    this.unread = why;
  }

  /**
   * The schema as whoever runs has it: with the words of the file. Where they are nowhere, which
   * {@link #file} tells, a stand-in serves to plan by.
   */
  FeatureSchema schema() {
    if (!configuration.needsVocabulary()) {
      return configuration.schema();
    }
    try {
      return learntSchema();
    } catch (KafkaException e) { // It lacks words.
      return configuration.unlearntSchema();
    }
  }

  /** What the file holds; empty without one, or where it cannot be read. */
  Optional<ModelArtifact> artifact() {
    return artifact;
  }

  /** The file that the settings name. */
  Finding file() {
    if (unread.isPresent()) {
      return unread(unread.get());
    }
    if (artifact.isEmpty()) {
      return configuration.needsVocabulary()
          ? Finding.failed(
              FILE,
              "no model.file, and the words of %s are nowhere"
                  .formatted(configuration.categoriesWithoutVocabulary()),
              "name a model.file, or set vocabulary.NAME for each category")
          : Finding.ok(FILE, "none: the last value is forecast until there is a champion");
    }
    try {
      return configuration
          .fit(learntSchema())
          .misfit(artifact.get().manifest())
          .map(
              why ->
                  Finding.failed(
                      FILE,
                      name() + ": " + why,
                      "train it anew with these settings (`tplus1 train`), or set them as it was"
                          + " trained"))
          .orElseGet(
              () ->
                  Finding.ok(
                      FILE,
                      "%s fits, model %s"
                          .formatted(name(), ModelArtifact.brief(artifact.get().hash()))));
    } catch (KafkaException e) { // It lacks words.
      return unread(e);
    }
  }

  private Finding unread(Exception why) {
    return why instanceof Nd4jUnavailableException
        ? Finding.failed(
            FILE,
            name() + ": " + why.getMessage(),
            "give the JVM such a folder, or import the file elsewhere (`tplus1 import`) and name the"
                + " .zip, which kernels serve without ND4J")
        : Finding.failed(
            FILE,
            Reason.of(why),
            "make it with `tplus1 train` or `tplus1 import`, or leave model.file out");
  }

  private String name() {
    return configuration.modelFile().map(Object::toString).orElse("");
  }

  /** The champion that {@code models} holds, where anybody asks it. */
  Finding champion(Duration timeout) {
    if (!configuration.experts().has(Expert.RNN) && !configuration.retrain().trains()) {
      return Finding.ok(CHAMPION, "none is asked: experts has no rnn");
    }
    try (ModelConsole console = new ModelConsole(configuration, timeout)) {
      ModelCatalogue catalogue = console.read();
      Optional<ModelPointer> pointer = catalogue.pointer();
      if (pointer.isEmpty()) {
        return lost(catalogue)
            .orElseGet(() -> Finding.ok(CHAMPION, "none yet of the name " + catalogue.modelName()));
      }
      String hash = pointer.get().champion();
      String brief = ModelArtifact.brief(hash);
      Optional<ModelCatalogue.Entry> entry =
          catalogue.models().stream().filter(model -> model.hash().equals(hash)).findFirst();
      if (entry.isEmpty()) {
        return catalogue
            .unreadable(hash)
            .map(ModelChecks::unreadable)
            .orElseGet(
                () ->
                    Finding.failed(
                        CHAMPION,
                        brief
                            + " is pointed to, and its artifact is not in models: whatever served goes on",
                        writtenAgain(brief) + "; `tplus1 models list` shows what is there"));
      }
      if (unread.isPresent() && configuration.needsVocabulary()) {
        return Finding.skipped(CHAMPION, Reason.of(unread.get()));
      }
      return configuration
          .fit(learntSchema())
          .misfit(entry.get().manifest())
          .map(why -> outgrown(pointer.get(), why))
          .orElseGet(() -> Finding.ok(CHAMPION, brief + " fits"));
    } catch (KafkaException | IllegalArgumentException e) {
      return Finding.skipped(CHAMPION, Reason.of(e));
    }
  }

  /** It fits other settings than these: what serves in its place, and what takes it. */
  private Finding outgrown(ModelPointer pointer, String why) {
    String brief = ModelArtifact.brief(pointer.champion());
    String misfit = brief + ": " + why;
    String back = "set the settings as it was trained";
    boolean fileFits = artifact.isPresent() && file().level() == Finding.Level.OK;
    if (pointer.pinned() && fileFits) {
      return Finding.warning(
          CHAMPION,
          misfit
              + "; model.file serves, but as the champion is pinned, nothing becomes the champion in its place",
          "`tplus1 models unpin` lets others");
    }
    if (pointer.pinned()) {
      return Finding.failed(
          CHAMPION,
          misfit + "; it is pinned, so that nothing takes its place",
          "`tplus1 models unpin` lets others, or " + back);
    }
    if (fileFits) {
      return Finding.ok(
          CHAMPION,
          brief
              + " does not fit; model.file does, so that it serves"
              + (configuration.learns() ? ", and a retrain role makes it the champion" : ""));
    }
    if (configuration.modelFile().isEmpty() && configuration.retrain().trains()) {
      return Finding.warning(
          CHAMPION,
          misfit + "; forecasts are NO_MODEL until the gate promotes one that learnt with these",
          "train one with these settings (`tplus1 train`) for model.file, which serves at once; or "
              + back);
    }
    return Finding.failed(CHAMPION, misfit, back + ", or another model.name to begin anew");
  }

  /** It lies in {@code models}: to have it written again mends what is broken, not what is new. */
  private static Finding unreadable(ModelCatalogue.Unreadable champion) {
    String brief = ModelArtifact.brief(champion.hash());
    return Finding.failed(
        CHAMPION,
        "%s is pointed to, and cannot be read here, so whatever served goes on: %s"
            .formatted(brief, champion.why()),
        champion.isNewer()
            ? "start the version here that wrote it, or one after it"
            : writtenAgain(brief));
  }

  private static String writtenAgain(String brief) {
    return "`tplus1 models promote %s` has the retrain role write it again".formatted(brief);
  }

  /** What is to be said where the newest event names a champion and {@code models} does not. */
  private static Optional<Finding> lost(ModelCatalogue catalogue) {
    return catalogue.events().stream()
        .map(ModelEvent::champion)
        .reduce((older, newer) -> newer)
        .flatMap(champion -> champion)
        .map(ModelArtifact::brief)
        .map(
            brief ->
                Finding.warning(
                    CHAMPION,
                    "events name %s, and models holds none of the name %s: an instance that starts has no model"
                        .formatted(brief, catalogue.modelName()),
                    writtenAgain(brief)));
  }

  private FeatureSchema learntSchema() {
    return configuration.schema(artifact.map(ModelFile::vocabularies).orElse(Map.of()));
  }
}
