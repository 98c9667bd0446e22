package io.tplus1.rnn.network;

/**
 * One layer of a {@link Network}, with Keras' meaning and Keras' weight layout.
 *
 * <p>Kernels are row-major {@code float[in][out]}, flattened: the weight from input i to output o
 * lies at {@code i * out + o}. Records hold their arrays uncopied, because a network may hold
 * megabytes; {@link Network} is the owner and nobody writes into them afterwards.
 *
 * <p>A layer maps either a sequence {@code float[steps][width]} or a vector {@code float[width]};
 * {@link Network} checks that the shapes of neighbours fit.
 */
public sealed interface Layer {
  /** Whether it hands on what it gets, unchanged. */
  default boolean isIdle() {
    return this instanceof Dropout
        || (this instanceof Activation activation
            && activation.function() == ActivationFunction.LINEAR);
  }

  /** Whether it masks steps, which recurrent layers behind it pass over. */
  default boolean masks() {
    return this instanceof Masking || (this instanceof Embedding embedding && embedding.maskZero());
  }

  /**
   * A table of vectors; the input is one category id per step (feature width 1), the output {@code
   * float[steps][width]}. An id outside {@code [0, vocabulary)} uses row 0.
   *
   * @param vocabulary number of rows
   * @param width length of a row
   * @param maskZero whether id 0 masks its step for the recurrent layers that follow
   * @param weights {@code float[vocabulary][width]}
   */
  record Embedding(int vocabulary, int width, boolean maskZero, float[] weights) implements Layer {}

  /** Masks each step whose features all equal {@code value}, as Keras' Masking does. */
  record Masking(float value) implements Layer {}

  /** A recurrent layer, or a pair of them. */
  sealed interface Recurrent extends Layer {
    /** Length of the state, and of one output step. */
    int units();

    /** Whether every step is put out ({@code float[steps][units]}), or the last alone. */
    boolean returnSequences();

    /** Whether the sequence is read from its end, as Keras' go_backwards does. */
    boolean goBackwards();
  }

  /**
   * h = f(x W + h₋₁ U + b).
   *
   * @param kernel {@code float[in][units]}
   * @param recurrentKernel {@code float[units][units]}
   * @param bias {@code float[units]}; zeros where Keras has use_bias=false
   */
  record SimpleRnn(
      int units,
      ActivationFunction activation,
      boolean returnSequences,
      boolean goBackwards,
      float[] kernel,
      float[] recurrentKernel,
      float[] bias)
      implements Recurrent {}

  /**
   * Gates in Keras' order i, f, c, o: i, f, o = r(x W + h₋₁ U + b), c = f ⊙ c₋₁ + i ⊙ a(…), h = o ⊙
   * a(c), where a is {@code activation} and r {@code recurrentActivation}.
   *
   * @param kernel {@code float[in][4 units]}
   * @param recurrentKernel {@code float[units][4 units]}
   * @param bias {@code float[4 units]}
   */
  record Lstm(
      int units,
      ActivationFunction activation,
      ActivationFunction recurrentActivation,
      boolean returnSequences,
      boolean goBackwards,
      float[] kernel,
      float[] recurrentKernel,
      float[] bias)
      implements Recurrent {}

  /**
   * Gates in Keras' order z, r, h: h = z ⊙ h₋₁ + (1 − z) ⊙ a(…). With {@code resetAfter} the reset
   * gate multiplies after the recurrent product, (h₋₁ U + b₁) ⊙ r, and there are two biases;
   * without it, before: (r ⊙ h₋₁) U.
   *
   * @param kernel {@code float[in][3 units]}
   * @param recurrentKernel {@code float[units][3 units]}
   * @param bias {@code float[3 units]}, or with {@code resetAfter} {@code float[2][3 units]}: input
   *     bias, then recurrent bias
   */
  record Gru(
      int units,
      ActivationFunction activation,
      ActivationFunction recurrentActivation,
      boolean resetAfter,
      boolean returnSequences,
      boolean goBackwards,
      float[] kernel,
      float[] recurrentKernel,
      float[] bias)
      implements Recurrent {}

  /** How the two directions of a {@link Bidirectional} are joined. */
  enum Merge {
    CONCAT,
    SUM,
    MUL,
    AVE
  }

  /**
   * Two recurrent layers over the same sequence, one forwards and one backwards. With sequences,
   * the backward output is turned round again before the merge, as Keras does.
   */
  record Bidirectional(Recurrent forward, Recurrent backward, Merge merge) implements Layer {}

  /**
   * y = f(x W + b), applied to a vector, or to every step of a sequence (Keras'
   * TimeDistributed(Dense) is this too).
   *
   * @param kernel {@code float[in][units]}
   * @param bias {@code float[units]}; zeros where Keras has use_bias=false
   */
  record Dense(int units, ActivationFunction activation, float[] kernel, float[] bias)
      implements Layer {
    /** The same weights before another activation. */
    public Dense ending(ActivationFunction end) {
      return new Dense(units, end, kernel, bias);
    }
  }

  /** An activation on its own. */
  record Activation(ActivationFunction function) implements Layer {}

  /** Dropout of the given rate in training; the identity in forecasting. */
  record Dropout(double rate) implements Layer {}

  /** Repeats a vector {@code times} times: {@code float[width]} → {@code float[times][width]}. */
  record RepeatVector(int times) implements Layer {}

  /** Joins a sequence of a fixed number of steps into one vector, oldest step first. */
  record Flatten() implements Layer {}
}
