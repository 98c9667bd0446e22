package io.tplus1.rnn.kernel.vector;

import static io.tplus1.rnn.kernel.vector.Lanes.LANES;
import static io.tplus1.rnn.kernel.vector.Lanes.SPECIES;

import io.tplus1.rnn.kernel.Activations;
import io.tplus1.rnn.kernel.Arithmetic;
import io.tplus1.rnn.network.ActivationFunction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Vectors of the machine's preferred length.
 *
 * <p>No vector crosses a method of ours, however short, and a loop holds at most one tanh: beyond
 * that C2 boxes vectors on the heap. (It inlines the Vector API always, but a method of ours only
 * if that was not compiled to much code on its own first: in one start of seven it was.) Every
 * block is padded to whole vectors, so that there are no tails.
 */
final class VectorArithmetic implements Arithmetic {
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int SIGN = 0x80000000;
  private static final int CLAMP = Float.floatToRawIntBits(7.9053111f);

  /** Added to a magnitude's bits it makes those of NaN, and no others, overflow to below 0. */
  private static final int PAST_INFINITY = 0x7fffffff - 0x7f800000;

  private static final float P1 = 4.89352455891786e-03f;
  private static final float P3 = 6.37261928875436e-04f;
  private static final float P5 = 1.48572235717979e-05f;
  private static final float P7 = 5.12229709037114e-08f;
  private static final float P9 = -8.60467152213735e-11f;
  private static final float P11 = 2.00018790482477e-13f;
  private static final float P13 = -2.76076847742355e-16f;
  private static final float Q0 = 4.89352518554385e-03f;
  private static final float Q2 = 2.26843463243900e-03f;
  private static final float Q4 = 1.18534705686654e-04f;
  private static final float Q6 = 1.19825839466702e-06f;

  private final WeightArena arena = new WeightArena();

  @Override
  public String version() {
    return "vector-1";
  }

  /** The lanes decide how wide panels are, and by that the order of sums. */
  @Override
  public String name() {
    return version() + "/" + LANES;
  }

  @Override
  public int padded(int units) {
    return Math.multiplyExact((units - 1) / LANES + 1, LANES);
  }

  @Override
  public Matrix matrix(int rows, int columns, float[] values) {
    return new PanelMatrix(rows, columns, values, arena);
  }

  @Override
  public Projection projection(int rows, int columns, float[] values, float[] bias) {
    return new PairProjection(rows, columns, values, bias, arena);
  }

  @Override
  public void activate(ActivationFunction function, float[] values, int from, int to) {
    int whole = from + SPECIES.loopBound(to - from);
    switch (function) {
      case TANH -> tanh(values, from, whole);
      case RELU -> relu(values, from, whole);
      default -> whole = from;
    }
    if (whole < to) {
      Activations.exact(function, values, whole, to);
    }
  }

  /**
   * Eigen's rational function of degree 13 over 6, exact to 2.8e-7.
   *
   * <p>Its argument is clamped as an integer, on the bits of its magnitude: three instructions,
   * where Java's min and max of floats take a dozen. {@link #PAST_INFINITY} keeps NaN out of the
   * minimum, and leaves infinity in it.
   *
   * <p>It stands here and in {@link #lstm} in full, as no vector may cross a call.
   */
  private static void tanh(float[] v, int from, int to) {
    for (int j = from; j < to; j += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, v, j);
      IntVector bits = value.reinterpretAsInts();
      FloatVector x =
          bits.and(MAGNITUDE)
              .add(PAST_INFINITY)
              .min(CLAMP + PAST_INFINITY)
              .sub(PAST_INFINITY)
              .or(bits.and(SIGN))
              .reinterpretAsFloats();
      FloatVector s = x.mul(x);
      FloatVector p =
          s.fma(FloatVector.broadcast(SPECIES, P13), FloatVector.broadcast(SPECIES, P11));
      p = p.fma(s, FloatVector.broadcast(SPECIES, P9));
      p = p.fma(s, FloatVector.broadcast(SPECIES, P7));
      p = p.fma(s, FloatVector.broadcast(SPECIES, P5));
      p = p.fma(s, FloatVector.broadcast(SPECIES, P3));
      p = p.fma(s, FloatVector.broadcast(SPECIES, P1));
      FloatVector q = s.fma(FloatVector.broadcast(SPECIES, Q6), FloatVector.broadcast(SPECIES, Q4));
      q = q.fma(s, FloatVector.broadcast(SPECIES, Q2));
      q = q.fma(s, FloatVector.broadcast(SPECIES, Q0));
      x.mul(p).div(q).intoArray(v, j);
    }
  }

  private static void relu(float[] v, int from, int to) {
    for (int j = from; j < to; j += LANES) {
      FloatVector.fromArray(SPECIES, v, j).max(0f).intoArray(v, j);
    }
  }

  @Override
  public void lstm(
      float[] gates, int units, float scale, float shift, float[] c, float[] h, float[][] work) {
    FloatVector a = FloatVector.broadcast(SPECIES, scale);
    FloatVector b = FloatVector.broadcast(SPECIES, shift);
    for (int j = 0; j < units; j += LANES) {
      FloatVector i = FloatVector.fromArray(SPECIES, gates, j).fma(a, b);
      FloatVector f = FloatVector.fromArray(SPECIES, gates, units + j).fma(a, b);
      FloatVector o = FloatVector.fromArray(SPECIES, gates, 2 * units + j).fma(a, b);
      FloatVector g = FloatVector.fromArray(SPECIES, gates, 3 * units + j);
      FloatVector next = f.fma(FloatVector.fromArray(SPECIES, c, j), i.mul(g));
      next.intoArray(c, j);
      IntVector bits = next.reinterpretAsInts();
      FloatVector x =
          bits.and(MAGNITUDE)
              .add(PAST_INFINITY)
              .min(CLAMP + PAST_INFINITY)
              .sub(PAST_INFINITY)
              .or(bits.and(SIGN))
              .reinterpretAsFloats();
      FloatVector s = x.mul(x);
      FloatVector p =
          s.fma(FloatVector.broadcast(SPECIES, P13), FloatVector.broadcast(SPECIES, P11));
      p = p.fma(s, FloatVector.broadcast(SPECIES, P9));
      p = p.fma(s, FloatVector.broadcast(SPECIES, P7));
      p = p.fma(s, FloatVector.broadcast(SPECIES, P5));
      p = p.fma(s, FloatVector.broadcast(SPECIES, P3));
      p = p.fma(s, FloatVector.broadcast(SPECIES, P1));
      FloatVector q = s.fma(FloatVector.broadcast(SPECIES, Q6), FloatVector.broadcast(SPECIES, Q4));
      q = q.fma(s, FloatVector.broadcast(SPECIES, Q2));
      q = q.fma(s, FloatVector.broadcast(SPECIES, Q0));
      o.mul(x.mul(p)).div(q).intoArray(h, j);
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
    FloatVector a = FloatVector.broadcast(SPECIES, scale);
    FloatVector b = FloatVector.broadcast(SPECIES, shift);
    for (int j = 0; j < units; j += LANES) {
      FloatVector r = FloatVector.fromArray(SPECIES, gates, units + j).fma(a, b);
      FloatVector product = FloatVector.fromArray(SPECIES, gates, 2 * units + j);
      r.fma(product, FloatVector.fromArray(SPECIES, x, at + j)).intoArray(candidate, j);
    }
  }

  @Override
  public void gruResetBefore(
      float[] gates, int units, float scale, float shift, float[] h, float[] out) {
    FloatVector a = FloatVector.broadcast(SPECIES, scale);
    FloatVector b = FloatVector.broadcast(SPECIES, shift);
    for (int j = 0; j < units; j += LANES) {
      FloatVector r = FloatVector.fromArray(SPECIES, gates, units + j).fma(a, b);
      r.mul(FloatVector.fromArray(SPECIES, h, j)).intoArray(out, j);
    }
  }

  @Override
  public void gruOutput(
      float[] gates, int units, float scale, float shift, float[] candidate, float[] h) {
    FloatVector a = FloatVector.broadcast(SPECIES, scale);
    FloatVector b = FloatVector.broadcast(SPECIES, shift);
    for (int j = 0; j < units; j += LANES) {
      FloatVector z = FloatVector.fromArray(SPECIES, gates, j).fma(a, b);
      FloatVector n = FloatVector.fromArray(SPECIES, candidate, j);
      z.fma(FloatVector.fromArray(SPECIES, h, j).sub(n), n).intoArray(h, j);
    }
  }
}
