package io.tplus1.rnn.dl4j;

import io.tplus1.rnn.network.ActivationFunction;
import java.util.Optional;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;

/** Which of DL4J's activations has the same definition as one of ours. */
final class Activations {
  private Activations() {}

  /** Empty where DL4J has none: its GELU is an approximation, and it has no exponential. */
  static Optional<IActivation> of(ActivationFunction function) {
    Activation activation =
        switch (function) {
          case LINEAR -> Activation.IDENTITY;
          case TANH -> Activation.TANH;
          case SIGMOID -> Activation.SIGMOID;
          case HARD_SIGMOID -> Activation.HARDSIGMOID;
          case RELU -> Activation.RELU;
          case RELU6 -> Activation.RELU6;
          case ELU -> Activation.ELU;
          case SELU -> Activation.SELU;
          case SILU -> Activation.SWISH;
          case SOFTPLUS -> Activation.SOFTPLUS;
          case SOFTSIGN -> Activation.SOFTSIGN;
          case SOFTMAX -> Activation.SOFTMAX;
          case GELU, EXPONENTIAL -> null;
        };
    return Optional.ofNullable(activation).map(Activation::getActivationFunction);
  }

  /** Empty where ours has none of the same definition. */
  static Optional<ActivationFunction> of(IActivation activation) {
    for (ActivationFunction function : ActivationFunction.values()) {
      if (of(function).filter(activation::equals).isPresent()) {
        return Optional.of(function);
      }
    }
    return Optional.empty();
  }
}
