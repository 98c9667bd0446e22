package io.tplus1.rnn;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Networks of random layers and weights, of every kind that the plain form knows, and DL4J runs
 * most of them: of those that {@code rnn.kernel} draws for its tests it refuses more than four of
 * five.
 */
public final class RandomNetworks {
  private static final ActivationFunction[] CELL = {
    ActivationFunction.TANH,
    ActivationFunction.SIGMOID,
    ActivationFunction.HARD_SIGMOID,
    ActivationFunction.RELU,
    ActivationFunction.SOFTSIGN,
    ActivationFunction.LINEAR,
    ActivationFunction.SOFTMAX
  };

  private final Random random;

  public RandomNetworks(long seed) {
    this.random = new Random(seed);
  }

  /** A network of 1 to 6 layers over windows of {@code steps}. */
  public Network next(int steps) {
    boolean ids = random.nextInt(5) == 0;
    int inputs = ids ? 1 : 1 + random.nextInt(5);
    List<Layer> layers = new ArrayList<>();
    Shape shape = Shape.sequence(steps, inputs);
    if (ids) {
      int rows = 2 + random.nextInt(6);
      int width = 1 + random.nextInt(4);
      layers.add(new Layer.Embedding(rows, width, random.nextInt(8) == 0, weights(rows * width)));
      shape = Shape.sequence(steps, width);
    }
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      Layer layer = layer(shape);
      layers.add(layer);
      shape = new Network(inputs, steps, layers).output();
    }
    return new Network(inputs, steps, layers);
  }

  private Layer layer(Shape in) {
    int n = in.width();
    int units = 1 + random.nextInt(7);
    if (in.isSequence()) {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> {
          return recurrent(n, units, random.nextBoolean(), random.nextInt(12) == 0);
        }
        case 4 -> {
          return pair(n, units);
        }
        case 5 -> {
          return new Layer.Flatten();
        }
        case 6 -> {
          if (random.nextInt(3) == 0) {
            return new Layer.Masking(0f);
          }
        }
        default -> {
          // as for vectors
        }
      }
    } else if (random.nextInt(4) == 0) {
      return new Layer.RepeatVector(1 + random.nextInt(4));
    }
    return switch (random.nextInt(4)) {
      case 0 -> new Layer.Activation(any());
      case 1 -> new Layer.Dropout(0.25);
      default -> new Layer.Dense(units, any(), weights(n * units), weights(units));
    };
  }

  private Layer.Bidirectional pair(int in, int units) {
    boolean sequences = random.nextBoolean();
    long seed = random.nextLong();
    RandomNetworks same = new RandomNetworks(seed);
    RandomNetworks again = new RandomNetworks(seed);
    Layer.Recurrent forward = same.recurrent(in, units, sequences, false);
    Layer.Recurrent backward = again.recurrent(in, units, sequences, true);
    Layer.Merge[] merges = Layer.Merge.values();
    return new Layer.Bidirectional(forward, backward, merges[random.nextInt(merges.length)]);
  }

  private Layer.Recurrent recurrent(int in, int units, boolean sequences, boolean backwards) {
    ActivationFunction a = CELL[random.nextInt(CELL.length)];
    ActivationFunction r =
        random.nextBoolean() ? ActivationFunction.SIGMOID : ActivationFunction.HARD_SIGMOID;
    int kind = random.nextInt(9);
    if (kind < 4) {
      return new Layer.SimpleRnn(
          units,
          a,
          sequences,
          backwards,
          weights(in * units),
          weights(units * units),
          weights(units));
    }
    if (kind < 8) {
      return new Layer.Lstm(
          units,
          a,
          r,
          sequences,
          backwards,
          weights(in * 4 * units),
          weights(units * 4 * units),
          weights(4 * units));
    }
    return new Layer.Gru(
        units,
        a,
        r,
        true,
        sequences,
        backwards,
        weights(in * 3 * units),
        weights(units * 3 * units),
        weights(6 * units));
  }

  private ActivationFunction any() {
    ActivationFunction[] all = ActivationFunction.values();
    ActivationFunction one = all[random.nextInt(all.length)];
    return one == ActivationFunction.EXPONENTIAL ? ActivationFunction.LINEAR : one;
  }

  private float[] weights(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * 0.3);
    }
    return values;
  }

  /** A window of standard normal values, or of ids that the network's embedding knows. */
  public double[][] window(Network network, int steps) {
    double[][] window = new double[steps][network.inputs()];
    for (double[] row : window) {
      for (int i = 0; i < row.length; i++) {
        row[i] =
            network.layers().get(0) instanceof Layer.Embedding embedding
                ? random.nextInt(embedding.vocabulary())
                : (float) random.nextGaussian();
      }
    }
    return window;
  }
}
