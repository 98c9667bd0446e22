package io.tplus1.rnn.kernel.vector;

import static io.tplus1.rnn.kernel.vector.Lanes.LANES;
import static io.tplus1.rnn.kernel.vector.Lanes.SPECIES;

import io.tplus1.rnn.kernel.Arithmetic;
import jdk.incubator.vector.FloatVector;

/**
 * A matrix as panels of eight, four, two and one vectors' width, each {@code
 * [rows][vectors][lanes]}, read from end to end.
 *
 * <p>Eight accumulators hide the latency of the fused multiply-add. A narrow panel has fewer
 * columns than that, so it keeps separate sums over every second or fourth row and adds them at the
 * end.
 */
final class PanelMatrix implements Arithmetic.Matrix {
  private final int rows;
  private final int columns;
  private final float[] data;
  private final int base;

  PanelMatrix(int rows, int columns, float[] values, WeightArena arena) {
    this.rows = rows;
    this.columns = columns;
    base = arena.allocate(values.length);
    data = arena.data();
    int at = base;
    for (int c = 0; c < columns; ) {
      int width = width(columns - c);
      for (int k = 0; k < rows; k++) {
        System.arraycopy(values, k * columns + c, data, at, width);
        at += width;
      }
      c += width;
    }
  }

  private static int width(int left) {
    int vectors = left / LANES;
    return LANES * (vectors >= 8 ? 8 : vectors >= 4 ? 4 : vectors >= 2 ? 2 : 1);
  }

  @Override
  public void multiplyAdd(float[] x, int xAt, float[] init, int initAt, float[] out, int turn) {
    int n = rows;
    int wide = columns / (8 * LANES);
    boolean backwards = (turn & 1) != 0;
    for (int i = 0; i < wide; i++) {
      int o = 8 * LANES * (backwards ? wide - 1 - i : i);
      panel8(data, base + n * o, n, x, xAt, init, initAt + o, out, o);
    }
    int c = 8 * LANES * wide;
    int at = base + n * c;
    if (c + 4 * LANES <= columns) {
      panel4(data, at, n, x, xAt, init, initAt + c, out, c);
      at += n * 4 * LANES;
      c += 4 * LANES;
    }
    if (c + 2 * LANES <= columns) {
      panel2(data, at, n, x, xAt, init, initAt + c, out, c);
      at += n * 2 * LANES;
      c += 2 * LANES;
    }
    if (c < columns) {
      panel1(data, at, n, x, xAt, init, initAt + c, out, c);
    }
  }

  private static void panel8(
      float[] w, int at, int n, float[] x, int xAt, float[] init, int i, float[] out, int o) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, init, i);
    FloatVector s1 = FloatVector.fromArray(SPECIES, init, i + LANES);
    FloatVector s2 = FloatVector.fromArray(SPECIES, init, i + 2 * LANES);
    FloatVector s3 = FloatVector.fromArray(SPECIES, init, i + 3 * LANES);
    FloatVector s4 = FloatVector.fromArray(SPECIES, init, i + 4 * LANES);
    FloatVector s5 = FloatVector.fromArray(SPECIES, init, i + 5 * LANES);
    FloatVector s6 = FloatVector.fromArray(SPECIES, init, i + 6 * LANES);
    FloatVector s7 = FloatVector.fromArray(SPECIES, init, i + 7 * LANES);
    for (int k = 0; k < n; k++) {
      FloatVector a = FloatVector.broadcast(SPECIES, x[xAt + k]);
      int r = at + k * 8 * LANES;
      s0 = FloatVector.fromArray(SPECIES, w, r).fma(a, s0);
      s1 = FloatVector.fromArray(SPECIES, w, r + LANES).fma(a, s1);
      s2 = FloatVector.fromArray(SPECIES, w, r + 2 * LANES).fma(a, s2);
      s3 = FloatVector.fromArray(SPECIES, w, r + 3 * LANES).fma(a, s3);
      s4 = FloatVector.fromArray(SPECIES, w, r + 4 * LANES).fma(a, s4);
      s5 = FloatVector.fromArray(SPECIES, w, r + 5 * LANES).fma(a, s5);
      s6 = FloatVector.fromArray(SPECIES, w, r + 6 * LANES).fma(a, s6);
      s7 = FloatVector.fromArray(SPECIES, w, r + 7 * LANES).fma(a, s7);
    }
    s0.intoArray(out, o);
    s1.intoArray(out, o + LANES);
    s2.intoArray(out, o + 2 * LANES);
    s3.intoArray(out, o + 3 * LANES);
    s4.intoArray(out, o + 4 * LANES);
    s5.intoArray(out, o + 5 * LANES);
    s6.intoArray(out, o + 6 * LANES);
    s7.intoArray(out, o + 7 * LANES);
  }

  private static void panel4(
      float[] w, int at, int n, float[] x, int xAt, float[] init, int i, float[] out, int o) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, init, i);
    FloatVector s1 = FloatVector.fromArray(SPECIES, init, i + LANES);
    FloatVector s2 = FloatVector.fromArray(SPECIES, init, i + 2 * LANES);
    FloatVector s3 = FloatVector.fromArray(SPECIES, init, i + 3 * LANES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    int k = 0;
    for (; k < n - 1; k += 2) {
      FloatVector a = FloatVector.broadcast(SPECIES, x[xAt + k]);
      FloatVector b = FloatVector.broadcast(SPECIES, x[xAt + k + 1]);
      int r = at + k * 4 * LANES;
      s0 = FloatVector.fromArray(SPECIES, w, r).fma(a, s0);
      s1 = FloatVector.fromArray(SPECIES, w, r + LANES).fma(a, s1);
      s2 = FloatVector.fromArray(SPECIES, w, r + 2 * LANES).fma(a, s2);
      s3 = FloatVector.fromArray(SPECIES, w, r + 3 * LANES).fma(a, s3);
      t0 = FloatVector.fromArray(SPECIES, w, r + 4 * LANES).fma(b, t0);
      t1 = FloatVector.fromArray(SPECIES, w, r + 5 * LANES).fma(b, t1);
      t2 = FloatVector.fromArray(SPECIES, w, r + 6 * LANES).fma(b, t2);
      t3 = FloatVector.fromArray(SPECIES, w, r + 7 * LANES).fma(b, t3);
    }
    if (k < n) {
      FloatVector a = FloatVector.broadcast(SPECIES, x[xAt + k]);
      int r = at + k * 4 * LANES;
      s0 = FloatVector.fromArray(SPECIES, w, r).fma(a, s0);
      s1 = FloatVector.fromArray(SPECIES, w, r + LANES).fma(a, s1);
      s2 = FloatVector.fromArray(SPECIES, w, r + 2 * LANES).fma(a, s2);
      s3 = FloatVector.fromArray(SPECIES, w, r + 3 * LANES).fma(a, s3);
    }
    s0.add(t0).intoArray(out, o);
    s1.add(t1).intoArray(out, o + LANES);
    s2.add(t2).intoArray(out, o + 2 * LANES);
    s3.add(t3).intoArray(out, o + 3 * LANES);
  }

  private static void panel2(
      float[] w, int at, int n, float[] x, int xAt, float[] init, int i, float[] out, int o) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, init, i);
    FloatVector s1 = FloatVector.fromArray(SPECIES, init, i + LANES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector u0 = FloatVector.zero(SPECIES);
    FloatVector u1 = FloatVector.zero(SPECIES);
    FloatVector v0 = FloatVector.zero(SPECIES);
    FloatVector v1 = FloatVector.zero(SPECIES);
    int k = 0;
    for (; k < n - 3; k += 4) {
      FloatVector a = FloatVector.broadcast(SPECIES, x[xAt + k]);
      FloatVector b = FloatVector.broadcast(SPECIES, x[xAt + k + 1]);
      FloatVector c = FloatVector.broadcast(SPECIES, x[xAt + k + 2]);
      FloatVector d = FloatVector.broadcast(SPECIES, x[xAt + k + 3]);
      int r = at + k * 2 * LANES;
      s0 = FloatVector.fromArray(SPECIES, w, r).fma(a, s0);
      s1 = FloatVector.fromArray(SPECIES, w, r + LANES).fma(a, s1);
      t0 = FloatVector.fromArray(SPECIES, w, r + 2 * LANES).fma(b, t0);
      t1 = FloatVector.fromArray(SPECIES, w, r + 3 * LANES).fma(b, t1);
      u0 = FloatVector.fromArray(SPECIES, w, r + 4 * LANES).fma(c, u0);
      u1 = FloatVector.fromArray(SPECIES, w, r + 5 * LANES).fma(c, u1);
      v0 = FloatVector.fromArray(SPECIES, w, r + 6 * LANES).fma(d, v0);
      v1 = FloatVector.fromArray(SPECIES, w, r + 7 * LANES).fma(d, v1);
    }
    for (; k < n; k++) {
      FloatVector a = FloatVector.broadcast(SPECIES, x[xAt + k]);
      int r = at + k * 2 * LANES;
      s0 = FloatVector.fromArray(SPECIES, w, r).fma(a, s0);
      s1 = FloatVector.fromArray(SPECIES, w, r + LANES).fma(a, s1);
    }
    s0.add(t0).add(u0.add(v0)).intoArray(out, o);
    s1.add(t1).add(u1.add(v1)).intoArray(out, o + LANES);
  }

  private static void panel1(
      float[] w, int at, int n, float[] x, int xAt, float[] init, int i, float[] out, int o) {
    FloatVector s = FloatVector.fromArray(SPECIES, init, i);
    FloatVector t = FloatVector.zero(SPECIES);
    FloatVector u = FloatVector.zero(SPECIES);
    FloatVector v = FloatVector.zero(SPECIES);
    int k = 0;
    for (; k < n - 3; k += 4) {
      int r = at + k * LANES;
      s = FloatVector.fromArray(SPECIES, w, r).fma(FloatVector.broadcast(SPECIES, x[xAt + k]), s);
      t =
          FloatVector.fromArray(SPECIES, w, r + LANES)
              .fma(FloatVector.broadcast(SPECIES, x[xAt + k + 1]), t);
      u =
          FloatVector.fromArray(SPECIES, w, r + 2 * LANES)
              .fma(FloatVector.broadcast(SPECIES, x[xAt + k + 2]), u);
      v =
          FloatVector.fromArray(SPECIES, w, r + 3 * LANES)
              .fma(FloatVector.broadcast(SPECIES, x[xAt + k + 3]), v);
    }
    for (; k < n; k++) {
      s =
          FloatVector.fromArray(SPECIES, w, at + k * LANES)
              .fma(FloatVector.broadcast(SPECIES, x[xAt + k]), s);
    }
    s.add(t).add(u.add(v)).intoArray(out, o);
  }
}
