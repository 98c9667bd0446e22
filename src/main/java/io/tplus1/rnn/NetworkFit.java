package io.tplus1.rnn;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.StepInputs;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.List;

/** Checks that a network reads and puts out what its manifest says. */
public final class NetworkFit {
  private static final long MOST_GATES = 4;
  private static final long WIDEST_VECTOR = 16;

  private NetworkFit() {}

  /**
   * Refuses a network that cannot be the manifest's.
   *
   * @throws IllegalArgumentException if the network does not fit, saying what does not
   */
  public static void require(ModelManifest manifest, Network network) {
    if (manifest.stepInputs().isPresent()) {
      requireSteps(manifest, manifest.stepInputs().get(), network);
      return;
    }
    if (network.steps() != Shape.ANY_STEPS && network.steps() != manifest.steps()) {
      throw new IllegalArgumentException(
          "the network reads windows of %d steps, the model's are of %d: set window.steps=%d"
              .formatted(network.steps(), manifest.steps(), network.steps()));
    }
    requireSize(manifest, network);
    boolean ids = InputEncoder.readsIds(network);
    InputEncoder.of(manifest, network.inputs(), ids);
    if (ids) {
      int rows = ((Layer.Embedding) network.layers().get(0)).vocabulary();
      requireVocabulary(manifest.schema(), rows);
    }
    ForecastRows.of(manifest, network);
  }

  /**
   * Refuses a network whose values of categories are no probabilities, which would be published as
   * such. Not asked of what serves already, which a new release must go on with.
   *
   * @throws IllegalArgumentException saying what they are
   */
  public static void requireProbabilities(ModelManifest manifest, Network network) {
    requireProbabilities(manifest, network, ForecastRows.of(manifest, network).width());
  }

  /**
   * As {@link #requireProbabilities(ModelManifest, Network)}.
   *
   * @param end a network that ends as the one that is asked about
   * @param width values of one horizon that this puts out
   */
  public static void requireProbabilities(ModelManifest manifest, Network end, int width) {
    OutputLayout.refusal(manifest.schema(), end, width)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
  }

  private static void requireSteps(ModelManifest manifest, StepInputs inputs, Network network) {
    StepEncoder encoder = new StepEncoder(manifest);
    requireSize(manifest, network);
    requireSize((long) encoder.sequences() * encoder.steps() * encoder.columns());
    int sequence = manifest.horizon() * (inputs.shared() ? 1 : manifest.schema().targets().size());
    if (network.inputs() != encoder.columns()
        || (network.steps() != Shape.ANY_STEPS && network.steps() != inputs.steps())
        || network.output().isSequence()
        || network.output().width() != sequence) {
      throw new IllegalArgumentException(
          "the network maps [%d][%d] to %s, and the step inputs want [%d][%d] to [%d]"
              .formatted(
                  network.steps(),
                  network.inputs(),
                  network.output(),
                  inputs.steps(),
                  encoder.columns(),
                  sequence));
    }
    if (InputEncoder.readsIds(network)) {
      throw new IllegalArgumentException("a network with step inputs reads no ids");
    }
  }

  /**
   * Refuses a vocabulary that an embedding lacks rows for.
   *
   * @param rows of the embedding at the network's beginning
   * @throws IllegalArgumentException if the input has more ids
   */
  public static void requireVocabulary(FeatureSchema schema, int rows) {
    Feature feature = schema.feature(schema.inputs().get(0));
    if (feature.isCategory() && feature.width() > rows) {
      throw new IllegalArgumentException(
          "the network's embedding has %d rows, and '%s' has %d ids, 0 for unknown words and 1 to %d for its vocabulary: where it was trained with ids from 0, leave the first word out of the vocabulary, which is id 0 then, as is every unknown word; else train it with input_dim=%d (nIn in DL4J) and ids from 1, or leave '%s' out of categories and send the network's own ids"
              .formatted(
                  rows,
                  feature.name(),
                  feature.width(),
                  feature.vocabulary().size(),
                  feature.width(),
                  feature.name()));
    }
  }

  private static void requireSize(ModelManifest manifest, Network network) {
    long widest = Math.max(network.inputs(), manifest.schema().outputWidth());
    long all = 0;
    long before = steps(network.steps(), manifest);
    List<Shape> shapes = network.shapes();
    for (int i = 0; i < shapes.size(); i++) {
      Shape shape = shapes.get(i);
      requireSize(before * working(network.layers().get(i)));
      widest = Math.max(widest, shape.width());
      long steps = steps(shape.steps(), manifest);
      requireSize(steps * shape.width());
      all += steps * shape.width();
      before = steps;
    }
    requireSize(all * manifest.members());
    requireSize(widest * ((long) manifest.steps() + manifest.horizon()));
  }

  private static long steps(int steps, ModelManifest manifest) {
    return steps == Shape.ANY_STEPS ? manifest.steps() : Math.max(1, steps);
  }

  /** Values that a layer keeps of each step while it runs: of each gate, in whole vectors. */
  private static long working(Layer layer) {
    if (layer instanceof Layer.Bidirectional both) {
      return working(both.forward()) + working(both.backward());
    }
    return layer instanceof Layer.Recurrent recurrent
        ? MOST_GATES * (recurrent.units() + WIDEST_VECTOR)
        : 0;
  }

  /**
   * @param values that the layers hand on of a window
   * @throws IllegalArgumentException if they are too many to be served
   */
  private static void requireSize(long values) {
    if (values > Network.MOST_SERVED_VALUES) {
      throw new IllegalArgumentException(
          "the layers of a served model hand on at most %d values, found %d"
              .formatted(Network.MOST_SERVED_VALUES, values));
    }
  }
}
