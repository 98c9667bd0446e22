package io.tplus1.rnn.learn;

/** Sums of outer products, six rows at a time, over arrays that are each indexed from 0. */
final class PlainProducts {
  private static final int ROWS = 6;

  private float[][] sums = new float[0][0];
  private float[][] lines = new float[ROWS][0];

  /** As {@link BatchArithmetic#addProduct}. */
  void add(
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
    makeRoom(aWidth, dWidth);
    for (int k = 0; k < aWidth; k++) {
      System.arraycopy(sum, k * dWidth, sums[k], 0, dWidth);
    }
    int r = 0;
    for (; r < rows - ROWS + 1; r += ROWS) {
      for (int i = 0; i < ROWS; i++) {
        System.arraycopy(d, dAt + (r + i) * dStride, lines[i], 0, dWidth);
      }
      six(a, aAt + r * aStride, aStride, aWidth, dWidth);
    }
    for (; r < rows; r++) {
      System.arraycopy(d, dAt + r * dStride, lines[0], 0, dWidth);
      for (int k = 0; k < aWidth; k++) {
        add1(sums[k], lines[0], a[aAt + r * aStride + k], dWidth);
      }
    }
    for (int k = 0; k < aWidth; k++) {
      System.arraycopy(sums[k], 0, sum, k * dWidth, dWidth);
    }
  }

  private void six(float[] a, int at, int stride, int aWidth, int dWidth) {
    float[][] w = lines;
    for (int k = 0; k < aWidth; k++) {
      int x = at + k;
      add6(
          sums[k],
          w[0],
          w[1],
          w[2],
          w[3],
          w[4],
          w[5],
          a[x],
          a[x + stride],
          a[x + 2 * stride],
          a[x + 3 * stride],
          a[x + 4 * stride],
          a[x + 5 * stride],
          dWidth);
    }
  }

  private void makeRoom(int aWidth, int dWidth) {
    if (lines[0].length < dWidth) {
      lines = new float[ROWS][dWidth];
    }
    if (sums.length < aWidth || sums[0].length < dWidth) {
      int width = Math.max(dWidth, sums.length == 0 ? 0 : sums[0].length);
      sums = new float[Math.max(aWidth, sums.length)][width];
    }
  }

  static void add1(float[] z, float[] w0, float a0, int n) {
    for (int j = 0; j < n; j++) {
      z[j] = Math.fma(a0, w0[j], z[j]);
    }
  }

  static void add2(float[] z, float[] w0, float[] w1, float a0, float a1, int n) {
    for (int j = 0; j < n; j++) {
      z[j] = Math.fma(a1, w1[j], Math.fma(a0, w0[j], z[j]));
    }
  }

  static void add6(
      float[] z,
      float[] w0,
      float[] w1,
      float[] w2,
      float[] w3,
      float[] w4,
      float[] w5,
      float a0,
      float a1,
      float a2,
      float a3,
      float a4,
      float a5,
      int n) {
    for (int j = 0; j < n; j++) {
      float s = Math.fma(a2, w2[j], Math.fma(a1, w1[j], Math.fma(a0, w0[j], z[j])));
      z[j] = Math.fma(a5, w5[j], Math.fma(a4, w4[j], Math.fma(a3, w3[j], s)));
    }
  }
}
