package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.ActivationFunction;

/**
 * The loops over floats that training spends its time in: plain, or with the Vector API.
 *
 * <p>Rows lie {@code stride} apart; every width and stride of its own buffers is a multiple of what
 * {@link #padded} gives, and what lies beyond a block's units is finite and, in a slope, zero. Of
 * one thread at a time.
 */
public interface BatchArithmetic {

  /** Kind and version, such as {@code plain-1}: raised whenever results may change. */
  String name();

  /** The length that a block of so many units takes. */
  int padded(int units);

  /** A matrix of zeros that rows are multiplied with. */
  Matrix matrix(int rows, int columns);

  /**
   * sum += Aᵀ · D, over the given number of rows in their order.
   *
   * @param a {@code float[rows][aWidth]} from {@code aAt}, {@code aStride} apart
   * @param d {@code float[rows][dWidth]} from {@code dAt}, {@code dStride} apart
   * @param dWidth a padded width
   * @param sum {@code float[aWidth][dWidth]}
   */
  void addProduct(
      int rows,
      float[] a,
      int aAt,
      int aStride,
      int aWidth,
      float[] d,
      int dAt,
      int dStride,
      int dWidth,
      float[] sum);

  /** Applies an activation, not softmax, in place to the values from {@code from} to {@code to}. */
  void activate(ActivationFunction function, float[] values, int from, int to);

  /**
   * d[j] *= f′, where f′ is the activation's slope told from its value y[j].
   *
   * @param function not SiLU, GELU or softmax, whose value does not tell it
   */
  default void slope(
      ActivationFunction function, float[] y, int yAt, float[] d, int dAt, int count) {
    Slopes.multiply(function, y, yAt, d, dAt, count);
  }

  /**
   * One step of an LSTM with tanh and sigmoid over {@code rows} sequences.
   *
   * @param units padded units
   * @param gates {@code float[rows][4][units]} from {@code at} in the order i, f, o, g: before
   *     activation, those of i, f, o halved; becomes the activated gates
   * @param c {@code float[rows][units]} at {@code before}: the last step's cells; receives this
   *     step's at {@code now}
   * @param activated receives tanh(c) from {@code out}
   * @param h receives o ⊙ tanh(c) from {@code out}
   */
  void lstm(
      int rows,
      int units,
      float[] gates,
      int at,
      float[] c,
      int before,
      int now,
      float[] activated,
      float[] h,
      int out);

  /**
   * One step backwards through {@link #lstm}.
   *
   * @param gates activated gates; become the loss's slopes by the gates before activation (not
   *     halved)
   * @param activated tanh(c) from {@code out}
   * @param dh the loss's slope by h from {@code out}
   * @param dc {@code float[rows][units]}: the loss's slope by c, by way of the steps after; becomes
   *     that by the last step's c
   */
  void lstmBackward(
      int rows,
      int units,
      float[] gates,
      int at,
      float[] c,
      int before,
      float[] activated,
      float[] dh,
      int out,
      float[] dc);

  /** A matrix that many rows at a time are multiplied with. */
  interface Matrix {
    /**
     * Takes new values.
     *
     * @param values {@code float[rows][columns]} row-major; copied
     */
    void set(float[] values);

    /**
     * c[r] = init[r] + a[r] · M.
     *
     * @param a {@code float[count][rows]} from {@code aAt}
     * @param init {@code float[count][columns]} from {@code initAt}; may be {@code c} itself; a
     *     stride of 0 takes one row for all
     * @param c {@code float[count][columns]} from {@code cAt}
     */
    void multiplyAdd(
        int count,
        float[] a,
        int aAt,
        int aStride,
        float[] init,
        int initAt,
        int initStride,
        float[] c,
        int cAt,
        int cStride);
  }
}
