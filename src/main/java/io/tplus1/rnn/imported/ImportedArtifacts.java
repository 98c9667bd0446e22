package io.tplus1.rnn.imported;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelFit;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Strategy;
import io.tplus1.rnn.NetworkFit;
import io.tplus1.rnn.RnnArtifacts;
import io.tplus1.rnn.StoredNetworks;
import io.tplus1.rnn.dl4j.Dl4jFile;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.keras.KerasImportException;
import io.tplus1.rnn.keras.KerasImporter;
import io.tplus1.rnn.keras.KerasModel;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.proof.Golden;
import io.tplus1.rnn.proof.Prover;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes certified artifacts of networks that Keras or DL4J saved. */
public final class ImportedArtifacts {
  private static final Logger LOG = LoggerFactory.getLogger(ImportedArtifacts.class);

  /** Most of what is made up after a file: it has no weights for these that would bound them. */
  private static final int MOST_FIELDS = 10_000;

  /** Of a made-up vocabulary: a manifest with a million words could not be read again. */
  private static final int MOST_WORDS = 500_000;

  private ImportedArtifacts() {}

  /**
   * What a stream wants of a model.
   *
   * @param schema fields, inputs and targets
   * @param steps N, vectors of a full window
   * @param horizon H, steps ahead
   * @param fewest vectors of the shortest window that is forecast from
   */
  public record Fit(FeatureSchema schema, int steps, int horizon, int fewest) {}

  /**
   * Reads a file and makes an artifact of it, between the scalings that {@code NAME.scaling.json}
   * beside it names; without that, the network reads and puts out raw units.
   *
   * @param file HDF5, as Keras wrote it, or a zip, as DL4J's ModelSerializer did
   * @param fit what the stream wants; empty for names made up after the network's shapes
   * @param golden outputs that the model is known to give; empty without
   * @throws KerasImportException if a file of Keras is not supported, in a sentence
   * @throws InvalidArtifactException if one of DL4J is not supported, or the scaling is broken, or
   *     not of these features
   * @throws IllegalArgumentException if the network does not fit the stream, or is too large
   */
  public static ModelArtifact read(Path file, Optional<Fit> fit, Optional<Golden> golden)
      throws KerasImportException, InvalidArtifactException {
    if (Dl4jFile.is(file)) {
      return ofDl4j(file, fit, golden);
    }
    KerasModel model = KerasImporter.read(file);
    Fit wanted = fit.orElseGet(() -> madeUp(Ends.of(model), golden));
    requireRows(model.rows(), wanted.horizon());
    Map<String, String> versions = new TreeMap<>();
    model.kerasVersion().ifPresent(version -> versions.put("keras", version));
    model.backend().ifPresent(backend -> versions.put("backend", backend));
    ModelManifest manifest = manifest(file, wanted, "keras", versions);
    ModelArtifact artifact = of(manifest, model.network(), Optional.empty(), golden);
    tellOfRows(file, model.network().isStepwise(), wanted.horizon());
    return artifact;
  }

  /**
   * Refuses what nothing can be compared of. Not asked of {@code model.file}: a stream's values may
   * be far smaller than those that are tried.
   *
   * @throws IllegalArgumentException if a network gives nothing finite
   */
  public static void requireFinite(ModelArtifact artifact) throws InvalidArtifactException {
    int steps = artifact.manifest().steps();
    StoredNetworks stored = StoredNetworks.read(artifact);
    for (Network network : stored.networks()) {
      Prover.requireFinite(network, steps);
    }
    if (stored.networks().isEmpty()) {
      Prover.requireFinite(stored.dl4j(), steps);
    }
  }

  private static ModelArtifact ofDl4j(Path file, Optional<Fit> fit, Optional<Golden> golden)
      throws InvalidArtifactException {
    int steps = fit.map(Fit::steps).orElseGet(() -> longest(golden));
    Dl4jNetwork dl4j = Dl4jFile.read(file, steps, Network.MOST_SERVED_VALUES);
    Shape output = dl4j.outputShape(steps);
    Ends ends = Ends.of(dl4j, output);
    Fit wanted = fit.orElseGet(() -> madeUp(ends, golden));
    ModelManifest manifest = manifest(file, wanted, "dl4j", Map.of());
    Optional<Network> network = plain(dl4j, steps);
    ModelArtifact artifact =
        network.isPresent()
            ? of(manifest, network.get(), Optional.of(dl4j), golden)
            : Dl4jArtifacts.of(manifest, dl4j, output, golden);
    tellOfRows(file, ends.stepwise(), wanted.horizon());
    return artifact;
  }

  private static Optional<Network> plain(Dl4jNetwork dl4j, int steps) {
    try {
      return Optional.of(dl4j.toNetwork(dl4j.readsAnySteps() ? Shape.ANY_STEPS : steps));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ModelManifest manifest(
      Path file, Fit wanted, String source, Map<String, String> versions)
      throws InvalidArtifactException {
    ImportedScaling scaling = ImportedScaling.of(file, wanted.schema());
    return new ModelManifest(
        wanted.schema(),
        wanted.steps(),
        wanted.horizon(),
        Strategy.DIRECT,
        scaling.inputs(),
        scaling.targets(),
        new Provenance(source, 0, 0, 0, 0, versions, Map.of()));
  }

  /**
   * @param dl4j the network as DL4J read it; empty where that did not
   */
  private static ModelArtifact of(
      ModelManifest manifest, Network read, Optional<Dl4jNetwork> dl4j, Optional<Golden> golden)
      throws InvalidArtifactException {
    int horizon = manifest.horizon();
    Optional<Network> binary = BinaryClass.spread(manifest.schema(), horizon, read);
    Network network = binary.orElse(read);
    Optional<Golden> known =
        binary.isPresent() ? golden.map(g -> BinaryClass.spread(g, horizon)) : golden;
    NetworkFit.require(manifest, network);
    NetworkFit.requireProbabilities(manifest, network);
    List<Golden> goldens = known.filter(g -> !g.raw()).map(List::of).orElse(List.of());
    ModelArtifact artifact;
    if (dl4j.isPresent() && binary.isEmpty()) {
      artifact = RnnArtifacts.write(manifest, List.of(network), List.of(dl4j), goldens);
    } else {
      dl4j.ifPresent(own -> requireSame(read, own, manifest.steps()));
      artifact = RnnArtifacts.of(manifest, network, goldens);
    }
    if (known.isPresent() && known.get().raw()) {
      Certificate certificate =
          Certificate.of(artifact)
              .orElseThrow()
              .and(RawProver.measure(manifest, network, known.get()));
      artifact = artifact.with(ModelArtifact.CERTIFICATE, certificate.toJson());
    }
    return artifact;
  }

  /** Of a network that is written with an output more, DL4J is held to what it read. */
  private static void requireSame(Network read, Dl4jNetwork dl4j, int steps) {
    Certificate certificate =
        Prover.certify("", List.of(read), steps, List.of(Optional.of(dl4j)), List.of());
    if (!certificate.agrees()) {
      throw new IllegalArgumentException(
          "the kernel differs from DL4J by %.1e, and a sigmoid for two words has no other"
              .formatted(certificate.maxError()));
    }
  }

  /** A row that is a step ahead there must not be a target here. */
  private static void requireRows(int rows, int horizon) {
    if (rows > 0 && rows != horizon) {
      throw new IllegalArgumentException(
          "the network ends in a Reshape to %d rows, which are taken for t+1 to t+%d: set forecast.horizon=%d, found %d; of other rows build the model without it, with the weights of the layer before in the order of [steps ahead, targets]"
              .formatted(rows, rows, rows, horizon));
    }
  }

  /** What looks like a forecast of every step may be meant as forecasts from the last one. */
  private static void tellOfRows(Path file, boolean stepwise, int horizon) {
    if (stepwise && horizon > 1) {
      LOG.info(
          "{} puts out a row for each step of its window, and forecast.horizon={} takes them for t+1 to t+{}. Where each row was trained as the forecast of the step after it, the last alone is t+1: set forecast.horizon=1",
          file.getFileName(),
          horizon,
          horizon);
    }
  }

  /**
   * Fields f0, f1, … after the network's inputs. They are the targets too where the network puts
   * out as many values; otherwise fields y0, y1, … are. A decoder's sequence is a horizon per step;
   * of an output for each step of the window, the last is the forecast.
   */
  private static Fit madeUp(Ends ends, Optional<Golden> golden) {
    int steps = ends.steps() == Shape.ANY_STEPS ? longest(golden) : ends.steps();
    int rows = Math.max(1, Math.max(ends.rows(), ends.output().steps()));
    int horizon = ends.stepwise() ? 1 : rows;
    int width = ends.output().width() / Math.max(1, ends.rows());
    requireMadeUp("values of a step", ends.inputs(), MOST_FIELDS);
    requireMadeUp("words in its vocabulary", ends.vocabulary(), MOST_WORDS);
    requireMadeUp("values of each horizon", width, MOST_FIELDS);
    requireMadeUp("steps ahead", horizon, ModelFit.MOST_HORIZON);
    List<Feature> features = new ArrayList<>();
    boolean ids = ends.vocabulary() > 0;
    for (int i = 0; i < ends.inputs(); i++) {
      features.add(ids ? words(ends.vocabulary()) : Feature.number("f" + i));
    }
    List<Integer> inputs = indexes(0, features.size());
    List<Integer> targets = inputs;
    if (ids || width != ends.inputs()) {
      targets = indexes(features.size(), features.size() + width);
      for (int i = 0; i < width; i++) {
        features.add(Feature.number("y" + i));
      }
    }
    return new Fit(new FeatureSchema(features, inputs, targets), steps, horizon, steps);
  }

  private static void requireMadeUp(String what, int found, int most) {
    if (found > most) {
      throw new IllegalArgumentException(
          "the network has %d %s, and without settings at most %d are read: give --config"
              .formatted(found, what, most));
    }
  }

  /**
   * What a network reads and puts out.
   *
   * @param inputs values of a step
   * @param vocabulary ids that an embedding at its beginning knows; 0 without one
   * @param steps of its window, or {@link Shape#ANY_STEPS}
   * @param stepwise whether each row that it puts out is of one step of its window
   * @param rows as {@link KerasModel#rows}
   */
  private record Ends(
      int inputs, int vocabulary, int steps, Shape output, boolean stepwise, int rows) {
    static Ends of(KerasModel model) {
      Network network = model.network();
      int vocabulary =
          network.layers().get(0) instanceof Layer.Embedding embedding ? embedding.vocabulary() : 0;
      return new Ends(
          network.inputs(),
          vocabulary,
          network.steps(),
          network.output(),
          network.isStepwise(),
          model.rows());
    }

    static Ends of(Dl4jNetwork dl4j, Shape output) {
      return new Ends(
          dl4j.inputs(), dl4j.vocabulary(), Shape.ANY_STEPS, output, dl4j.isStepwise(output), 0);
    }
  }

  /** Steps of the longest golden window; where there is none, a window of two. */
  private static int longest(Optional<Golden> golden) {
    return golden.stream()
        .flatMapToInt(
            g ->
                IntStream.of(
                    java.util.Arrays.stream(g.windows()).mapToInt(w -> w.length).toArray()))
        .max()
        .orElse(2);
  }

  /**
   * A network's ids as words: id 0 is the unknown word here, and padding or the first word there.
   */
  private static Feature words(int vocabulary) {
    List<String> words =
        IntStream.range(1, Math.max(2, vocabulary)).mapToObj(id -> "w" + id).toList();
    return Feature.category("f0", words);
  }

  private static List<Integer> indexes(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }
}
