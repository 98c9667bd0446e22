package io.tplus1.rnn.learn;

import static io.tplus1.rnn.network.ActivationFunction.SELU_ALPHA;
import static io.tplus1.rnn.network.ActivationFunction.SELU_SCALE;

import io.tplus1.rnn.network.ActivationFunction;

/** Slopes of activations that their value tells. */
final class Slopes {
  private Slopes() {}

  /** Whether the value of the activation tells its slope; of SiLU, GELU and softmax it does not. */
  static boolean known(ActivationFunction function) {
    return switch (function) {
      case SILU, GELU, SOFTMAX -> false;
      default -> true;
    };
  }

  /** d[j] *= f′ from y[j] = f(x). */
  static void multiply(
      ActivationFunction function, float[] y, int yAt, float[] d, int dAt, int count) {
    if (function == ActivationFunction.LINEAR) {
      return;
    }
    for (int j = 0; j < count; j++) {
      d[dAt + j] *= of(function, y[yAt + j]);
    }
  }

  /** f′ from y = f(x). */
  static float of(ActivationFunction function, float y) {
    return switch (function) {
      case LINEAR -> 1;
      case TANH -> 1 - y * y;
      case SIGMOID -> y * (1 - y);
      case HARD_SIGMOID -> y > 0 && y < 1 ? 0.2f : 0;
      case RELU -> y > 0 ? 1 : 0;
      case RELU6 -> y > 0 && y < 6 ? 1 : 0;
      case ELU -> y > 0 ? 1 : y + 1;
      case SELU -> y > 0 ? SELU_SCALE : y + SELU_SCALE * SELU_ALPHA;
      case SOFTPLUS -> (float) -Math.expm1(-y);
      case SOFTSIGN -> (1 - Math.abs(y)) * (1 - Math.abs(y));
      case EXPONENTIAL -> y;
      case SILU, GELU, SOFTMAX ->
          throw new IllegalArgumentException(
              "the value of " + function.kerasName() + " does not tell its slope");
    };
  }
}
