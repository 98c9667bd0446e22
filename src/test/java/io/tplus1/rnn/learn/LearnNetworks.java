package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws networks that can be trained, and batches for them. */
final class LearnNetworks {
  private static final ActivationFunction[] SMOOTH = {
    ActivationFunction.LINEAR,
    ActivationFunction.TANH,
    ActivationFunction.SIGMOID,
    ActivationFunction.SOFTPLUS,
    ActivationFunction.SOFTSIGN
  };

  private static final ActivationFunction[] KINKED = {
    ActivationFunction.RELU,
    ActivationFunction.RELU6,
    ActivationFunction.ELU,
    ActivationFunction.SELU,
    ActivationFunction.HARD_SIGMOID
  };

  private final Random random;
  private final boolean kinks;

  /**
   * @param kinks whether activations may have kinks, where finite differences tell nothing
   */
  LearnNetworks(long seed, boolean kinks) {
    random = new Random(seed);
    this.kinks = kinks;
  }

  Random random() {
    return random;
  }

  Network network() {
    List<Layer> layers = new ArrayList<>();
    int inputs = 1 + random.nextInt(9);
    int width = inputs;
    if (random.nextInt(4) == 0) {
      inputs = 1;
      width = 1 + random.nextInt(6);
      layers.add(new Layer.Embedding(5, width, false, weights(5 * width, 1)));
    }
    int recurrent = 1 + random.nextInt(2);
    for (int i = 0; i < recurrent; i++) {
      boolean sequences = i < recurrent - 1 || random.nextBoolean();
      Layer.Recurrent layer = recurrent(random.nextInt(4), width, units(), sequences);
      layers.add(layer);
      width = layer.units();
    }
    int dense = 1 + random.nextInt(2);
    for (int i = 0; i < dense; i++) {
      int n = units();
      ActivationFunction f = i == dense - 1 ? ActivationFunction.LINEAR : activation();
      layers.add(new Layer.Dense(n, f, weights(width * n, width), weights(n, 4)));
      width = n;
    }
    return new Network(inputs, Shape.ANY_STEPS, layers);
  }

  /**
   * A layer of a kind.
   *
   * @param kind 0 simple, 1 LSTM, 2 GRU with reset after, 3 GRU without
   */
  Layer.Recurrent recurrent(int kind, int in, int n, boolean sequences) {
    boolean usual = random.nextBoolean();
    ActivationFunction f = usual ? ActivationFunction.TANH : activation();
    ActivationFunction g = usual ? ActivationFunction.SIGMOID : gate();
    return switch (kind) {
      case 0 ->
          new Layer.SimpleRnn(
              n, f, sequences, false, weights(in * n, in), weights(n * n, n), weights(n, 4));
      case 1 ->
          new Layer.Lstm(
              n,
              f,
              g,
              sequences,
              false,
              weights(in * 4 * n, in),
              weights(4 * n * n, n),
              weights(4 * n, 4));
      default ->
          new Layer.Gru(
              n,
              f,
              g,
              kind == 2,
              sequences,
              false,
              weights(in * 3 * n, in),
              weights(3 * n * n, n),
              weights(kind == 2 ? 6 * n : 3 * n, 4));
    };
  }

  /** Targets of numbers; where the loss has categories, one-hot in their slices. */
  SequenceBatch batch(Network network, LossSpec loss, int maxSteps, int maxBatch) {
    int outputs = network.output().width();
    SequenceBatch batch =
        new SequenceBatch(new BatchSize(maxSteps, maxBatch, maxSteps), network.inputs(), outputs);
    int steps = 1 + random.nextInt(maxSteps);
    int count = 1 + random.nextInt(maxBatch);
    batch.resize(steps, count);
    boolean ids = network.layers().get(0) instanceof Layer.Embedding;
    for (int i = 0; i < steps * count * network.inputs(); i++) {
      batch.inputs()[i] = ids ? random.nextInt(7) - 1 : (float) random.nextGaussian();
    }
    boolean padded = random.nextBoolean();
    for (int b = 0; b < count; b++) {
      batch.starts()[b] = padded ? random.nextInt(steps) : 0;
      for (int t = batch.starts()[b]; t < steps; t++) {
        boolean weighted = t == steps - 1 || random.nextInt(3) > 0;
        batch.weights()[t * count + b] = weighted ? 0.5f + random.nextFloat() : 0;
      }
    }
    for (int row = 0; row < steps * count; row++) {
      target(loss, batch.targets(), row * outputs, outputs);
    }
    return batch;
  }

  private void target(LossSpec loss, float[] targets, int at, int outputs) {
    for (int j = 0; j < outputs; j++) {
      targets[at + j] = (float) random.nextGaussian();
    }
    for (LossSpec.Slice slice : loss.categories()) {
      int hit = random.nextInt(slice.width());
      for (int j = 0; j < slice.width(); j++) {
        targets[at + slice.from() + j] = j == hit ? 1 : 0;
      }
    }
  }

  /** A loss that fits the network's outputs. */
  LossSpec loss(Network network) {
    int outputs = network.output().width();
    List<LossSpec.Slice> slices = new ArrayList<>();
    int at = 0;
    while (random.nextBoolean() && at + 2 <= outputs) {
      int from = at + random.nextInt(outputs - at - 1);
      int width = 2 + random.nextInt(outputs - from - 1);
      slices.add(new LossSpec.Slice(from, width));
      at = from + width;
    }
    LossSpec.Kind kind =
        switch (random.nextInt(kinks ? 3 : 2)) {
          case 0 -> LossSpec.Kind.MSE;
          case 1 -> LossSpec.Kind.HUBER;
          default -> LossSpec.Kind.MAE;
        };
    return new LossSpec(kind, 0.5 + random.nextDouble(), slices);
  }

  private int units() {
    return switch (random.nextInt(4)) {
      case 0 -> 16;
      case 1 -> 1 + random.nextInt(3);
      default -> 1 + random.nextInt(20);
    };
  }

  private ActivationFunction activation() {
    return kinks && random.nextBoolean()
        ? KINKED[random.nextInt(KINKED.length)]
        : SMOOTH[random.nextInt(SMOOTH.length)];
  }

  /** Bounded ones: with others a state may grow without end. */
  private ActivationFunction gate() {
    return switch (random.nextInt(kinks ? 4 : 3)) {
      case 0 -> ActivationFunction.SIGMOID;
      case 1 -> ActivationFunction.TANH;
      case 2 -> ActivationFunction.SOFTSIGN;
      default -> ActivationFunction.HARD_SIGMOID;
    };
  }

  float[] weights(int count, int fan) {
    float[] w = new float[count];
    float limit = (float) (1 / Math.sqrt(fan));
    for (int i = 0; i < count; i++) {
      w[i] = (2 * random.nextFloat() - 1) * limit;
    }
    return w;
  }
}
