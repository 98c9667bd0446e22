package io.tplus1.rnn.dl4j;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network that DL4J runs and trains, behind plain arrays. Thread-safe: its methods wait for each
 * other, as DL4J's own do.
 *
 * <p>Windows come as {@code float[batch][steps][inputs]} row-major, scaled; a window shorter than
 * {@code steps} stands at the end of its rows (left-padded) and the steps before it are masked.
 */
public final class Dl4jNetwork {
  /** Name of the file that {@link #save} makes among an artifact's entries. */
  public static final String ENTRY = "dl4j.zip";

  private final MultiLayerNetwork network;
  private final int inputs;
  private final int vocabulary;
  private final boolean learns;

  private Dl4jNetwork(MultiLayerNetwork network, int inputs, boolean learns) {
    this.network = network;
    this.learns = learns;
    this.vocabulary =
        network.getLayerWiseConfigurations().getConf(0).getLayer()
                instanceof EmbeddingSequenceLayer embedding
            ? Math.toIntExact(embedding.getNIn())
            : 0;
    this.inputs = vocabulary > 0 ? 1 : ownInputs(network).orElse(inputs);
  }

  /** What the first layer with weights says that it reads of a step. */
  private static OptionalInt ownInputs(MultiLayerNetwork network) {
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations();
    for (int i = 0; i < network.getnLayers(); i++) {
      if (configuration.getInputPreProcess(i) instanceof FlattenSequence) {
        return OptionalInt.empty();
      }
      if (unwrapped(configuration.getConf(i).getLayer()) instanceof FeedForwardLayer layer
          && NetworkSize.hasWeights(layer)) {
        // What normalises a batch puts out as many values as it reads, and has no weights of nIn.
        boolean normalizes = layer instanceof BatchNormalization;
        return OptionalInt.of(Math.toIntExact(normalizes ? layer.getNOut() : layer.getNIn()));
      }
    }
    return OptionalInt.empty();
  }

  private static org.deeplearning4j.nn.conf.layers.Layer unwrapped(
      org.deeplearning4j.nn.conf.layers.Layer layer) {
    if (layer instanceof BaseWrapperLayer wrapper) {
      return unwrapped(wrapper.getUnderlying());
    }
    return layer instanceof Bidirectional pair ? unwrapped(pair.getFwd()) : layer;
  }

  /**
   * Why DL4J cannot compute a network as Keras does, in one sentence; empty if it can. Answers
   * without starting ND4J.
   */
  public static Optional<String> refusal(Network network) {
    return Refusals.ofComputing(network);
  }

  /**
   * Why DL4J cannot train a network with a loss, in one sentence; empty if it can. Answers without
   * starting ND4J.
   */
  public static Optional<String> trainingRefusal(Network network, TargetLoss loss) {
    return Refusals.ofTraining(network, loss);
  }

  /**
   * A network to run: the same weights, with a last layer that has the loss that fits it.
   *
   * @throws IllegalArgumentException if there is a {@link #refusal}
   */
  public static Dl4jNetwork of(Network network) {
    return of(network, null, null);
  }

  /** As {@link #of}; empty if there is a {@link #refusal}. */
  public static Optional<Dl4jNetwork> ifKnown(Network network) {
    return refusal(network).isEmpty() ? Optional.of(of(network)) : Optional.empty();
  }

  /**
   * A network to train, beginning with the given weights.
   *
   * @throws IllegalArgumentException if there is a {@link #refusal}; one with a {@link
   *     #trainingRefusal} fails as it is trained, or learns without its dropout
   */
  public static Dl4jNetwork trainable(Network network, TargetLoss loss, TrainingSettings settings) {
    return of(network, loss, settings);
  }

  private static Dl4jNetwork of(Network network, TargetLoss loss, TrainingSettings settings) {
    Native.start();
    ConfigurationWriter.Written written = ConfigurationWriter.write(network, loss, settings);
    MultiLayerNetwork dl4j = new MultiLayerNetwork(written.configuration());
    dl4j.init();
    MaskedLstm.replaceIn(dl4j);
    Map<String, INDArray> table = dl4j.paramTable();
    List<Layer> weighted = written.weighted();
    for (int i = 0; i < weighted.size(); i++) {
      if (weighted.get(i) != null) {
        WeightCopy.write(table, i, weighted.get(i));
      }
    }
    return new Dl4jNetwork(dl4j, network.inputs(), settings != null);
  }

  /**
   * Reads what {@link #save} wrote, or another file of DL4J's with layers that are known. It does
   * not run the network.
   *
   * @param inputs features of an input step; not used where a layer with weights says it
   * @param steps of the longest window that it is to run over
   * @param mostValues that its layers may hand on of such a window
   * @throws InvalidArtifactException if the file is broken, or names a class that is not known, or
   *     the network is too large
   */
  public static Dl4jNetwork restore(byte[] zip, int inputs, int steps, long mostValues)
      throws InvalidArtifactException {
    MultiLayerNetwork network = NetworkZip.read(zip);
    try {
      Dl4jNetwork dl4j = new Dl4jNetwork(network, inputs, false);
      long values = dl4j.values(steps);
      if (values > mostValues) {
        throw tooLarge(mostValues, Long.toString(values), null);
      }
      return dl4j;
    } catch (ArithmeticException e) {
      throw tooLarge(mostValues, "more than can be counted", e);
    }
  }

  private static InvalidArtifactException tooLarge(long most, String found, Exception cause) {
    return new InvalidArtifactException(
        "the layers of a served model hand on at most %d values, found %s".formatted(most, found),
        cause);
  }

  /** The file that DL4J's own serialiser writes, with the updater's state if it is to learn. */
  public synchronized byte[] save() {
    return NetworkZip.write(network, learns);
  }

  /**
   * The plain form with the weights of now.
   *
   * @param steps steps of an input sequence, or {@link io.tplus1.rnn.network.Shape#ANY_STEPS}
   * @throws IllegalArgumentException if a layer has no plain form, or a weight is not finite
   */
  public synchronized Network toNetwork(int steps) {
    return ConfigurationReader.read(network, inputs, steps);
  }

  /** Features of an input step; 1 where the network begins with an embedding: the id. */
  public int inputs() {
    return inputs;
  }

  /** Ids that an embedding at its beginning knows; 0 where it begins with another layer. */
  public int vocabulary() {
    return vocabulary;
  }

  /** Whether the network begins with an embedding. */
  public boolean readsIds() {
    return vocabulary > 0;
  }

  /** Whether it runs over a window of any number of steps. */
  public boolean readsAnySteps() {
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations();
    return configuration.getInputPreProcessors().values().stream()
        .noneMatch(FlattenSequence.class::isInstance);
  }

  /**
   * Whether it puts out something for each step of its window.
   *
   * @param output shape of what it puts out
   */
  public boolean isStepwise(Shape output) {
    boolean repeated = // then a sequence at the end has the repeats as its length
        network.getLayerWiseConfigurations().getConfs().stream()
            .anyMatch(c -> c.getLayer() instanceof RepeatVector);
    return output.isSequence() && !repeated;
  }

  private boolean putsOutSequence() {
    org.deeplearning4j.nn.conf.layers.Layer last =
        network.getLayerWiseConfigurations().getConf(network.getnLayers() - 1).getLayer();
    return last instanceof RnnOutputLayer || last instanceof RnnLossLayer;
  }

  /** The last layer alone in the plain form, on a vector; empty where it has none. */
  public synchronized Optional<Network> end() {
    return ConfigurationReader.end(network);
  }

  /**
   * Values that its layers hand on of a window of so many steps, at least; it does not run to find
   * out.
   *
   * @throws ArithmeticException if they are more than a {@code long} holds
   */
  public long values(int steps) {
    return NetworkSize.values(network.getLayerWiseConfigurations(), inputs, steps);
  }

  /**
   * Shape of what it makes of windows of so many steps; it runs once to find out.
   *
   * @throws IllegalArgumentException if it does not run: DL4J shows only then that layers do not
   *     fit
   */
  public synchronized Shape outputShape(int steps) {
    INDArray out;
    try {
      out = network.output(features(new float[steps * inputs], new int[] {steps}, steps), false);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "DL4J cannot run the network on a window of %d steps of %d values: %s"
              .formatted(steps, inputs, e.getMessage()),
          e);
    }
    if (out.rank() == 2 && out.size(0) != 1) {
      throw new IllegalArgumentException(
          "DL4J makes %d results of one window: end in RnnOutputLayer for a result a step, or wrap the last recurrent layer into LastTimeStep for one"
              .formatted(out.size(0)));
    }
    int width = Math.toIntExact(out.size(1));
    return out.rank() == 3
        ? Shape.sequence(Math.toIntExact(out.size(2)), width)
        : Shape.vector(width);
  }

  /**
   * Runs the network.
   *
   * @param windows {@code float[lengths.length][steps][inputs]}, scaled
   * @param lengths steps of each window, 1 to {@code steps}
   * @return {@code float[batch][outputs]} row-major, a sequence as {@code [steps][width]}
   */
  public synchronized float[] output(float[] windows, int[] lengths, int steps) {
    INDArray out =
        network.output(features(windows, lengths, steps), false, mask(lengths, steps), null);
    return (out.rank() == 3 ? out.permute(0, 2, 1) : out).dup('c').data().asFloat();
  }

  /**
   * Takes one step of learning on a batch.
   *
   * @param windows as in {@link #output}
   * @param labels {@code float[batch][rows][columns]} row-major, scaled, categories one-hot
   * @param rows rows of a sample's output: its horizons if the network puts out a sequence, else 1
   * @return the loss before the step, the penalty of the weights included; not finite if the
   *     training has gone astray
   */
  public synchronized double fit(
      float[] windows, int[] lengths, int steps, float[] labels, int rows) {
    int batch = lengths.length;
    INDArray y =
        !putsOutSequence()
            ? Nd4j.create(labels, new long[] {batch, labels.length / batch}, 'c')
            : Nd4j.create(labels, new long[] {batch, rows, labels.length / batch / rows}, 'c')
                .permute(0, 2, 1)
                .dup('f');
    network.fit(features(windows, lengths, steps), y, mask(lengths, steps), null);
    return network.score();
  }

  /** Weights and updater's state of one moment. */
  public static final class Snapshot {
    private final INDArray parameters;
    private final INDArray updater;

    private Snapshot(INDArray parameters, INDArray updater) {
      this.parameters = parameters;
      this.updater = updater;
    }
  }

  public synchronized Snapshot snapshot() {
    INDArray state = network.getUpdater().getStateViewArray();
    return new Snapshot(network.params().dup(), state == null ? null : state.dup());
  }

  /** Goes back to a snapshot of this very network. */
  public synchronized void restore(Snapshot snapshot) {
    network.params().assign(snapshot.parameters);
    if (snapshot.updater != null) {
      network.getUpdater().getStateViewArray().assign(snapshot.updater);
    }
  }

  /** Version of DL4J, such as {@code 1.0.0-M2.1}. */
  public static String version() {
    try (InputStream in =
        MultiLayerNetwork.class.getResourceAsStream(
            "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private INDArray features(float[] windows, int[] lengths, int steps) {
    float[] values = vocabulary > 0 ? knownIds(windows) : windows;
    return Nd4j.create(values, new long[] {lengths.length, steps, inputs}, 'c')
        .permute(0, 2, 1)
        .dup('f');
  }

  /** DL4J throws on an id outside the table; ours reads row 0. */
  private float[] knownIds(float[] ids) {
    float[] known = ids.clone();
    for (int i = 0; i < known.length; i++) {
      int id = (int) known[i];
      known[i] = id >= 0 && id < vocabulary ? id : 0;
    }
    return known;
  }

  /** Ones where a window has a step; null where every window is full. */
  private static INDArray mask(int[] lengths, int steps) {
    if (Arrays.stream(lengths).allMatch(length -> length == steps)) {
      return null;
    }
    float[] mask = new float[lengths.length * steps];
    for (int i = 0; i < lengths.length; i++) {
      Arrays.fill(mask, (i + 1) * steps - lengths[i], (i + 1) * steps, 1f);
    }
    return Nd4j.create(mask, new long[] {lengths.length, steps}, 'c');
  }
}
