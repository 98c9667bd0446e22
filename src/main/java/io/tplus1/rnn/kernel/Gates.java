package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.ActivationFunction;

/**
 * Brings Keras' gate weights into the kernel's order: each gate a block of padded length, in an
 * order that puts gates of one activation side by side, sigmoid gates halved (see {@link
 * Arithmetic}).
 */
final class Gates {
  private final int units;
  private final int padded;
  private final int[] order;
  private final int sources;
  private final float[] factors;

  /**
   * @param sources number of gates that lie side by side in Keras' arrays
   * @param order Keras' index of each block
   * @param factors what each block is multiplied with
   */
  Gates(int units, int padded, int sources, int[] order, float[] factors) {
    this.units = units;
    this.padded = padded;
    this.sources = sources;
    this.order = order;
    this.factors = factors;
  }

  int columns() {
    return padded * order.length;
  }

  /**
   * Rearranges a kernel, or a bias as a kernel of one row.
   *
   * @param keras {@code float[rows][sources · units]} from {@code from}
   */
  float[] pack(int rows, float[] keras, int from) {
    float[] out = new float[rows * columns()];
    for (int i = 0; i < rows; i++) {
      for (int b = 0; b < order.length; b++) {
        int source = from + (i * sources + order[b]) * units;
        int target = i * columns() + b * padded;
        for (int j = 0; j < units; j++) {
          out[target + j] = factors[b] * keras[source + j];
        }
      }
    }
    return out;
  }

  /**
   * Applies an activation, or softmax to the units of each gate, in place to blocks from {@code
   * from} on.
   *
   * @param units those of a block that count
   * @param padded length of a block
   */
  static void activate(
      Arithmetic arithmetic,
      ActivationFunction function,
      float[] values,
      int from,
      int blocks,
      int units,
      int padded) {
    if (function == ActivationFunction.SOFTMAX) {
      for (int b = 0; b < blocks; b++) {
        Activations.softmax(values, from + b * padded, units);
      }
    } else {
      arithmetic.activate(function, values, from, from + blocks * padded);
    }
  }

  /** The function that is applied to gates whose weights are multiplied with {@link #scale}. */
  static ActivationFunction applied(ActivationFunction gate) {
    return gate == ActivationFunction.SIGMOID ? ActivationFunction.TANH : gate;
  }

  /**
   * Scale that completes the gate after {@link #applied}; its weights are multiplied with it too.
   */
  static float scale(ActivationFunction gate) {
    return gate == ActivationFunction.SIGMOID ? 0.5f : 1f;
  }

  /** Shift that completes the gate after {@link #applied}. */
  static float shift(ActivationFunction gate) {
    return gate == ActivationFunction.SIGMOID ? 0.5f : 0f;
  }
}
