package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws networks of every layer, and windows that their masks take notice of. */
final class RandomNetworks {
  static final float MASK_VALUE = -1.5f;

  private static final ActivationFunction[] CELL = {
    ActivationFunction.LINEAR,
    ActivationFunction.TANH,
    ActivationFunction.SIGMOID,
    ActivationFunction.HARD_SIGMOID,
    ActivationFunction.RELU,
    ActivationFunction.RELU6,
    ActivationFunction.ELU,
    ActivationFunction.SELU,
    ActivationFunction.SILU,
    ActivationFunction.GELU,
    ActivationFunction.SOFTPLUS,
    ActivationFunction.SOFTSIGN,
    ActivationFunction.SOFTMAX
  };

  /** Bounded ones: with others a state may grow without end, and floats tell nothing. */
  private static final ActivationFunction[] GATE = {
    ActivationFunction.SIGMOID,
    ActivationFunction.SIGMOID,
    ActivationFunction.HARD_SIGMOID,
    ActivationFunction.SOFTSIGN,
    ActivationFunction.TANH,
    ActivationFunction.SOFTMAX
  };

  private final Random random;

  /** One after another leaves no digit of a float's right: so a network has at most one. */
  private int exponentials;

  RandomNetworks(long seed) {
    random = new Random(seed);
  }

  Network network() {
    return network(random.nextInt(5), 1 + random.nextInt(4));
  }

  /** A network that begins with a recurrent layer, bare or in two directions. */
  Network unmasked() {
    return network(4, 1 + random.nextInt(3));
  }

  private Network network(int start, int more) {
    int fixed = 1 + random.nextInt(12);
    int steps = random.nextInt(3) == 0 ? Shape.ANY_STEPS : fixed;
    List<Layer> layers = new ArrayList<>();
    int inputs = start <= 1 ? 1 : 1 + random.nextInt(23);
    Shape shape = Shape.sequence(steps, inputs);
    switch (start) {
      case 0, 1 -> {
        int width = 1 + random.nextInt(12);
        layers.add(new Layer.Embedding(5, width, start == 0, weights(5 * width, 1)));
        shape = Shape.sequence(steps, width);
      }
      case 2 -> layers.add(new Layer.Masking(MASK_VALUE));
      case 4 -> {
        layers.add(random.nextInt(4) == 0 ? bidirectional(inputs) : recurrent(inputs));
        shape = after(inputs, steps, layers);
      }
      default -> {}
    }
    for (int i = 0; i < more; i++) {
      layers.add(next(shape));
      shape = after(inputs, steps, layers);
    }
    if (random.nextBoolean()) {
      layers.add(dense(shape.width(), true));
    }
    return new Network(inputs, steps, layers);
  }

  private static Shape after(int inputs, int steps, List<Layer> layers) {
    return new Network(inputs, steps, layers).output();
  }

  private Layer next(Shape shape) {
    int width = shape.width();
    if (!shape.isSequence()) {
      return switch (random.nextInt(4)) {
        case 0 -> dense(width, false);
        case 1 -> new Layer.Activation(any());
        case 2 -> new Layer.Dropout(0.3);
        default -> new Layer.RepeatVector(1 + random.nextInt(6));
      };
    }
    int pick = random.nextInt(shape.steps() == Shape.ANY_STEPS || width > 40 ? 9 : 10);
    return switch (pick) {
      case 0, 1, 2, 3 -> recurrent(width);
      case 4, 5 -> bidirectional(width);
      case 6 -> dense(width, false);
      case 7 -> new Layer.Activation(any());
      case 8 -> new Layer.Masking(0f);
      default -> new Layer.Flatten();
    };
  }

  /** A window of its network, now and then with steps that are masked; ids for an embedding. */
  float[] window(Network network, int steps) {
    int inputs = network.inputs();
    float[] window = new float[steps * inputs];
    boolean ids = network.layers().get(0) instanceof Layer.Embedding;
    for (int t = 0; t < steps; t++) {
      boolean masked = random.nextInt(3) == 0;
      for (int j = 0; j < inputs; j++) {
        window[t * inputs + j] =
            ids
                ? masked ? 0 : random.nextInt(7) - 1
                : masked ? MASK_VALUE : (float) random.nextGaussian();
      }
    }
    return window;
  }

  int steps(Network network) {
    return 1 + random.nextInt(network.steps() == Shape.ANY_STEPS ? 12 : network.steps());
  }

  private Layer.Recurrent recurrent(int inputs) {
    return recurrent(inputs, units(), random.nextBoolean(), random.nextInt(4) == 0);
  }

  private Layer.Recurrent recurrent(int inputs, int n, boolean sequences, boolean backwards) {
    ActivationFunction f = random.nextBoolean() ? ActivationFunction.TANH : cell();
    ActivationFunction g = GATE[random.nextInt(GATE.length)];
    return switch (random.nextInt(3)) {
      case 0 ->
          new Layer.SimpleRnn(
              n,
              f,
              sequences,
              backwards,
              weights(inputs * n, inputs),
              weights(n * n, n),
              weights(n, 4));
      case 1 ->
          new Layer.Lstm(
              n,
              f,
              g,
              sequences,
              backwards,
              weights(inputs * 4 * n, inputs),
              weights(4 * n * n, n),
              weights(4 * n, 4));
      default -> {
        boolean after = random.nextBoolean();
        yield new Layer.Gru(
            n,
            f,
            g,
            after,
            sequences,
            backwards,
            weights(inputs * 3 * n, inputs),
            weights(3 * n * n, n),
            weights(after ? 6 * n : 3 * n, 4));
      }
    };
  }

  private Layer bidirectional(int inputs) {
    int n = units();
    boolean sequences = random.nextBoolean();
    boolean turned = random.nextInt(4) == 0;
    Layer.Merge[] merges = Layer.Merge.values();
    return new Layer.Bidirectional(
        recurrent(inputs, n, sequences, turned),
        recurrent(inputs, n, sequences, !turned),
        merges[random.nextInt(merges.length)]);
  }

  private Layer dense(int inputs, boolean last) {
    int n = last ? 1 + random.nextInt(21) : units();
    return new Layer.Dense(n, any(), weights(inputs * n, inputs), weights(n, 4));
  }

  private int units() {
    return switch (random.nextInt(4)) {
      case 0 -> 1 + random.nextInt(4);
      case 1 -> 8 * (1 + random.nextInt(4));
      default -> 1 + random.nextInt(40);
    };
  }

  private ActivationFunction cell() {
    return CELL[random.nextInt(CELL.length)];
  }

  private ActivationFunction any() {
    return switch (random.nextInt(4)) {
      case 0 -> ActivationFunction.SOFTMAX;
      case 1 ->
          random.nextBoolean() && exponentials++ == 0 ? ActivationFunction.EXPONENTIAL : cell();
      default -> ActivationFunction.LINEAR;
    };
  }

  private float[] weights(int count, int fan) {
    float[] w = new float[count];
    float limit = (float) (1 / Math.sqrt(fan));
    for (int i = 0; i < count; i++) {
      w[i] = (2 * random.nextFloat() - 1) * limit;
    }
    return w;
  }
}
