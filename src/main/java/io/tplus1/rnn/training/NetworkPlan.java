package io.tplus1.rnn.training;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.StepInputs;
import io.tplus1.model.Strategy;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;
import io.tplus1.model.TrainingSettings.Cell;
import io.tplus1.rnn.InputEncoder;
import io.tplus1.rnn.StepEncoder;
import io.tplus1.rnn.dl4j.TargetLoss;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The network that settings ask for, and its loss.
 *
 * <p>One category as the only input begins with an embedding; anything else is read as columns.
 * Recurrent layers follow, then a dense layer over all horizons; with a decoder, the state repeated
 * once per horizon, a recurrent layer over the repeats, and a dense layer per horizon. A recursive
 * model is trained for one step ahead. The end is linear, but softmax where one category is all
 * that a row of the output holds.
 *
 * <p>With step inputs the network reads what {@link StepEncoder} writes, and puts out the changes
 * of one target (shared) or of all, over all horizons; its last layer begins at zero, so that the
 * first forecast is the last value.
 */
final class NetworkPlan {
  /** Keeps the seeds of members apart from those that a user would try one after another. */
  private static final long MEMBER_STRIDE = 1_000_003L;

  private final FeatureSchema schema;
  private final int steps;
  private final int horizon;
  private final TrainingSettings settings;
  private final Optional<StepInputs> inputs;
  private final boolean ids;

  NetworkPlan(Trainer.Task task, TrainingSettings settings) {
    this.schema = task.schema();
    this.inputs = task.inputs();
    this.ids = task.readsIds();
    this.steps = inputs.map(StepInputs::steps).orElse(task.steps());
    this.settings = settings;
    this.horizon = settings.strategy().rowsAtOnce(task.horizon());
    if (steps < 1 || task.horizon() < 1) {
      throw new IllegalArgumentException(
          "steps and horizon must be at least 1, found %d and %d".formatted(steps, task.horizon()));
    }
    if (inputs.isPresent() && (settings.decoder() || settings.strategy() == Strategy.RECURSIVE)) {
      throw new IllegalArgumentException(
          "with step inputs (train.inputs) a network puts out all horizons at once: set train.decoder=false and train.strategy=direct, or leave train.inputs empty");
    }
    if (ids() && settings.embedding() < 1) {
      throw new IllegalArgumentException(
          "a category as the only input needs an embedding of width at least 1, found "
              + settings.embedding());
    }
  }

  /** Whether the network reads ids. */
  boolean ids() {
    return ids;
  }

  /** Horizons that the network puts out. */
  int horizon() {
    return horizon;
  }

  /** Rows of the output of one sample: its horizons with a decoder, else 1. */
  int rows() {
    return settings.decoder() ? horizon : 1;
  }

  private int rowWidth() {
    if (inputs.isPresent()) {
      return inputs.get().shared() ? horizon : horizon * schema.targets().size();
    }
    return schema.outputWidth() * (settings.decoder() ? 1 : horizon);
  }

  /** The last layer's activation. */
  ActivationFunction end() {
    return schema.isOneCategory() && rowWidth() == schema.outputWidth()
        ? ActivationFunction.SOFTMAX
        : ActivationFunction.LINEAR;
  }

  /** The shape that networks put out. */
  Shape output() {
    return settings.decoder() ? Shape.sequence(horizon, rowWidth()) : Shape.vector(rowWidth());
  }

  TargetLoss loss() {
    List<Feature> targets = schema.targetFeatures();
    boolean[] categories = new boolean[targets.size()];
    for (int i = 0; i < categories.length; i++) {
      categories[i] = targets.get(i).isCategory();
    }
    return new TargetLoss(
        targets.stream().mapToInt(Feature::width).toArray(),
        categories,
        settings.loss() == TrainingSettings.Loss.MAE,
        rows());
  }

  /**
   * The networks of all members before training.
   *
   * @throws IllegalArgumentException if no artifact could hold their weights: after the training it
   *     would be too late to say so
   */
  List<Network> networks() {
    if (!fits()) {
      throw new IllegalArgumentException(
          "new networks, as train.* describes them, have %,d bytes of weights alone, and an artifact at most %,d: lower train.hidden, train.embedding or train.members"
              .formatted(weightBytes(), ModelArtifact.MAX_BYTES));
    }
    return IntStream.range(0, settings.members()).mapToObj(this::network).toList();
  }

  private boolean fits() {
    return weightBytes() <= ModelArtifact.MAX_BYTES;
  }

  /** A member's network without weights that say anything; empty if no artifact could hold all. */
  Optional<Network> shape() {
    return fits() ? Optional.of(network(WeightSource.ZEROS)) : Optional.empty();
  }

  /** Seed of a member: each has weights of its own, the first those of the seed itself. */
  long seed(int member) {
    return settings.seed() + member * MEMBER_STRIDE;
  }

  /**
   * The network of one member before training.
   *
   * @param member from 0
   */
  Network network(int member) {
    return network(new InitialWeights(seed(member)));
  }

  private Network network(WeightSource weights) {
    List<Layer> layers = new ArrayList<>();
    int columns = columns();
    int width = columns;
    if (ids()) {
      int rows = schema.feature(schema.inputs().get(0)).width();
      width = settings.embedding();
      layers.add(new Layer.Embedding(rows, width, false, weights.embedding(rows, width)));
    }
    List<Integer> hidden = settings.hidden();
    for (int i = 0; i < hidden.size(); i++) {
      layers.add(cell(weights, width, hidden.get(i), i < hidden.size() - 1));
      width = hidden.get(i);
    }
    if (settings.decoder()) {
      layers.add(new Layer.RepeatVector(horizon));
      layers.add(cell(weights, width, width, true));
    }
    layers.add(
        new Layer.Dense(
            rowWidth(),
            end(),
            inputs.isPresent()
                ? new float[width * rowWidth()]
                : weights.glorotUniform(width, rowWidth()),
            new float[rowWidth()]));
    return new Network(columns, steps, layers);
  }

  /** Bytes of the weights of all members, without making them. */
  long weightBytes() {
    return Float.BYTES * parameters() * settings.members();
  }

  private long parameters() {
    long width = columns();
    long count = 0;
    if (ids()) {
      count += (long) schema.feature(schema.inputs().get(0)).width() * settings.embedding();
      width = settings.embedding();
    }
    for (int units : settings.hidden()) {
      count += cellParameters(width, units);
      width = units;
    }
    if (settings.decoder()) {
      count += cellParameters(width, width);
    }
    return count + (width + 1) * rowWidth();
  }

  private long cellParameters(long in, long units) {
    long gates = settings.cell() == Cell.SIMPLE_RNN ? 1 : 4;
    return gates * (in + units + 1) * units;
  }

  /** Values that the network reads of a step. */
  int columns() {
    Scaling none = Scaling.identity(schema.inputs().size());
    return inputs.isPresent()
        ? new StepEncoder(
                schema,
                inputs.get(),
                Collections.nCopies(schema.targets().size(), 0f),
                none,
                Scaling.identity(schema.targets().size()))
            .columns()
        : new InputEncoder(schema, none, ids()).columns();
  }

  private Layer.Recurrent cell(WeightSource weights, int in, int units, boolean sequences) {
    if (settings.cell() == Cell.SIMPLE_RNN) {
      return new Layer.SimpleRnn(
          units,
          ActivationFunction.TANH,
          sequences,
          false,
          weights.glorotUniform(in, units),
          weights.orthogonal(units, units),
          new float[units]);
    }
    float[] bias = new float[4 * units];
    Arrays.fill(bias, units, 2 * units, 1f); // the forget gate begins open, as Keras' does
    return new Layer.Lstm(
        units,
        ActivationFunction.TANH,
        ActivationFunction.SIGMOID,
        sequences,
        false,
        weights.glorotUniform(in, 4 * units),
        weights.orthogonal(units, 4 * units),
        bias);
  }
}
