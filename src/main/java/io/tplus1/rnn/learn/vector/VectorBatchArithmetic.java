package io.tplus1.rnn.learn.vector;

import static io.tplus1.rnn.kernel.vector.Lanes.LANES;
import static io.tplus1.rnn.kernel.vector.Lanes.SPECIES;

import io.tplus1.rnn.kernel.Arithmetic;
import io.tplus1.rnn.learn.BatchArithmetic;
import io.tplus1.rnn.network.ActivationFunction;
import jdk.incubator.vector.FloatVector;

/**
 * Vectors of the machine's preferred length; activations are the serving kernel's own.
 *
 * <p>No vector crosses a method of ours: C2 would box it. Every block is padded to whole vectors,
 * so that there are no tails.
 */
final class VectorBatchArithmetic implements BatchArithmetic {
  private final Arithmetic kernels;

  /**
   * An arithmetic for one learner.
   *
   * @param kernels the vector kernels' arithmetic
   */
  VectorBatchArithmetic(Arithmetic kernels) {
    this.kernels = kernels;
  }

  @Override
  public String name() {
    return "vector-1";
  }

  @Override
  public int padded(int units) {
    return Math.multiplyExact((units - 1) / LANES + 1, LANES);
  }

  @Override
  public Matrix matrix(int rows, int columns) {
    return new VectorMatrix(rows, columns);
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
    VectorProducts.add(rows, a, aAt, aStride, aWidth, d, dAt, dStride, dWidth, sum);
  }

  @Override
  public void activate(ActivationFunction function, float[] values, int from, int to) {
    if (function != ActivationFunction.SIGMOID) {
      kernels.activate(function, values, from, to);
      return;
    }
    for (int j = from; j < to; j += LANES) {
      FloatVector.fromArray(SPECIES, values, j).mul(0.5f).intoArray(values, j);
    }
    kernels.activate(ActivationFunction.TANH, values, from, to);
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    for (int j = from; j < to; j += LANES) {
      FloatVector.fromArray(SPECIES, values, j).fma(half, half).intoArray(values, j);
    }
  }

  @Override
  public void slope(
      ActivationFunction function, float[] y, int yAt, float[] d, int dAt, int count) {
    switch (function) {
      case TANH -> {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int j = 0; j < count; j += LANES) {
          FloatVector v = FloatVector.fromArray(SPECIES, y, yAt + j);
          FloatVector s = one.sub(v.mul(v));
          FloatVector.fromArray(SPECIES, d, dAt + j).mul(s).intoArray(d, dAt + j);
        }
      }
      case SIGMOID -> {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int j = 0; j < count; j += LANES) {
          FloatVector v = FloatVector.fromArray(SPECIES, y, yAt + j);
          FloatVector s = v.mul(one.sub(v));
          FloatVector.fromArray(SPECIES, d, dAt + j).mul(s).intoArray(d, dAt + j);
        }
      }
      default -> BatchArithmetic.super.slope(function, y, yAt, d, dAt, count);
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
    kernels.activate(ActivationFunction.TANH, gates, at, at + rows * 4 * units);
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < units; j += LANES) {
        int i = at + r * 4 * units + j;
        int k = r * units + j;
        FloatVector gi = FloatVector.fromArray(SPECIES, gates, i).fma(half, half);
        FloatVector gf = FloatVector.fromArray(SPECIES, gates, i + units).fma(half, half);
        FloatVector go = FloatVector.fromArray(SPECIES, gates, i + 2 * units).fma(half, half);
        FloatVector gg = FloatVector.fromArray(SPECIES, gates, i + 3 * units);
        gi.intoArray(gates, i);
        gf.intoArray(gates, i + units);
        go.intoArray(gates, i + 2 * units);
        FloatVector cell = gf.fma(FloatVector.fromArray(SPECIES, c, before + k), gi.mul(gg));
        cell.intoArray(c, now + k);
        cell.intoArray(activated, out + k);
      }
    }
    kernels.activate(ActivationFunction.TANH, activated, out, out + rows * units);
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < units; j += LANES) {
        int k = out + r * units + j;
        FloatVector go = FloatVector.fromArray(SPECIES, gates, at + (r * 4 + 2) * units + j);
        go.mul(FloatVector.fromArray(SPECIES, activated, k)).intoArray(h, k);
      }
    }
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
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < units; j += LANES) {
        int i = at + r * 4 * units + j;
        int k = r * units + j;
        FloatVector gi = FloatVector.fromArray(SPECIES, gates, i);
        FloatVector gf = FloatVector.fromArray(SPECIES, gates, i + units);
        FloatVector go = FloatVector.fromArray(SPECIES, gates, i + 2 * units);
        FloatVector gg = FloatVector.fromArray(SPECIES, gates, i + 3 * units);
        FloatVector y = FloatVector.fromArray(SPECIES, activated, out + k);
        FloatVector d = FloatVector.fromArray(SPECIES, dh, out + k);
        FloatVector last = FloatVector.fromArray(SPECIES, c, before + k);
        FloatVector s = d.mul(go).fma(one.sub(y.mul(y)), FloatVector.fromArray(SPECIES, dc, k));
        s.mul(gf).intoArray(dc, k);
        s.mul(gg).mul(gi.mul(one.sub(gi))).intoArray(gates, i);
        s.mul(last).mul(gf.mul(one.sub(gf))).intoArray(gates, i + units);
        d.mul(y).mul(go.mul(one.sub(go))).intoArray(gates, i + 2 * units);
        s.mul(gi).mul(one.sub(gg.mul(gg))).intoArray(gates, i + 3 * units);
      }
    }
  }
}
