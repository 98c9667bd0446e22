package io.tplus1.rnn.kernel.vector;

import static io.tplus1.rnn.kernel.vector.Lanes.LANES;
import static io.tplus1.rnn.kernel.vector.Lanes.SPECIES;

import io.tplus1.rnn.kernel.Arithmetic;
import jdk.incubator.vector.FloatVector;

/**
 * A biased matrix as panels of two vectors' width (the last may have one), four rows of input at a
 * time: each weight that is loaded serves four rows. Every value is one sum in the order of the
 * matrix' rows, so that a row gives the same floats alone.
 */
final class PairProjection implements Arithmetic.Projection {
  private final int rows;
  private final int columns;
  private final float[] data;
  private final int base;
  private final float[] bias;

  PairProjection(int rows, int columns, float[] values, float[] bias, WeightArena arena) {
    this.rows = rows;
    this.columns = columns;
    this.bias = bias.clone();
    base = arena.allocate(values.length);
    data = arena.data();
    int at = base;
    for (int c = 0; c < columns; c += 2 * LANES) {
      int width = Math.min(2 * LANES, columns - c);
      for (int k = 0; k < rows; k++) {
        System.arraycopy(values, k * columns + c, data, at, width);
        at += width;
      }
    }
  }

  @Override
  public void apply(
      float[] in, int inAt, int count, float[] out, int outAt, int outStride, float[] work) {
    int n = rows;
    int c = 0;
    for (; c + 2 * LANES <= columns; c += 2 * LANES) {
      int s = 0;
      for (; s + 4 <= count; s += 4) {
        four(
            data,
            base + c * n,
            bias,
            c,
            n,
            in,
            inAt + s * n,
            out,
            outAt + s * outStride + c,
            outStride);
      }
      for (; s < count; s++) {
        one(data, base + c * n, bias, c, n, in, inAt + s * n, out, outAt + s * outStride + c);
      }
    }
    if (c < columns) {
      int s = 0;
      for (; s + 4 <= count; s += 4) {
        narrowFour(
            data,
            base + c * n,
            bias,
            c,
            n,
            in,
            inAt + s * n,
            out,
            outAt + s * outStride + c,
            outStride);
      }
      for (; s < count; s++) {
        narrowOne(data, base + c * n, bias, c, n, in, inAt + s * n, out, outAt + s * outStride + c);
      }
    }
  }

  private static void four(
      float[] w,
      int at,
      float[] bias,
      int c,
      int n,
      float[] in,
      int i,
      float[] out,
      int o,
      int stride) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, bias, c);
    FloatVector t0 = FloatVector.fromArray(SPECIES, bias, c + LANES);
    FloatVector s1 = s0;
    FloatVector t1 = t0;
    FloatVector s2 = s0;
    FloatVector t2 = t0;
    FloatVector s3 = s0;
    FloatVector t3 = t0;
    for (int k = 0; k < n; k++) {
      FloatVector u = FloatVector.fromArray(SPECIES, w, at + k * 2 * LANES);
      FloatVector v = FloatVector.fromArray(SPECIES, w, at + k * 2 * LANES + LANES);
      FloatVector a = FloatVector.broadcast(SPECIES, in[i + k]);
      s0 = u.fma(a, s0);
      t0 = v.fma(a, t0);
      a = FloatVector.broadcast(SPECIES, in[i + n + k]);
      s1 = u.fma(a, s1);
      t1 = v.fma(a, t1);
      a = FloatVector.broadcast(SPECIES, in[i + 2 * n + k]);
      s2 = u.fma(a, s2);
      t2 = v.fma(a, t2);
      a = FloatVector.broadcast(SPECIES, in[i + 3 * n + k]);
      s3 = u.fma(a, s3);
      t3 = v.fma(a, t3);
    }
    s0.intoArray(out, o);
    t0.intoArray(out, o + LANES);
    s1.intoArray(out, o + stride);
    t1.intoArray(out, o + stride + LANES);
    s2.intoArray(out, o + 2 * stride);
    t2.intoArray(out, o + 2 * stride + LANES);
    s3.intoArray(out, o + 3 * stride);
    t3.intoArray(out, o + 3 * stride + LANES);
  }

  private static void one(
      float[] w, int at, float[] bias, int c, int n, float[] in, int i, float[] out, int o) {
    FloatVector s = FloatVector.fromArray(SPECIES, bias, c);
    FloatVector t = FloatVector.fromArray(SPECIES, bias, c + LANES);
    for (int k = 0; k < n; k++) {
      FloatVector a = FloatVector.broadcast(SPECIES, in[i + k]);
      s = FloatVector.fromArray(SPECIES, w, at + k * 2 * LANES).fma(a, s);
      t = FloatVector.fromArray(SPECIES, w, at + k * 2 * LANES + LANES).fma(a, t);
    }
    s.intoArray(out, o);
    t.intoArray(out, o + LANES);
  }

  private static void narrowFour(
      float[] w,
      int at,
      float[] bias,
      int c,
      int n,
      float[] in,
      int i,
      float[] out,
      int o,
      int stride) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, bias, c);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int k = 0; k < n; k++) {
      FloatVector u = FloatVector.fromArray(SPECIES, w, at + k * LANES);
      s0 = u.fma(FloatVector.broadcast(SPECIES, in[i + k]), s0);
      s1 = u.fma(FloatVector.broadcast(SPECIES, in[i + n + k]), s1);
      s2 = u.fma(FloatVector.broadcast(SPECIES, in[i + 2 * n + k]), s2);
      s3 = u.fma(FloatVector.broadcast(SPECIES, in[i + 3 * n + k]), s3);
    }
    s0.intoArray(out, o);
    s1.intoArray(out, o + stride);
    s2.intoArray(out, o + 2 * stride);
    s3.intoArray(out, o + 3 * stride);
  }

  private static void narrowOne(
      float[] w, int at, float[] bias, int c, int n, float[] in, int i, float[] out, int o) {
    FloatVector s = FloatVector.fromArray(SPECIES, bias, c);
    for (int k = 0; k < n; k++) {
      FloatVector a = FloatVector.broadcast(SPECIES, in[i + k]);
      s = FloatVector.fromArray(SPECIES, w, at + k * LANES).fma(a, s);
    }
    s.intoArray(out, o);
  }
}
