package io.tplus1.rnn.imported;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.JoinedActivations;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.proof.Golden;
import java.util.List;
import java.util.Optional;

/**
 * A network that ends in one sigmoid, the probability of the second of two classes, as one that
 * puts out both. As σ(z) = softmax(0, z)₂, it is the same network with a column of zeros.
 */
final class BinaryClass {
  private BinaryClass() {}

  /**
   * The network with both probabilities; empty where it does not end so, or the target has not two
   * classes: two words, or one word and every other one.
   *
   * @throws IllegalArgumentException if it has a sigmoid for each of several horizons side by side,
   *     or the logit of the second of two words alone
   */
  static Optional<Network> spread(FeatureSchema schema, int horizon, Network network) {
    Network joined = JoinedActivations.of(network);
    int last = joined.layers().size() - 1;
    if (!hasTwoClasses(schema) || !(joined.layers().get(last) instanceof Layer.Dense dense)) {
      return Optional.empty();
    }
    if (isLogit(schema, dense) && horizon == 1) {
      throw new IllegalArgumentException(
          "the network ends in one value without activation, and the target has two words: build it with these weights and activation='sigmoid'");
    }
    if (dense.activation() != ActivationFunction.SIGMOID) {
      return Optional.empty();
    }
    if (horizon > 1 && dense.units() == horizon) {
      throw new IllegalArgumentException(
          "the network ends in %d sigmoids side by side, and one probability alone is read as that of two classes: build it with these weights and Dense(%d) without activation, whose kernel and bias have before each column one of zeros"
              .formatted(horizon, 2 * horizon));
    }
    if (dense.units() != 1) {
      return Optional.empty();
    }
    float[] kernel = new float[2 * dense.kernel().length];
    for (int i = 0; i < dense.kernel().length; i++) {
      kernel[2 * i + 1] = dense.kernel()[i];
    }
    float[] bias = {0f, dense.bias()[0]};
    return Optional.of(
        joined.with(last, new Layer.Dense(2, ActivationFunction.SOFTMAX, kernel, bias)));
  }

  /**
   * Refuses one output for two classes of a network that DL4J alone runs: {@link #spread} makes no
   * other of it, as that would have to be written in DL4J's form.
   *
   * @param end its last layer
   * @throws IllegalArgumentException saying how to build it
   */
  static void requireBoth(FeatureSchema schema, int horizon, Network end) {
    if (hasTwoClasses(schema)
        && end.layers().get(end.layers().size() - 1) instanceof Layer.Dense dense
        && dense.units() == 1
        && (dense.activation() == ActivationFunction.SIGMOID || isLogit(schema, dense))) {
      throw new IllegalArgumentException(
          "the network ends in one output for two classes, and DL4J alone runs it: build it with these weights and an output layer of nOut(2) with softmax, its weights and bias with zeros before the column that is there");
    }
    spread(schema, horizon, end); // tells of several side by side
  }

  /** Whether a network is as {@link #spread} makes one. */
  static boolean isSpread(FeatureSchema schema, Network network) {
    Layer last = network.layers().get(network.layers().size() - 1);
    if (!hasTwoClasses(schema)
        || !(last instanceof Layer.Dense dense)
        || dense.units() != 2
        || dense.activation() != ActivationFunction.SOFTMAX
        || dense.bias()[0] != 0) {
      return false;
    }
    for (int i = 0; i < dense.kernel().length; i += 2) {
      if (dense.kernel()[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether a last layer puts out the logit of the second of two words alone. */
  private static boolean isLogit(FeatureSchema schema, Layer.Dense dense) {
    return dense.units() == 1
        && dense.activation() == ActivationFunction.LINEAR
        && schema.outputWidth() == 3;
  }

  private static boolean hasTwoClasses(FeatureSchema schema) {
    List<Feature> targets = schema.targetFeatures();
    return schema.isOneCategory() && (targets.get(0).width() == 2 || targets.get(0).width() == 3);
  }

  /**
   * What the network with both puts out where the one with a sigmoid gives these. In raw units both
   * may stand there already.
   *
   * @param horizon H, what the one with a sigmoid gives of a window
   */
  static Golden spread(Golden golden, int horizon) {
    float[][] outputs = new float[golden.outputs().length][];
    for (int i = 0; i < outputs.length; i++) {
      float[] single = golden.outputs()[i];
      if (golden.raw() && single.length != horizon) {
        outputs[i] = single;
        continue;
      }
      outputs[i] = new float[2 * single.length];
      for (int j = 0; j < single.length; j++) {
        outputs[i][2 * j] = 1 - single[j];
        outputs[i][2 * j + 1] = single[j];
      }
    }
    return new Golden(golden.name(), golden.windows(), outputs, golden.raw());
  }
}
