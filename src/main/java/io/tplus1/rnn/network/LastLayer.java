package io.tplus1.rnn.network;

import java.util.List;
import java.util.Optional;

/**
 * The last layer of a network that computes something, which tells what the network's values are.
 *
 * @param layer itself, whatever follows that only hands its values on
 * @param width of the shape that it hands on
 */
public record LastLayer(Layer layer, int width) {

  /** Of a network of which every layer hands on, the first. */
  public static LastLayer of(Network network) {
    List<Layer> layers = network.layers();
    int last = layers.size() - 1;
    while (last > 0 && handsOn(layers.get(last))) {
      last--;
    }
    return new LastLayer(layers.get(last), network.shapes().get(last).width());
  }

  /** Whether a layer's values are those of the layer before. */
  private static boolean handsOn(Layer layer) {
    return layer.isIdle()
        || layer instanceof Layer.Flatten
        || layer instanceof Layer.RepeatVector
        || layer instanceof Layer.Masking;
  }

  /** Whether it is a linear Dense. */
  public boolean isLinear() {
    return layer instanceof Layer.Dense dense && dense.activation() == ActivationFunction.LINEAR;
  }

  /** Whether it gives probabilities, whose size is 1 in any unit. */
  public boolean givesProbabilities() {
    return activation()
        .filter(
            end ->
                end == ActivationFunction.SOFTMAX
                    || end == ActivationFunction.SIGMOID
                    || end == ActivationFunction.HARD_SIGMOID)
        .isPresent();
  }

  /** What is applied to its values last; empty where that does not tell what they are. */
  public Optional<ActivationFunction> activation() {
    if (layer instanceof Layer.Dense dense) {
      return Optional.of(dense.activation());
    }
    if (layer instanceof Layer.SimpleRnn rnn && rnn.activation() == ActivationFunction.SOFTMAX) {
      return Optional.of(rnn.activation());
    }
    return layer instanceof Layer.Activation activation
        ? Optional.of(activation.function())
        : Optional.empty();
  }
}
