package io.tplus1.rnn.dl4j;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Weights;
import java.util.Optional;

/** What DL4J cannot do with a network as Keras does; it is told without starting ND4J. */
final class Refusals {
  private Refusals() {}

  /**
   * Why DL4J cannot compute this network as Keras does.
   *
   * @return one sentence, or empty if it can
   */
  static Optional<String> ofComputing(Network network) {
    return network.layers().stream().flatMap(layer -> refusal(layer).stream()).findFirst();
  }

  /**
   * Why DL4J cannot train a network with a loss.
   *
   * @return one sentence, or empty if it can
   */
  static Optional<String> ofTraining(Network network, TargetLoss loss) {
    Optional<String> refusal = ofComputing(network);
    if (refusal.isPresent()) {
      return refusal;
    }
    if (network.layers().stream().anyMatch(Refusals::putsOutLastOfBoth)) {
      return Optional.of("DL4J trains no bidirectional layer that puts out its last step alone");
    }
    NetworkEnd end = NetworkEnd.of(network);
    if (losesDropout(end)) {
      return Optional.of("DL4J drops values only on their way into a layer with weights");
    }
    ActivationFunction last = end.activation();
    return loss.takes(last, network.output().width())
        ? Optional.empty()
        : Optional.of(
            "DL4J has no loss for a decoder or categories that end in " + last.kerasName());
  }

  private static boolean putsOutLastOfBoth(Layer layer) {
    return layer instanceof Layer.Bidirectional pair && !pair.forward().returnSequences();
  }

  /** Whether nothing with weights reads what is dropped, or reads something else than zeros. */
  private static boolean losesDropout(NetworkEnd end) {
    boolean dropped = false;
    for (Layer layer : end.before()) {
      if (layer instanceof Layer.Dropout dropout) {
        dropped |= dropout.rate() > 0;
      } else if (layer instanceof Layer.Activation activation) {
        if (dropped && !keepsZero(activation.function())) {
          return true;
        }
      } else {
        dropped &= Weights.of(layer).isEmpty();
      }
    }
    return dropped && end.dense() == null;
  }

  private static boolean keepsZero(ActivationFunction function) {
    return switch (function) {
      case LINEAR, TANH, RELU, RELU6, ELU, SELU, SILU, GELU, SOFTSIGN -> true;
      case SIGMOID, HARD_SIGMOID, SOFTPLUS, EXPONENTIAL, SOFTMAX -> false;
    };
  }

  private static Optional<String> refusal(Layer layer) {
    if (layer instanceof Layer.Gru) {
      return Optional.of("DL4J has no GRU layer");
    } else if (layer.masks()) {
      return Optional.of("DL4J resets the state at a masked step, where Keras carries it over");
    } else if (layer instanceof Layer.Bidirectional pair) {
      return refusal(pair);
    } else if (layer instanceof Layer.Recurrent recurrent && recurrent.goBackwards()) {
      return Optional.of("DL4J reads a sequence backwards only within a bidirectional layer");
    } else if (layer instanceof Layer.SimpleRnn rnn) {
      return cellRefusal(rnn.activation());
    } else if (layer instanceof Layer.Lstm lstm) {
      return cellRefusal(lstm.activation()).or(() -> cellRefusal(lstm.recurrentActivation()));
    } else if (layer instanceof Layer.Dense dense) {
      return refusal(dense.activation());
    } else if (layer instanceof Layer.Activation activation) {
      return refusal(activation.function());
    }
    return Optional.empty();
  }

  private static Optional<String> refusal(Layer.Bidirectional pair) {
    if (pair.forward().goBackwards()) {
      return Optional.of("DL4J's bidirectional layer has its forward direction first");
    }
    if (pair.forward() instanceof Layer.SimpleRnn a
        && pair.backward() instanceof Layer.SimpleRnn b) {
      return a.activation() == b.activation() ? cellRefusal(a.activation()) : unequal();
    }
    if (pair.forward() instanceof Layer.Lstm a && pair.backward() instanceof Layer.Lstm b) {
      return a.activation() == b.activation() && a.recurrentActivation() == b.recurrentActivation()
          ? refusal(a)
          : unequal();
    }
    return pair.forward().getClass() == pair.backward().getClass()
        ? Optional.of("DL4J has no GRU layer")
        : unequal();
  }

  private static Optional<String> unequal() {
    return Optional.of("DL4J's bidirectional layer has the same layer in both directions");
  }

  private static Optional<String> cellRefusal(ActivationFunction function) {
    return function == ActivationFunction.SOFTMAX
        ? Optional.of("DL4J does not take softmax over the units of each gate apart")
        : refusal(function);
  }

  private static Optional<String> refusal(ActivationFunction function) {
    return Activations.of(function).isPresent()
        ? Optional.empty()
        : Optional.of("DL4J has no activation like Keras' " + function.kerasName());
  }
}
