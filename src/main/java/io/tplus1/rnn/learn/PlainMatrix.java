package io.tplus1.rnn.learn;

/** A matrix of separate rows, added up row by row; a narrow one column by column. */
final class PlainMatrix implements BatchArithmetic.Matrix {
  /** Columns from which C2's vectors pay. */
  private static final int WIDE = 32;

  private final int rows;
  private final int columns;
  private final boolean narrow;
  private final float[][] lines;
  private final float[] z;

  PlainMatrix(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    narrow = columns < Math.min(rows, WIDE);
    lines = narrow ? new float[columns][rows] : new float[rows][columns];
    z = new float[columns];
  }

  @Override
  public void set(float[] values) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        if (narrow) {
          lines[j][i] = values[i * columns + j];
        } else {
          lines[i][j] = values[i * columns + j];
        }
      }
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
    for (int r = 0; r < count; r++) {
      int from = aAt + r * aStride;
      if (narrow) {
        for (int j = 0; j < columns; j++) {
          c[cAt + r * cStride + j] = init[initAt + r * initStride + j] + dot(lines[j], a, from);
        }
      } else {
        System.arraycopy(init, initAt + r * initStride, z, 0, columns);
        row(a, from);
        System.arraycopy(z, 0, c, cAt + r * cStride, columns);
      }
    }
  }

  private void row(float[] a, int from) {
    float[][] w = lines;
    int k = 0;
    for (; k < rows - 5; k += 6) {
      int x = from + k;
      PlainProducts.add6(
          z, w[k], w[k + 1], w[k + 2], w[k + 3], w[k + 4], w[k + 5], a[x], a[x + 1], a[x + 2],
          a[x + 3], a[x + 4], a[x + 5], columns);
    }
    for (; k < rows - 1; k += 2) {
      PlainProducts.add2(z, w[k], w[k + 1], a[from + k], a[from + k + 1], columns);
    }
    if (k < rows) {
      PlainProducts.add1(z, w[k], a[from + k], columns);
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
