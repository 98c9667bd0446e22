package io.tplus1.rnn.imported;

import com.fasterxml.jackson.databind.node.TextNode;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.rnn.ForecastRows;
import io.tplus1.rnn.InputEncoder;
import io.tplus1.rnn.StoredNetworks;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Puts into words, for people, how a model that was imported is understood. */
public final class ImportedWords {
  /** Names of columns in one line, and words of a category. */
  private static final int MOST_NAMES = 12;

  private ImportedWords() {}

  /**
   * How the model of a file was understood, for people: nothing in the file proves the order of its
   * columns, or its scaling.
   *
   * @param artifact as {@link ImportedArtifacts#read} made it
   * @param fit as that got it
   */
  public static String of(Path file, ModelArtifact artifact, Optional<ImportedArtifacts.Fit> fit)
      throws InvalidArtifactException {
    StoredNetworks stored = StoredNetworks.read(artifact);
    // Empty where DL4J alone runs it, which knows no mask.
    Optional<Network> network = stored.networks().stream().findFirst();
    ModelManifest manifest = artifact.manifest();
    FeatureSchema schema = manifest.schema();
    int steps = manifest.steps();
    boolean open = network.map(plain -> plain.steps() == Shape.ANY_STEPS).orElse(true);
    boolean masked = network.filter(ImportedWords::isMasked).isPresent();
    List<String> parts = new ArrayList<>();
    parts.add(
        "N=%d%s, H=%d, inputs %s → targets %s"
            .formatted(
                steps,
                open && fit.isEmpty() ? " (the network leaves it open: give --config)" : "",
                manifest.horizon(),
                names(schema.inputs().stream().map(schema::feature).toList()),
                names(schema.targetFeatures())));
    order(manifest, output(manifest, stored)).ifPresent(parts::add);
    if (network.filter(plain -> BinaryClass.isSpread(schema, plain)).isPresent()) {
      parts.add(classes(schema.targetFeatures().get(0)));
    } else {
      parts.addAll(columns(manifest, stored));
    }
    if (network.map(InputEncoder::readsIds).orElseGet(() -> stored.dl4j().readsIds())) {
      parts.add(
          "a word's id is its place in the vocabulary, from 1, and that of every unknown word is 0"
              + (masked ? ", which is masked" : ""));
    }
    int fewest = fit.map(ImportedArtifacts.Fit::fewest).orElse(steps);
    if (!open && fewest < steps && !masked) {
      parts.add(
          "history.minimum=%d: shorter windows are forecast without their padding, whose zeros Keras would read, as this network has no mask"
              .formatted(fewest));
    }
    units(file, schema).ifPresent(parts::add);
    return String.join("; ", parts);
  }

  private static String names(List<Feature> features) {
    String names =
        features.stream().limit(MOST_NAMES).map(Feature::name).collect(Collectors.joining(","));
    return features.size() <= MOST_NAMES ? names : "%s,… (%d)".formatted(names, features.size());
  }

  private static boolean isMasked(Network network) {
    return network.layers().stream().anyMatch(Layer::masks);
  }

  /**
   * In which units the model of a file reads and forecasts, for people; empty where it knows
   * categories alone, which have none.
   */
  static Optional<String> units(Path file, FeatureSchema schema) {
    if (schema.features().stream().allMatch(Feature::isCategory)) {
      return Optional.empty();
    }
    Path scaling = ImportedScaling.file(file);
    // What lies beside m.h5 is m.scaling.json; whoever appended would get a model in raw units.
    Path appended = file.resolveSibling(file.getFileName() + ".scaling.json");
    String units =
        (Files.notExists(scaling)
                ? "the network reads and puts out raw units: if it was trained behind a scaler, put its figures into %s"
                : "scaled as %s says")
            .formatted(scaling);
    return Optional.of(
        Files.exists(appended) && !appended.equals(scaling)
            ? "%s; %s is not read, as it is not named %s"
                .formatted(units, appended, scaling.getFileName())
            : units);
  }

  /**
   * Which word each column of the categories among the targets is of: a network fits K words, and K
   * − 1 behind every unknown one, so a word left out of a vocabulary moves all behind it.
   */
  private static List<String> columns(ModelManifest manifest, StoredNetworks stored) {
    FeatureSchema schema = manifest.schema();
    List<Feature> categories =
        schema.targetFeatures().stream().filter(Feature::isCategory).toList();
    if (categories.isEmpty()) {
      return List.of();
    }
    boolean unknowns = rows(manifest, stored).width() == schema.outputWidth();
    return categories.stream().map(category -> columns(category, unknowns)).toList();
  }

  private static ForecastRows rows(ModelManifest manifest, StoredNetworks stored) {
    if (!stored.networks().isEmpty()) {
      return ForecastRows.of(manifest, stored.networks().get(0));
    }
    Shape output = output(manifest, stored);
    return ForecastRows.of(manifest, output, stored.dl4j().isStepwise(output));
  }

  private static Shape output(ModelManifest manifest, StoredNetworks stored) {
    return stored.networks().isEmpty()
        ? stored.dl4j().outputShape(manifest.steps())
        : stored.networks().get(0).output();
  }

  /** One vector of all horizons is as wide in whatever order its author had them. */
  private static Optional<String> order(ModelManifest manifest, Shape output) {
    List<Feature> targets = manifest.schema().targetFeatures();
    int horizons = manifest.rowsAtOnce();
    if (output.isSequence() || horizons == 1 || targets.size() == 1) {
      return Optional.empty();
    }
    return Optional.of(
        "its values are taken for %s of t+1, then of t+2%s"
            .formatted(names(targets), horizons > 2 ? ", …" : ""));
  }

  private static String columns(Feature category, boolean unknowns) {
    List<String> words = category.vocabulary();
    return "its %d columns of '%s' are %s%s%s"
        .formatted(
            words.size() + (unknowns ? 1 : 0),
            category.name(),
            unknowns ? "every unknown word, then " : "",
            words.stream()
                .limit(MOST_NAMES)
                // As a vocabulary in JSON has it: a word may be a comma, or the end of a line.
                .map(word -> TextNode.valueOf(word).toString())
                .collect(Collectors.joining(", ")),
            words.size() <= MOST_NAMES ? "" : ", …");
  }

  private static String classes(Feature target) {
    List<String> words = target.vocabulary();
    return "its one probability is that of '%s' of '%s', and the rest that of %s"
        .formatted(
            words.get(words.size() - 1),
            target.name(),
            words.size() == 1 ? "every other word" : "'" + words.get(0) + "'");
  }
}
