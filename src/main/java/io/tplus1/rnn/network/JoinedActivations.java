package io.tplus1.rnn.network;

import java.util.ArrayList;
import java.util.List;

/**
 * The same function with fewer layers: a linear {@code Dense} and the {@code Activation} behind it,
 * as older Keras code has them, are one {@code Dense}.
 */
public final class JoinedActivations {
  private JoinedActivations() {}

  /** The network with fewer layers, or itself where none can be joined. */
  public static Network of(Network network) {
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : network.layers()) {
      int last = layers.size() - 1;
      if (last >= 0
          && layer instanceof Layer.Activation activation
          && layers.get(last) instanceof Layer.Dense dense
          && dense.activation() == ActivationFunction.LINEAR) {
        layers.set(last, dense.ending(activation.function()));
      } else {
        layers.add(layer);
      }
    }
    return layers.size() == network.layers().size()
        ? network
        : new Network(network.inputs(), network.steps(), layers);
  }
}
