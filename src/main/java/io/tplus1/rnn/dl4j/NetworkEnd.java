package io.tplus1.rnn.dl4j;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers that DL4J has as its last one, which holds the loss.
 *
 * @param before the layers before it
 * @param dense null where it computes nothing but an activation
 */
record NetworkEnd(List<Layer> before, Layer.Dense dense, ActivationFunction activation) {
  static NetworkEnd of(Network network) {
    List<Layer> ours = new ArrayList<>(network.layers());
    while (ours.size() > 1 && ours.get(ours.size() - 1).isIdle()) {
      ours.remove(ours.size() - 1);
    }
    ActivationFunction last = ActivationFunction.LINEAR;
    if (ours.size() > 1 && ours.get(ours.size() - 1) instanceof Layer.Activation activation) {
      last = activation.function();
      ours.remove(ours.size() - 1);
    }
    Layer.Dense output = null;
    if (ours.get(ours.size() - 1) instanceof Layer.Dense dense
        && (last == ActivationFunction.LINEAR || dense.activation() == ActivationFunction.LINEAR)) {
      output = dense;
      last = last == ActivationFunction.LINEAR ? dense.activation() : last;
      ours.remove(ours.size() - 1);
    }
    return new NetworkEnd(ours, output, last);
  }
}
