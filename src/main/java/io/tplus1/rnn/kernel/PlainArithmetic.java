package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.ActivationFunction;

/**
 * Plain loops in the one form that C2 turns into vector instructions.
 *
 * <p>C2 (17 and 25) vectorises a loop over j when every array is indexed by j alone and one array
 * is stored: {@code z[j] = fma(a3, w3[j], …)} over separate row arrays. An index {@code offset +
 * j}, a dot product and more than six rows a pass all fall to scalar speed, which is why values are
 * copied out of larger arrays here before they are computed with.
 */
final class PlainArithmetic implements Arithmetic {
  /** sinh(x) ≈ x + x³ (T3 + T5 x² + …), fitted for the least error of tanh on [0, 9]: 5.4e-8. */
  private static final float T3 = 1.6666758e-1f;

  private static final float T5 = 8.331659e-3f;
  private static final float T7 = 1.9923376e-4f;
  private static final float T9 = 2.6123669e-6f;
  private static final float T11 = 3.4200447e-8f;

  /** tanh of it is 1. */
  private static final float SATURATED = 20f;

  /**
   * Columns from which a tall matrix is added up row by row. Below, most of a loop over the columns
   * is what C2 leaves scalar before and after its vectors, and a short Dense behind a wide
   * recurrent layer would spoil C2's opinion of the loops that both share.
   */
  private static final int WIDE = 32;

  private final boolean clamped;

  /**
   * Plain arithmetic.
   *
   * @param clamped whether tanh holds for an argument of any size; clamping costs C2 ten
   *     instructions in Java's meaning of min and max
   */
  PlainArithmetic(boolean clamped) {
    this.clamped = clamped;
  }

  @Override
  public Arithmetic unclamped() {
    return clamped ? new PlainArithmetic(false) : this;
  }

  @Override
  public String version() {
    return "plain-1";
  }

  @Override
  public int padded(int units) {
    return units;
  }

  @Override
  public Matrix matrix(int rows, int columns, float[] values) {
    return columns < Math.min(rows, WIDE)
        ? new Columns(rows, columns, values)
        : new Rows(rows, columns, values);
  }

  @Override
  public Projection projection(int rows, int columns, float[] values, float[] bias) {
    return new Biased(matrix(rows, columns, values), rows, columns, bias.clone());
  }

  @Override
  public void activate(ActivationFunction function, float[] values, int from, int to) {
    if (function == ActivationFunction.TANH) {
      if (from == 0) {
        tanh(values, to);
      } else {
        for (int j = from; j < to; j++) {
          values[j] = tanh(values[j]);
        }
      }
    } else {
      Activations.exact(function, values, from, to);
    }
  }

  @Override
  public void lstm(
      float[] gates, int units, float scale, float shift, float[] c, float[] h, float[][] work) {
    float[] i = work[0];
    float[] f = work[1];
    float[] g = work[2];
    System.arraycopy(gates, 0, i, 0, units);
    System.arraycopy(gates, units, f, 0, units);
    System.arraycopy(gates, 3 * units, g, 0, units);
    for (int j = 0; j < units; j++) {
      c[j] = Math.fma(Math.fma(scale, f[j], shift), c[j], Math.fma(scale, i[j], shift) * g[j]);
    }
    System.arraycopy(c, 0, h, 0, units);
    tanh(h, units);
    System.arraycopy(gates, 2 * units, i, 0, units);
    for (int j = 0; j < units; j++) {
      h[j] = Math.fma(scale, i[j], shift) * h[j];
    }
  }

  @Override
  public void gruResetAfter(
      float[] gates,
      int units,
      float scale,
      float shift,
      float[] x,
      int at,
      float[] candidate,
      float[][] work) {
    float[] r = work[0];
    float[] product = work[1];
    System.arraycopy(gates, units, r, 0, units);
    System.arraycopy(gates, 2 * units, product, 0, units);
    System.arraycopy(x, at, candidate, 0, units);
    for (int j = 0; j < units; j++) {
      candidate[j] = Math.fma(Math.fma(scale, r[j], shift), product[j], candidate[j]);
    }
  }

  @Override
  public void gruResetBefore(
      float[] gates, int units, float scale, float shift, float[] h, float[] out) {
    System.arraycopy(gates, units, out, 0, units);
    for (int j = 0; j < units; j++) {
      out[j] = Math.fma(scale, out[j], shift) * h[j];
    }
  }

  @Override
  public void gruOutput(
      float[] gates, int units, float scale, float shift, float[] candidate, float[] h) {
    for (int j = 0; j < units; j++) {
      h[j] = Math.fma(Math.fma(scale, gates[j], shift), h[j] - candidate[j], candidate[j]);
    }
  }

  /**
   * tanh(x) = y / √(1 + y²) with y = sinh(x), in place over the first {@code n} values.
   *
   * <p>sinh is a polynomial of degree 11. An error δ of it, relative, becomes δ tanh(x) / cosh²(x),
   * so that it need be exact near 0 alone, and the form saturates at ±1 by itself. Error 1.8e-7.
   * From |x| ≈ 270 on y² overflows: clamped, x stays where tanh has long been ±1; else the result
   * is not a number, as q · 0 then is; elsewhere it adds nothing.
   */
  private void tanh(float[] v, int n) {
    if (clamped) {
      for (int j = 0; j < n; j++) {
        v[j] = tanh(v[j]);
      }
      return;
    }
    for (int j = 0; j < n; j++) {
      float x = v[j];
      float s = x * x;
      float p = Math.fma(s, T11, T9);
      p = Math.fma(s, p, T7);
      p = Math.fma(s, p, T5);
      p = Math.fma(s, p, T3);
      float y = Math.fma(x * s, p, x);
      float q = Math.fma(y, y, 1f);
      v[j] = Math.fma(q, -0f, y) / (float) Math.sqrt(q);
    }
  }

  private static float tanh(float value) {
    float x = Math.max(-SATURATED, Math.min(value, SATURATED));
    float s = x * x;
    float p = Math.fma(s, T11, T9);
    p = Math.fma(s, p, T7);
    p = Math.fma(s, p, T5);
    p = Math.fma(s, p, T3);
    float y = Math.fma(x * s, p, x);
    return y / (float) Math.sqrt(Math.fma(y, y, 1f));
  }

  private static final class Rows implements Matrix {
    private final float[][] rows;
    private final int columns;

    Rows(int count, int columns, float[] values) {
      this.columns = columns;
      rows = new float[count][columns];
      for (int i = 0; i < count; i++) {
        System.arraycopy(values, i * columns, rows[i], 0, columns);
      }
    }

    @Override
    public void multiplyAdd(float[] x, int xAt, float[] init, int initAt, float[] out, int turn) {
      float[][] w = rows;
      int n = columns;
      if (init != out) {
        System.arraycopy(init, initAt, out, 0, n);
      }
      int sixes = w.length / 6;
      boolean backwards = (turn & 1) != 0;
      for (int i = 0; i < sixes; i++) {
        add6(out, w, 6 * (backwards ? sixes - 1 - i : i), x, xAt, n);
      }
      int k = 6 * sixes;
      int a = xAt + k;
      int left = w.length - k;
      if (left >= 4) {
        add4(out, w[k], w[k + 1], w[k + 2], w[k + 3], x[a], x[a + 1], x[a + 2], x[a + 3], n);
        left -= 4;
        k += 4;
        a += 4;
      }
      switch (left) {
        case 1 -> add1(out, w[k], x[a], n);
        case 2 -> add2(out, w[k], w[k + 1], x[a], x[a + 1], n);
        case 3 -> add3(out, w[k], w[k + 1], w[k + 2], x[a], x[a + 1], x[a + 2], n);
        default -> {}
      }
    }

    private static void add1(float[] z, float[] w0, float a0, int n) {
      for (int j = 0; j < n; j++) {
        z[j] = Math.fma(a0, w0[j], z[j]);
      }
    }

    private static void add2(float[] z, float[] w0, float[] w1, float a0, float a1, int n) {
      for (int j = 0; j < n; j++) {
        z[j] = Math.fma(a1, w1[j], Math.fma(a0, w0[j], z[j]));
      }
    }

    private static void add3(
        float[] z, float[] w0, float[] w1, float[] w2, float a0, float a1, float a2, int n) {
      for (int j = 0; j < n; j++) {
        z[j] = Math.fma(a2, w2[j], Math.fma(a1, w1[j], Math.fma(a0, w0[j], z[j])));
      }
    }

    private static void add4(
        float[] z,
        float[] w0,
        float[] w1,
        float[] w2,
        float[] w3,
        float a0,
        float a1,
        float a2,
        float a3,
        int n) {
      for (int j = 0; j < n; j++) {
        z[j] =
            Math.fma(
                a3, w3[j], Math.fma(a2, w2[j], Math.fma(a1, w1[j], Math.fma(a0, w0[j], z[j]))));
      }
    }

    private static void add6(float[] z, float[][] w, int k, float[] x, int xAt, int n) {
      float[] w0 = w[k];
      float[] w1 = w[k + 1];
      float[] w2 = w[k + 2];
      float[] w3 = w[k + 3];
      float[] w4 = w[k + 4];
      float[] w5 = w[k + 5];
      float a0 = x[xAt + k];
      float a1 = x[xAt + k + 1];
      float a2 = x[xAt + k + 2];
      float a3 = x[xAt + k + 3];
      float a4 = x[xAt + k + 4];
      float a5 = x[xAt + k + 5];
      for (int j = 0; j < n; j++) {
        float s = Math.fma(a2, w2[j], Math.fma(a1, w1[j], Math.fma(a0, w0[j], z[j])));
        z[j] = Math.fma(a5, w5[j], Math.fma(a4, w4[j], Math.fma(a3, w3[j], s)));
      }
    }
  }

  /** A tall and narrow matrix, column by column: scalar dot products of four sums each. */
  private static final class Columns implements Matrix {
    private final float[][] columns;

    Columns(int rows, int count, float[] values) {
      columns = new float[count][rows];
      for (int j = 0; j < count; j++) {
        for (int k = 0; k < rows; k++) {
          columns[j][k] = values[k * count + j];
        }
      }
    }

    @Override
    public void multiplyAdd(float[] x, int xAt, float[] init, int initAt, float[] out, int turn) {
      for (int j = 0; j < columns.length; j++) {
        out[j] = init[initAt + j] + dot(columns[j], x, xAt);
      }
    }

    private static float dot(float[] w, float[] x, int at) {
      float s = 0;
      float t = 0;
      float u = 0;
      float v = 0;
      int k = 0;
      for (; k < w.length - 3; k += 4) {
        s = Math.fma(w[k], x[at + k], s);
        t = Math.fma(w[k + 1], x[at + k + 1], t);
        u = Math.fma(w[k + 2], x[at + k + 2], u);
        v = Math.fma(w[k + 3], x[at + k + 3], v);
      }
      for (; k < w.length; k++) {
        s = Math.fma(w[k], x[at + k], s);
      }
      return (s + t) + (u + v);
    }
  }

  private record Biased(Matrix matrix, int rows, int columns, float[] bias) implements Projection {
    @Override
    public void apply(
        float[] in, int inAt, int count, float[] out, int outAt, int outStride, float[] work) {
      for (int s = 0; s < count; s++) {
        matrix.multiplyAdd(in, inAt + s * rows, bias, 0, work, 0);
        System.arraycopy(work, 0, out, outAt + s * outStride, columns);
      }
    }
  }
}
