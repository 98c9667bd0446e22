package io.tplus1.rnn.learn.vector;

import static io.tplus1.rnn.kernel.vector.Lanes.LANES;
import static io.tplus1.rnn.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** Sums of outer products, a block of four rows by one panel of the sum at a time in registers. */
final class VectorProducts {
  /** Rows that pass at a time, so that they stay in the first-level cache for all blocks. */
  private static final int ROWS = 64;

  private VectorProducts() {}

  static void add(
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
    for (int r = 0; r < rows; r += ROWS) {
      int n = Math.min(ROWS, rows - r);
      int x = aAt + r * aStride;
      int y = dAt + r * dStride;
      for (int j = 0; j < dWidth; ) {
        int width = VectorMatrix.panel(dWidth - j);
        panel(n, a, x, aStride, aWidth, d, y + j, dStride, sum, j, dWidth, width);
        j += width;
      }
    }
  }

  private static void panel(
      int n,
      float[] a,
      int aAt,
      int aStride,
      int aWidth,
      float[] d,
      int dAt,
      int dStride,
      float[] sum,
      int at,
      int stride,
      int width) {
    int k = 0;
    for (; k < aWidth - 3; k += 4) {
      int o = at + k * stride;
      if (width == 4 * LANES) {
        fourBy4(d, dAt, dStride, n, a, aAt + k, aStride, sum, o, stride);
      } else if (width == 2 * LANES) {
        fourBy2(d, dAt, dStride, n, a, aAt + k, aStride, sum, o, stride);
      } else {
        fourBy1(d, dAt, dStride, n, a, aAt + k, aStride, sum, o, stride);
      }
    }
    for (; k < aWidth; k++) {
      int o = at + k * stride;
      if (width == 4 * LANES) {
        oneBy4(d, dAt, dStride, n, a, aAt + k, aStride, sum, o);
      } else if (width == 2 * LANES) {
        oneBy2(d, dAt, dStride, n, a, aAt + k, aStride, sum, o);
      } else {
        oneBy1(d, dAt, dStride, n, a, aAt + k, aStride, sum, o);
      }
    }
  }

  private static void fourBy4(
      float[] d,
      int dAt,
      int dStride,
      int n,
      float[] a,
      int aAt,
      int aStride,
      float[] c,
      int o,
      int cStride) {
    int o1 = o + cStride;
    int o2 = o + 2 * cStride;
    int o3 = o + 3 * cStride;
    FloatVector s00 = FloatVector.fromArray(SPECIES, c, o);
    FloatVector s01 = FloatVector.fromArray(SPECIES, c, o + LANES);
    FloatVector s02 = FloatVector.fromArray(SPECIES, c, o + 2 * LANES);
    FloatVector s03 = FloatVector.fromArray(SPECIES, c, o + 3 * LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, c, o1);
    FloatVector s11 = FloatVector.fromArray(SPECIES, c, o1 + LANES);
    FloatVector s12 = FloatVector.fromArray(SPECIES, c, o1 + 2 * LANES);
    FloatVector s13 = FloatVector.fromArray(SPECIES, c, o1 + 3 * LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, c, o2);
    FloatVector s21 = FloatVector.fromArray(SPECIES, c, o2 + LANES);
    FloatVector s22 = FloatVector.fromArray(SPECIES, c, o2 + 2 * LANES);
    FloatVector s23 = FloatVector.fromArray(SPECIES, c, o2 + 3 * LANES);
    FloatVector s30 = FloatVector.fromArray(SPECIES, c, o3);
    FloatVector s31 = FloatVector.fromArray(SPECIES, c, o3 + LANES);
    FloatVector s32 = FloatVector.fromArray(SPECIES, c, o3 + 2 * LANES);
    FloatVector s33 = FloatVector.fromArray(SPECIES, c, o3 + 3 * LANES);
    for (int k = 0; k < n; k++) {
      int r = dAt + k * dStride;
      int x = aAt + k * aStride;
      FloatVector w0 = FloatVector.fromArray(SPECIES, d, r);
      FloatVector w1 = FloatVector.fromArray(SPECIES, d, r + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, d, r + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, d, r + 3 * LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[x]);
      s00 = w0.fma(x0, s00);
      s01 = w1.fma(x0, s01);
      s02 = w2.fma(x0, s02);
      s03 = w3.fma(x0, s03);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[x + 1]);
      s10 = w0.fma(x1, s10);
      s11 = w1.fma(x1, s11);
      s12 = w2.fma(x1, s12);
      s13 = w3.fma(x1, s13);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[x + 2]);
      s20 = w0.fma(x2, s20);
      s21 = w1.fma(x2, s21);
      s22 = w2.fma(x2, s22);
      s23 = w3.fma(x2, s23);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[x + 3]);
      s30 = w0.fma(x3, s30);
      s31 = w1.fma(x3, s31);
      s32 = w2.fma(x3, s32);
      s33 = w3.fma(x3, s33);
    }
    s00.intoArray(c, o);
    s01.intoArray(c, o + LANES);
    s02.intoArray(c, o + 2 * LANES);
    s03.intoArray(c, o + 3 * LANES);
    s10.intoArray(c, o1);
    s11.intoArray(c, o1 + LANES);
    s12.intoArray(c, o1 + 2 * LANES);
    s13.intoArray(c, o1 + 3 * LANES);
    s20.intoArray(c, o2);
    s21.intoArray(c, o2 + LANES);
    s22.intoArray(c, o2 + 2 * LANES);
    s23.intoArray(c, o2 + 3 * LANES);
    s30.intoArray(c, o3);
    s31.intoArray(c, o3 + LANES);
    s32.intoArray(c, o3 + 2 * LANES);
    s33.intoArray(c, o3 + 3 * LANES);
  }

  private static void fourBy2(
      float[] d,
      int dAt,
      int dStride,
      int n,
      float[] a,
      int aAt,
      int aStride,
      float[] c,
      int o,
      int cStride) {
    int o1 = o + cStride;
    int o2 = o + 2 * cStride;
    int o3 = o + 3 * cStride;
    FloatVector s00 = FloatVector.fromArray(SPECIES, c, o);
    FloatVector s01 = FloatVector.fromArray(SPECIES, c, o + LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, c, o1);
    FloatVector s11 = FloatVector.fromArray(SPECIES, c, o1 + LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, c, o2);
    FloatVector s21 = FloatVector.fromArray(SPECIES, c, o2 + LANES);
    FloatVector s30 = FloatVector.fromArray(SPECIES, c, o3);
    FloatVector s31 = FloatVector.fromArray(SPECIES, c, o3 + LANES);
    for (int k = 0; k < n; k++) {
      int r = dAt + k * dStride;
      int x = aAt + k * aStride;
      FloatVector w0 = FloatVector.fromArray(SPECIES, d, r);
      FloatVector w1 = FloatVector.fromArray(SPECIES, d, r + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[x]);
      s00 = w0.fma(x0, s00);
      s01 = w1.fma(x0, s01);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[x + 1]);
      s10 = w0.fma(x1, s10);
      s11 = w1.fma(x1, s11);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[x + 2]);
      s20 = w0.fma(x2, s20);
      s21 = w1.fma(x2, s21);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[x + 3]);
      s30 = w0.fma(x3, s30);
      s31 = w1.fma(x3, s31);
    }
    s00.intoArray(c, o);
    s01.intoArray(c, o + LANES);
    s10.intoArray(c, o1);
    s11.intoArray(c, o1 + LANES);
    s20.intoArray(c, o2);
    s21.intoArray(c, o2 + LANES);
    s30.intoArray(c, o3);
    s31.intoArray(c, o3 + LANES);
  }

  private static void fourBy1(
      float[] d,
      int dAt,
      int dStride,
      int n,
      float[] a,
      int aAt,
      int aStride,
      float[] c,
      int o,
      int cStride) {
    int o1 = o + cStride;
    int o2 = o + 2 * cStride;
    int o3 = o + 3 * cStride;
    FloatVector s00 = FloatVector.fromArray(SPECIES, c, o);
    FloatVector s10 = FloatVector.fromArray(SPECIES, c, o1);
    FloatVector s20 = FloatVector.fromArray(SPECIES, c, o2);
    FloatVector s30 = FloatVector.fromArray(SPECIES, c, o3);
    for (int k = 0; k < n; k++) {
      int r = dAt + k * dStride;
      int x = aAt + k * aStride;
      FloatVector w0 = FloatVector.fromArray(SPECIES, d, r);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[x]);
      s00 = w0.fma(x0, s00);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[x + 1]);
      s10 = w0.fma(x1, s10);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[x + 2]);
      s20 = w0.fma(x2, s20);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[x + 3]);
      s30 = w0.fma(x3, s30);
    }
    s00.intoArray(c, o);
    s10.intoArray(c, o1);
    s20.intoArray(c, o2);
    s30.intoArray(c, o3);
  }

  private static void oneBy4(
      float[] d, int dAt, int dStride, int n, float[] a, int aAt, int aStride, float[] c, int o) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, c, o);
    FloatVector s01 = FloatVector.fromArray(SPECIES, c, o + LANES);
    FloatVector s02 = FloatVector.fromArray(SPECIES, c, o + 2 * LANES);
    FloatVector s03 = FloatVector.fromArray(SPECIES, c, o + 3 * LANES);
    for (int k = 0; k < n; k++) {
      int r = dAt + k * dStride;
      FloatVector w0 = FloatVector.fromArray(SPECIES, d, r);
      FloatVector w1 = FloatVector.fromArray(SPECIES, d, r + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, d, r + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, d, r + 3 * LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[aAt + k * aStride]);
      s00 = w0.fma(x0, s00);
      s01 = w1.fma(x0, s01);
      s02 = w2.fma(x0, s02);
      s03 = w3.fma(x0, s03);
    }
    s00.intoArray(c, o);
    s01.intoArray(c, o + LANES);
    s02.intoArray(c, o + 2 * LANES);
    s03.intoArray(c, o + 3 * LANES);
  }

  private static void oneBy2(
      float[] d, int dAt, int dStride, int n, float[] a, int aAt, int aStride, float[] c, int o) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, c, o);
    FloatVector s01 = FloatVector.fromArray(SPECIES, c, o + LANES);
    for (int k = 0; k < n; k++) {
      int r = dAt + k * dStride;
      FloatVector w0 = FloatVector.fromArray(SPECIES, d, r);
      FloatVector w1 = FloatVector.fromArray(SPECIES, d, r + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[aAt + k * aStride]);
      s00 = w0.fma(x0, s00);
      s01 = w1.fma(x0, s01);
    }
    s00.intoArray(c, o);
    s01.intoArray(c, o + LANES);
  }

  private static void oneBy1(
      float[] d, int dAt, int dStride, int n, float[] a, int aAt, int aStride, float[] c, int o) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, c, o);
    for (int k = 0; k < n; k++) {
      int r = dAt + k * dStride;
      FloatVector w0 = FloatVector.fromArray(SPECIES, d, r);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[aAt + k * aStride]);
      s00 = w0.fma(x0, s00);
    }
    s00.intoArray(c, o);
  }
}
