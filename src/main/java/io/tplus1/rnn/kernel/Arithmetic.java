package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.ActivationFunction;

/**
 * The loops over floats that a compiled network spends its time in: plain, or with the Vector API.
 *
 * <p>Shared by threads; packing belongs to the one thread that compiles a kernel. Gates come in
 * blocks of {@link #padded} units each, and what lies beyond a block's units stays finite and is
 * never read by what counts. Sigmoid gates are given as σ(x) = ½ tanh(x/2) + ½ with their weights
 * already halved, so that one pass of tanh serves all gates; the methods below apply {@code scale ·
 * gate + shift}, which is ½, ½ there and 1, 0 elsewhere.
 */
public interface Arithmetic {

  /** Kind and version, such as {@code plain-1}: raised whenever results may change. */
  String version();

  /** All that decides the bits of results: the version and, where they hang on it, the width. */
  default String name() {
    return version();
  }

  /**
   * The same arithmetic for recurrent cells, quicker, whose tanh may be not a number where its
   * argument is so large that a power of it overflows; elsewhere the same bits. Itself if nothing
   * is quicker.
   */
  default Arithmetic unclamped() {
    return this;
  }

  /** The length that a block of so many units takes. */
  int padded(int units);

  /**
   * Packs a matrix the way this arithmetic likes it.
   *
   * @param values {@code float[rows][columns]} row-major; copied
   * @param columns a multiple of what {@link #padded} returns
   */
  Matrix matrix(int rows, int columns, float[] values);

  /**
   * Packs a matrix that multiplies many rows at a time.
   *
   * @param values {@code float[rows][columns]} row-major; copied
   * @param bias {@code float[columns]}; copied
   */
  Projection projection(int rows, int columns, float[] values, float[] bias);

  /** Applies an activation, not softmax, in place to the values from {@code from} to {@code to}. */
  void activate(ActivationFunction function, float[] values, int from, int to);

  /**
   * Closes an LSTM's step whose activation is tanh: c = f ⊙ c + i ⊙ g, h = o ⊙ tanh(c).
   *
   * @param gates activated gates in the order i, f, o, g, each {@code units} long; overwritten
   * @param units a padded length
   * @param c cell state; updated
   * @param h receives the output
   * @param work working memory of at least three arrays of {@code units}
   */
  void lstm(
      float[] gates, int units, float scale, float shift, float[] c, float[] h, float[][] work);

  /**
   * Opens a GRU's candidate with reset after: gates[2] = x + r ⊙ gates[2].
   *
   * @param gates z, r (activated) and the candidate's recurrent product
   * @param x holds the candidate's input projection from {@code at}
   */
  void gruResetAfter(
      float[] gates,
      int units,
      float scale,
      float shift,
      float[] x,
      int at,
      float[] candidate,
      float[][] work);

  /** Resets the state before a GRU's candidate: out = r ⊙ h. */
  void gruResetBefore(float[] gates, int units, float scale, float shift, float[] h, float[] out);

  /** Closes a GRU's step: h = z ⊙ h + (1 − z) ⊙ candidate. */
  void gruOutput(float[] gates, int units, float scale, float shift, float[] candidate, float[] h);

  /** A matrix that one vector at a time is multiplied with. */
  interface Matrix {
    /**
     * out = init + x · M.
     *
     * <p>A matrix that outgrows the first-level cache is read from its end on every odd turn, where
     * part of it still lies from the turn before; sums may then be taken in another order.
     *
     * @param x {@code float[rows]} from {@code xAt}
     * @param init {@code float[columns]} from {@code initAt}; may be {@code out} from 0
     * @param out {@code float[columns]} from 0
     * @param turn how many times the matrix has been read in this sequence
     */
    void multiplyAdd(float[] x, int xAt, float[] init, int initAt, float[] out, int turn);
  }

  /** A matrix with a bias that many rows at a time are multiplied with. */
  interface Projection {
    /**
     * out[s] = bias + in[s] · M, the same floats for a row alone and among others.
     *
     * @param in {@code float[count][rows]} from {@code inAt}
     * @param out {@code float[count][columns]} from {@code outAt}, {@code outStride} apart
     * @param work working memory of at least {@code columns}
     */
    void apply(
        float[] in, int inAt, int count, float[] out, int outAt, int outStride, float[] work);
  }
}
