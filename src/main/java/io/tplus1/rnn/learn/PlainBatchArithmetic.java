package io.tplus1.rnn.learn;

import io.tplus1.rnn.kernel.Activations;
import io.tplus1.rnn.network.ActivationFunction;

/**
 * Plain loops in the one form that C2 turns into vector instructions: over j, with every array
 * indexed by j alone and one array stored. Hence the copies into working arrays and back, which
 * cost far less than what a scalar loop would.
 */
final class PlainBatchArithmetic implements BatchArithmetic {
  /** Values that are activated at a time. */
  private static final int CHUNK = 1024;

  private final PlainProducts products = new PlainProducts();
  private final float[] chunk = new float[CHUNK];
  private float[][] work = new float[8][0];

  @Override
  public String name() {
    return "plain-1";
  }

  @Override
  public int padded(int units) {
    return units;
  }

  @Override
  public Matrix matrix(int rows, int columns) {
    return new PlainMatrix(rows, columns);
  }

  @Override
  public void addProduct(
      int rows,
      float[] a,
      int aAt,
      int aStride,
      int aWidth,
      float[] d,
      int dAt,
      int dStride,
      int dWidth,
      float[] sum) {
    products.add(rows, a, aAt, aStride, aWidth, d, dAt, dStride, dWidth, sum);
  }

  @Override
  public void activate(ActivationFunction function, float[] values, int from, int to) {
    switch (function) {
      case TANH, SIGMOID -> {
        float[] v = chunk;
        for (int at = from; at < to; at += CHUNK) {
          int n = Math.min(CHUNK, to - at);
          System.arraycopy(values, at, v, 0, n);
          if (function == ActivationFunction.TANH) {
            tanh(v, n);
          } else {
            halve(v, n);
            tanh(v, n);
            complete(v, n);
          }
          System.arraycopy(v, 0, values, at, n);
        }
      }
      default -> Activations.exact(function, values, from, to);
    }
  }

  @Override
  public void lstm(
      int rows,
      int units,
      float[] gates,
      int at,
      float[] c,
      int before,
      int now,
      float[] activated,
      float[] h,
      int out) {
    int n = rows * units;
    float[][] w = work(n);
    takeApart(rows, units, gates, at, w);
    float[] i = w[0];
    float[] f = w[1];
    float[] o = w[2];
    float[] g = w[3];
    float[] cell = w[4];
    float[] y = w[5];
    for (int b = 0; b < 4; b++) {
      tanh(w[b], n);
    }
    for (int b = 0; b < 3; b++) {
      complete(w[b], n);
    }
    System.arraycopy(c, before, cell, 0, n);
    for (int j = 0; j < n; j++) {
      cell[j] = Math.fma(f[j], cell[j], i[j] * g[j]);
    }
    System.arraycopy(cell, 0, c, now, n);
    System.arraycopy(cell, 0, y, 0, n);
    tanh(y, n);
    System.arraycopy(y, 0, activated, out, n);
    for (int j = 0; j < n; j++) {
      y[j] = o[j] * y[j];
    }
    System.arraycopy(y, 0, h, out, n);
    putTogether(rows, units, gates, at, w);
  }

  @Override
  public void lstmBackward(
      int rows,
      int units,
      float[] gates,
      int at,
      float[] c,
      int before,
      float[] activated,
      float[] dh,
      int out,
      float[] dc) {
    int n = rows * units;
    float[][] w = work(n);
    takeApart(rows, units, gates, at, w);
    float[] i = w[0];
    float[] f = w[1];
    float[] o = w[2];
    float[] g = w[3];
    float[] cell = w[4];
    float[] y = w[5];
    float[] d = w[6];
    float[] s = w[7];
    System.arraycopy(c, before, cell, 0, n);
    System.arraycopy(activated, out, y, 0, n);
    System.arraycopy(dh, out, d, 0, n);
    for (int j = 0; j < n; j++) {
      s[j] = Math.fma(d[j] * o[j], 1 - y[j] * y[j], dc[j]);
    }
    for (int j = 0; j < n; j++) {
      o[j] = d[j] * y[j] * (o[j] * (1 - o[j]));
    }
    for (int j = 0; j < n; j++) {
      dc[j] = s[j] * f[j];
    }
    for (int j = 0; j < n; j++) {
      f[j] = s[j] * cell[j] * (f[j] * (1 - f[j]));
    }
    for (int j = 0; j < n; j++) {
      y[j] = s[j] * i[j] * (1 - g[j] * g[j]);
    }
    for (int j = 0; j < n; j++) {
      i[j] = s[j] * g[j] * (i[j] * (1 - i[j]));
    }
    System.arraycopy(y, 0, g, 0, n);
    putTogether(rows, units, gates, at, w);
  }

  /** The four gates, each side by side over all rows. */
  private static void takeApart(int rows, int units, float[] gates, int at, float[][] w) {
    for (int r = 0; r < rows; r++) {
      for (int b = 0; b < 4; b++) {
        System.arraycopy(gates, at + (r * 4 + b) * units, w[b], r * units, units);
      }
    }
  }

  private static void putTogether(int rows, int units, float[] gates, int at, float[][] w) {
    for (int r = 0; r < rows; r++) {
      for (int b = 0; b < 4; b++) {
        System.arraycopy(w[b], r * units, gates, at + (r * 4 + b) * units, units);
      }
    }
  }

  private float[][] work(int n) {
    if (work[0].length < n) {
      work = new float[work.length][n];
    }
    return work;
  }

  private static void halve(float[] v, int n) {
    for (int j = 0; j < n; j++) {
      v[j] = 0.5f * v[j];
    }
  }

  /** σ(2x) from tanh(x). */
  private static void complete(float[] v, int n) {
    for (int j = 0; j < n; j++) {
      v[j] = Math.fma(0.5f, v[j], 0.5f);
    }
  }

  /**
   * tanh(x) = y / √(1 + y²) with y = sinh(x), a polynomial of degree 11: what the plain kernel
   * serves with, which derives it. Error 1.8e-7. Beyond ±20 it is ±1 in single precision, and
   * further out y² would overflow.
   */
  private static void tanh(float[] v, int n) {
    for (int j = 0; j < n; j++) {
      float x = Math.max(-20f, Math.min(20f, v[j]));
      float s = x * x;
      float p = Math.fma(s, 3.4200447e-8f, 2.6123669e-6f);
      p = Math.fma(s, p, 1.9923376e-4f);
      p = Math.fma(s, p, 8.331659e-3f);
      p = Math.fma(s, p, 1.6666758e-1f);
      float y = Math.fma(x * s, p, x);
      v[j] = y / (float) Math.sqrt(Math.fma(y, y, 1f));
    }
  }
}
