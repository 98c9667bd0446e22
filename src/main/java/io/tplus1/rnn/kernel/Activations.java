package io.tplus1.rnn.kernel;

import static io.tplus1.rnn.network.ActivationFunction.SELU_ALPHA;
import static io.tplus1.rnn.network.ActivationFunction.SELU_SCALE;

import io.tplus1.rnn.network.ActivationFunction;

/** The activations that are rare enough for exact functions, value by value. */
public final class Activations {
  private Activations() {}

  /** Applies an activation, not softmax, in place to the values from {@code from} to {@code to}. */
  public static void exact(ActivationFunction function, float[] v, int from, int to) {
    switch (function) {
      case LINEAR -> {}
      case TANH -> {
        for (int j = from; j < to; j++) {
          v[j] = (float) Math.tanh(v[j]);
        }
      }
      case SIGMOID -> {
        for (int j = from; j < to; j++) {
          v[j] = (float) sigmoid(v[j]);
        }
      }
      case HARD_SIGMOID -> {
        for (int j = from; j < to; j++) {
          v[j] = Math.max(0f, Math.min(1f, Math.fma(0.2f, v[j], 0.5f)));
        }
      }
      case RELU -> {
        for (int j = from; j < to; j++) {
          v[j] = Math.max(0f, v[j]);
        }
      }
      case RELU6 -> {
        for (int j = from; j < to; j++) {
          v[j] = Math.max(0f, Math.min(6f, v[j]));
        }
      }
      case ELU -> {
        for (int j = from; j < to; j++) {
          v[j] = v[j] > 0 ? v[j] : (float) Math.expm1(v[j]);
        }
      }
      case SELU -> {
        for (int j = from; j < to; j++) {
          v[j] = SELU_SCALE * (v[j] > 0 ? v[j] : SELU_ALPHA * (float) Math.expm1(v[j]));
        }
      }
      case SILU -> {
        for (int j = from; j < to; j++) {
          v[j] = (float) (v[j] * sigmoid(v[j]));
        }
      }
      case GELU -> {
        for (int j = from; j < to; j++) {
          v[j] = (float) (v[j] * normalCdf(v[j]));
        }
      }
      case SOFTPLUS -> {
        for (int j = from; j < to; j++) {
          v[j] = (float) (Math.log1p(Math.exp(-Math.abs(v[j]))) + Math.max(0f, v[j]));
        }
      }
      case SOFTSIGN -> {
        for (int j = from; j < to; j++) {
          v[j] = v[j] / (1 + Math.abs(v[j]));
        }
      }
      case EXPONENTIAL -> {
        for (int j = from; j < to; j++) {
          v[j] = (float) Math.exp(v[j]);
        }
      }
      case SOFTMAX -> throw new IllegalArgumentException("softmax works on a row");
    }
  }

  /** Softmax in place over {@code width} values from {@code from}. */
  static void softmax(float[] v, int from, int width) {
    float max = Float.NEGATIVE_INFINITY;
    for (int j = from; j < from + width; j++) {
      max = Math.max(max, v[j]);
    }
    double sum = 0;
    for (int j = from; j < from + width; j++) {
      double e = Math.exp(v[j] - max);
      v[j] = (float) e;
      sum += e;
    }
    float scale = (float) (1 / sum);
    for (int j = from; j < from + width; j++) {
      v[j] *= scale;
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /**
   * Φ(x) by the series φ(x) (x + x³/3 + x⁵/15 + …), all of one sign, near the centre; beyond, where
   * a float's x Φ(x) may no longer tell, by the continued fraction of Mills' ratio.
   */
  private static double normalCdf(double x) {
    double a = Math.abs(x);
    if (!(a < 40)) {
      return Double.isNaN(x) ? x : x > 0 ? 1 : 0;
    }
    double density = Math.exp(-a * a / 2) * 0.3989422804014327;
    if (a < 4) {
      double term = a;
      double sum = a;
      for (int n = 3; term > 1e-17 * sum; n += 2) {
        term *= a * a / n;
        sum += term;
      }
      return x < 0 ? 0.5 - density * sum : 0.5 + density * sum;
    }
    double fraction = a;
    for (int n = 40; n >= 1; n--) {
      fraction = a + n / fraction;
    }
    double tail = density / fraction;
    return x < 0 ? tail : 1 - tail;
  }
}
