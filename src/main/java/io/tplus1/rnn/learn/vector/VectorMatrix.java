package io.tplus1.rnn.learn.vector;

import static io.tplus1.rnn.kernel.vector.Lanes.LANES;
import static io.tplus1.rnn.kernel.vector.Lanes.SPECIES;

import io.tplus1.rnn.learn.BatchArithmetic;
import jdk.incubator.vector.FloatVector;

/**
 * A matrix as panels of four, two and one vectors' width, each {@code [rows][vectors][lanes]}, read
 * from end to end while four rows of the other side are held in registers.
 *
 * <p>Four rows by four vectors are 16 sums: enough to hide the latency of two fused multiply-adds a
 * cycle, and with 32 registers none is spilled. Where there are 16 registers (vectors of less than
 * 64 bytes), panels have two vectors.
 */
final class VectorMatrix implements BatchArithmetic.Matrix {
  /** Widest panel. */
  static final int VECTORS = LANES == 16 ? 4 : 2;

  private final int rows;
  private final int columns;
  private final float[] data;

  VectorMatrix(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    data = new float[Math.multiplyExact(rows, columns)];
  }

  /** Width of the panel that begins where so many columns are left. */
  static int panel(int left) {
    int vectors = left / LANES;
    return LANES * (vectors >= VECTORS ? VECTORS : vectors >= 2 ? 2 : 1);
  }

  @Override
  public void set(float[] values) {
    int at = 0;
    for (int c = 0; c < columns; ) {
      int width = panel(columns - c);
      for (int k = 0; k < rows; k++) {
        System.arraycopy(values, k * columns + c, data, at, width);
        at += width;
      }
      c += width;
    }
  }

  @Override
  public void multiplyAdd(
      int count,
      float[] a,
      int aAt,
      int aStride,
      float[] init,
      int initAt,
      int initStride,
      float[] c,
      int cAt,
      int cStride) {
    float[] w = data;
    int n = rows;
    for (int j = 0; j < columns; ) {
      int width = panel(columns - j);
      int at = n * j;
      int r = 0;
      for (; r < count - 3; r += 4) {
        int x = aAt + r * aStride;
        int i = initAt + r * initStride + j;
        int o = cAt + r * cStride + j;
        if (width == 4 * LANES) {
          fourBy4(w, at, n, a, x, aStride, init, i, initStride, c, o, cStride);
        } else if (width == 2 * LANES) {
          fourBy2(w, at, n, a, x, aStride, init, i, initStride, c, o, cStride);
        } else {
          fourBy1(w, at, n, a, x, aStride, init, i, initStride, c, o, cStride);
        }
      }
      for (; r < count; r++) {
        int x = aAt + r * aStride;
        int i = initAt + r * initStride + j;
        int o = cAt + r * cStride + j;
        if (width == 4 * LANES) {
          oneBy4(w, at, n, a, x, init, i, c, o);
        } else if (width == 2 * LANES) {
          oneBy2(w, at, n, a, x, init, i, c, o);
        } else {
          oneBy1(w, at, n, a, x, init, i, c, o);
        }
      }
      j += width;
    }
  }

  private static void fourBy4(
      float[] w,
      int at,
      int n,
      float[] a,
      int aAt,
      int aStride,
      float[] init,
      int i,
      int iStride,
      float[] c,
      int o,
      int cStride) {
    int i0 = i;
    int i1 = i + iStride;
    int a1 = aAt + aStride;
    int i2 = i + 2 * iStride;
    int a2 = aAt + 2 * aStride;
    int i3 = i + 3 * iStride;
    int a3 = aAt + 3 * aStride;
    FloatVector s00 = FloatVector.fromArray(SPECIES, init, i0);
    FloatVector s01 = FloatVector.fromArray(SPECIES, init, i0 + LANES);
    FloatVector s02 = FloatVector.fromArray(SPECIES, init, i0 + 2 * LANES);
    FloatVector s03 = FloatVector.fromArray(SPECIES, init, i0 + 3 * LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, init, i1);
    FloatVector s11 = FloatVector.fromArray(SPECIES, init, i1 + LANES);
    FloatVector s12 = FloatVector.fromArray(SPECIES, init, i1 + 2 * LANES);
    FloatVector s13 = FloatVector.fromArray(SPECIES, init, i1 + 3 * LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, init, i2);
    FloatVector s21 = FloatVector.fromArray(SPECIES, init, i2 + LANES);
    FloatVector s22 = FloatVector.fromArray(SPECIES, init, i2 + 2 * LANES);
    FloatVector s23 = FloatVector.fromArray(SPECIES, init, i2 + 3 * LANES);
    FloatVector s30 = FloatVector.fromArray(SPECIES, init, i3);
    FloatVector s31 = FloatVector.fromArray(SPECIES, init, i3 + LANES);
    FloatVector s32 = FloatVector.fromArray(SPECIES, init, i3 + 2 * LANES);
    FloatVector s33 = FloatVector.fromArray(SPECIES, init, i3 + 3 * LANES);
    for (int k = 0; k < n; k++) {
      int r = at + k * 4 * LANES;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, r);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, r + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, r + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, r + 3 * LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[aAt + k]);
      s00 = w0.fma(x0, s00);
      s01 = w1.fma(x0, s01);
      s02 = w2.fma(x0, s02);
      s03 = w3.fma(x0, s03);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
      s10 = w0.fma(x1, s10);
      s11 = w1.fma(x1, s11);
      s12 = w2.fma(x1, s12);
      s13 = w3.fma(x1, s13);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
      s20 = w0.fma(x2, s20);
      s21 = w1.fma(x2, s21);
      s22 = w2.fma(x2, s22);
      s23 = w3.fma(x2, s23);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
      s30 = w0.fma(x3, s30);
      s31 = w1.fma(x3, s31);
      s32 = w2.fma(x3, s32);
      s33 = w3.fma(x3, s33);
    }
    s00.intoArray(c, o);
    s01.intoArray(c, o + LANES);
    s02.intoArray(c, o + 2 * LANES);
    s03.intoArray(c, o + 3 * LANES);
    s10.intoArray(c, o + cStride);
    s11.intoArray(c, o + cStride + LANES);
    s12.intoArray(c, o + cStride + 2 * LANES);
    s13.intoArray(c, o + cStride + 3 * LANES);
    s20.intoArray(c, o + 2 * cStride);
    s21.intoArray(c, o + 2 * cStride + LANES);
    s22.intoArray(c, o + 2 * cStride + 2 * LANES);
    s23.intoArray(c, o + 2 * cStride + 3 * LANES);
    s30.intoArray(c, o + 3 * cStride);
    s31.intoArray(c, o + 3 * cStride + LANES);
    s32.intoArray(c, o + 3 * cStride + 2 * LANES);
    s33.intoArray(c, o + 3 * cStride + 3 * LANES);
  }

  private static void fourBy2(
      float[] w,
      int at,
      int n,
      float[] a,
      int aAt,
      int aStride,
      float[] init,
      int i,
      int iStride,
      float[] c,
      int o,
      int cStride) {
    int i0 = i;
    int i1 = i + iStride;
    int a1 = aAt + aStride;
    int i2 = i + 2 * iStride;
    int a2 = aAt + 2 * aStride;
    int i3 = i + 3 * iStride;
    int a3 = aAt + 3 * aStride;
    FloatVector s00 = FloatVector.fromArray(SPECIES, init, i0);
    FloatVector s01 = FloatVector.fromArray(SPECIES, init, i0 + LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, init, i1);
    FloatVector s11 = FloatVector.fromArray(SPECIES, init, i1 + LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, init, i2);
    FloatVector s21 = FloatVector.fromArray(SPECIES, init, i2 + LANES);
    FloatVector s30 = FloatVector.fromArray(SPECIES, init, i3);
    FloatVector s31 = FloatVector.fromArray(SPECIES, init, i3 + LANES);
    for (int k = 0; k < n; k++) {
      int r = at + k * 2 * LANES;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, r);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, r + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[aAt + k]);
      s00 = w0.fma(x0, s00);
      s01 = w1.fma(x0, s01);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
      s10 = w0.fma(x1, s10);
      s11 = w1.fma(x1, s11);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
      s20 = w0.fma(x2, s20);
      s21 = w1.fma(x2, s21);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
      s30 = w0.fma(x3, s30);
      s31 = w1.fma(x3, s31);
    }
    s00.intoArray(c, o);
    s01.intoArray(c, o + LANES);
    s10.intoArray(c, o + cStride);
    s11.intoArray(c, o + cStride + LANES);
    s20.intoArray(c, o + 2 * cStride);
    s21.intoArray(c, o + 2 * cStride + LANES);
    s30.intoArray(c, o + 3 * cStride);
    s31.intoArray(c, o + 3 * cStride + LANES);
  }

  private static void fourBy1(
      float[] w,
      int at,
      int n,
      float[] a,
      int aAt,
      int aStride,
      float[] init,
      int i,
      int iStride,
      float[] c,
      int o,
      int cStride) {
    int i0 = i;
    int i1 = i + iStride;
    int a1 = aAt + aStride;
    int i2 = i + 2 * iStride;
    int a2 = aAt + 2 * aStride;
    int i3 = i + 3 * iStride;
    int a3 = aAt + 3 * aStride;
    FloatVector s00 = FloatVector.fromArray(SPECIES, init, i0);
    FloatVector s10 = FloatVector.fromArray(SPECIES, init, i1);
    FloatVector s20 = FloatVector.fromArray(SPECIES, init, i2);
    FloatVector s30 = FloatVector.fromArray(SPECIES, init, i3);
    for (int k = 0; k < n; k++) {
      int r = at + k * LANES;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, r);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[aAt + k]);
      s00 = w0.fma(x0, s00);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
      s10 = w0.fma(x1, s10);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
      s20 = w0.fma(x2, s20);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
      s30 = w0.fma(x3, s30);
    }
    s00.intoArray(c, o);
    s10.intoArray(c, o + cStride);
    s20.intoArray(c, o + 2 * cStride);
    s30.intoArray(c, o + 3 * cStride);
  }

  private static void oneBy4(
      float[] w, int at, int n, float[] a, int aAt, float[] init, int i, float[] c, int o) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, init, i);
    FloatVector s01 = FloatVector.fromArray(SPECIES, init, i + LANES);
    FloatVector s02 = FloatVector.fromArray(SPECIES, init, i + 2 * LANES);
    FloatVector s03 = FloatVector.fromArray(SPECIES, init, i + 3 * LANES);
    for (int k = 0; k < n; k++) {
      int r = at + k * 4 * LANES;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, r);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, r + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, r + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, r + 3 * LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[aAt + k]);
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
      float[] w, int at, int n, float[] a, int aAt, float[] init, int i, float[] c, int o) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, init, i);
    FloatVector s01 = FloatVector.fromArray(SPECIES, init, i + LANES);
    for (int k = 0; k < n; k++) {
      int r = at + k * 2 * LANES;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, r);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, r + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[aAt + k]);
      s00 = w0.fma(x0, s00);
      s01 = w1.fma(x0, s01);
    }
    s00.intoArray(c, o);
    s01.intoArray(c, o + LANES);
  }

  private static void oneBy1(
      float[] w, int at, int n, float[] a, int aAt, float[] init, int i, float[] c, int o) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, init, i);
    for (int k = 0; k < n; k++) {
      int r = at + k * LANES;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, r);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[aAt + k]);
      s00 = w0.fma(x0, s00);
    }
    s00.intoArray(c, o);
  }
}
