package io.tplus1.rnn.proof;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * A slow interpreter of {@link Network} in double precision, written from Keras 2's definitions
 * (TensorFlow 2.x) and sharing nothing with the kernels: what they are tested against, and what
 * tells float32's rounding from a mistake.
 *
 * <p>Masks follow Keras: a masked step carries a recurrent layer's state over and repeats its last
 * output (zeros before the first); inside a {@link Layer.Bidirectional} with sequences its output
 * is zero; a layer with {@code goBackwards} turns its output round, but not the mask it hands on.
 * Dense and Activation compute masked steps like any other.
 *
 * <p>A window shorter than a fixed number of steps is padded with zeros at its old end. The padding
 * stays masked whatever Embedding and Masking layers say, up to the first layer without steps;
 * where a layer turns its output round, it goes to the other end.
 */
public final class ReferenceNetwork {
  /** Sum from which on e to its power is more than a float holds. */
  private static final double LARGEST_EXPONENT = 88.72;

  private final DoubleUnaryOperator rounding;
  private boolean overflows;

  private ReferenceNetwork(DoubleUnaryOperator rounding) {
    this.rounding = rounding;
  }

  /**
   * Runs the network over one window.
   *
   * @param window {@code double[steps][inputs]}, oldest first; at most {@code network.steps()}
   *     steps where that is fixed
   * @return the output vector, or {@code [steps][width]} row-major
   */
  public static double[] forward(Network network, double[][] window) {
    return forward(network, window, DoubleUnaryOperator.identity());
  }

  /**
   * As {@link #forward(Network, double[][])}, in another arithmetic.
   *
   * @param rounding what becomes of every sum, product and value of a function
   */
  static double[] forward(Network network, double[][] window, DoubleUnaryOperator rounding) {
    return new ReferenceNetwork(rounding).pass(network, window);
  }

  /**
   * What a pass comes to, and what it comes through.
   *
   * @param output as {@link #forward} has it
   * @param overflows whether DL4J, whose softplus is a logarithm of 1 + eˣ, has Infinity on the way
   *     over the window, behind which something follows
   */
  record Trace(double[] output, boolean overflows) {}

  static Trace trace(Network network, double[][] window) {
    ReferenceNetwork pass = new ReferenceNetwork(DoubleUnaryOperator.identity());
    double[] output = pass.pass(network, window);
    return new Trace(output, pass.overflows);
  }

  private double[] pass(Network network, double[][] window) {
    double[][] rows = window;
    boolean[] present = null; // null: no padding
    if (network.steps() != Shape.ANY_STEPS && window.length < network.steps()) {
      int padding = network.steps() - window.length;
      rows = new double[network.steps()][network.inputs()];
      present = new boolean[network.steps()];
      for (int t = 0; t < window.length; t++) {
        rows[padding + t] = window[t];
        present[padding + t] = true;
      }
    }
    Tensor x = new Tensor(rows, true, present, present);
    int last = network.layers().size() - 1;
    while (last > 0 && network.layers().get(last).isIdle()) {
      last--;
    }
    for (int l = 0; l < network.layers().size(); l++) {
      Layer layer = network.layers().get(l);
      boolean before = overflows;
      x = apply(layer, x);
      if (l == last && (layer instanceof Layer.Dense || layer instanceof Layer.Activation)) {
        overflows = before; // Nothing follows what it puts out.
      }
    }
    return Arrays.stream(x.rows).flatMapToDouble(Arrays::stream).toArray();
  }

  /**
   * What one layer hands to the next.
   *
   * @param rows one row for a vector
   * @param mask false where a step is masked; null: none is
   * @param present false where a step is padding; null: none is
   */
  private record Tensor(double[][] rows, boolean sequence, boolean[] mask, boolean[] present) {
    Tensor with(double[][] newRows) {
      return new Tensor(newRows, sequence, mask, present);
    }
  }

  private Tensor apply(Layer layer, Tensor x) {
    if (layer instanceof Layer.Embedding embedding) {
      return embedding(embedding, x);
    } else if (layer instanceof Layer.Masking masking) {
      return masking(masking, x);
    } else if (layer instanceof Layer.Recurrent recurrent) {
      double[][] out = run(recurrent, x.rows, x.mask, false);
      if (!recurrent.returnSequences()) {
        return vector(out[out.length - 1]);
      }
      return recurrent.goBackwards() ? turned(x.with(out)) : x.with(out);
    } else if (layer instanceof Layer.Bidirectional pair) {
      return bidirectional(pair, x);
    } else if (layer instanceof Layer.Dense dense) {
      double[][] out = new double[x.rows.length][];
      for (int t = 0; t < out.length; t++) {
        double[] z = toDouble(dense.bias(), 0, dense.units());
        addProduct(z, x.rows[t], dense.kernel(), 0, dense.units(), dense.units());
        out[t] = activate(dense.activation(), z);
      }
      return x.with(out);
    } else if (layer instanceof Layer.Activation activation) {
      double[][] out = new double[x.rows.length][];
      for (int t = 0; t < out.length; t++) {
        out[t] = activate(activation.function(), x.rows[t]);
      }
      return x.with(out);
    } else if (layer instanceof Layer.Dropout) {
      return x;
    } else if (layer instanceof Layer.RepeatVector repeat) {
      double[][] out = new double[repeat.times()][];
      Arrays.fill(out, x.rows[0]);
      return new Tensor(out, true, null, null);
    } else if (layer instanceof Layer.Flatten) {
      return vector(Arrays.stream(x.rows).flatMapToDouble(Arrays::stream).toArray());
    }
    throw new IllegalArgumentException("unknown layer " + layer);
  }

  /** Padding goes along with rows that were turned round, the marks of the other steps do not. */
  private static Tensor turned(Tensor x) {
    if (x.present == null) {
      return x;
    }
    int last = x.present.length - 1;
    boolean[] present = new boolean[last + 1];
    boolean[] mask = new boolean[last + 1];
    int from = 0;
    for (int t = 0; t <= last; t++) {
      present[t] = x.present[last - t];
      if (present[t]) {
        while (!x.present[from]) {
          from++;
        }
        mask[t] = x.mask[from++];
      }
    }
    return new Tensor(x.rows, true, mask, present);
  }

  private static Tensor vector(double[] values) {
    return new Tensor(new double[][] {values}, false, null, null);
  }

  private static Tensor embedding(Layer.Embedding layer, Tensor x) {
    double[][] out = new double[x.rows.length][];
    boolean[] unmasked = new boolean[x.rows.length];
    for (int t = 0; t < out.length; t++) {
      int id = (int) x.rows[t][0];
      int row = id >= 0 && id < layer.vocabulary() ? id : 0;
      out[t] = toDouble(layer.weights(), row * layer.width(), layer.width());
      unmasked[t] = x.rows[t][0] != 0 && (x.present == null || x.present[t]);
    }
    return new Tensor(out, true, layer.maskZero() ? unmasked : x.present, x.present);
  }

  private static Tensor masking(Layer.Masking layer, Tensor x) {
    double[][] out = new double[x.rows.length][];
    boolean[] unmasked = new boolean[x.rows.length];
    for (int t = 0; t < out.length; t++) {
      boolean any = Arrays.stream(x.rows[t]).anyMatch(v -> (float) v != layer.value());
      out[t] = any ? x.rows[t] : new double[x.rows[t].length];
      unmasked[t] = any && (x.present == null || x.present[t]);
    }
    return new Tensor(out, true, unmasked, x.present);
  }

  private Tensor bidirectional(Layer.Bidirectional pair, Tensor x) {
    boolean sequences = pair.forward().returnSequences();
    double[][] a = run(pair.forward(), x.rows, x.mask, sequences);
    double[][] b = run(pair.backward(), x.rows, x.mask, sequences);
    int last = a.length - 1;
    if (!sequences) {
      return vector(merge(pair.merge(), a[last], b[last]));
    }
    double[][] out = new double[a.length][];
    for (int t = 0; t <= last; t++) {
      out[t] = merge(pair.merge(), a[t], b[last - t]);
    }
    return pair.forward().goBackwards() ? turned(x.with(out)) : x.with(out);
  }

  private static double[] merge(Layer.Merge merge, double[] a, double[] b) {
    if (merge == Layer.Merge.CONCAT) {
      double[] out = Arrays.copyOf(a, a.length + b.length);
      System.arraycopy(b, 0, out, a.length, b.length);
      return out;
    }
    double[] out = new double[a.length];
    for (int i = 0; i < out.length; i++) {
      out[i] =
          switch (merge) {
            case SUM -> a[i] + b[i];
            case MUL -> a[i] * b[i];
            case AVE -> (a[i] + b[i]) / 2;
            case CONCAT -> throw new IllegalStateException("joined above");
          };
    }
    return out;
  }

  /** The outputs in the order of reading; the last is the layer's output without sequences. */
  private double[][] run(
      Layer.Recurrent layer, double[][] rows, boolean[] mask, boolean zeroWhereMasked) {
    int units = layer.units();
    double[] h = new double[units];
    double[] c = new double[units];
    double[][] out = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      int t = layer.goBackwards() ? rows.length - 1 - i : i;
      boolean masked = mask != null && !mask[t];
      if (!masked) {
        if (layer instanceof Layer.SimpleRnn rnn) {
          h = simpleStep(rnn, rows[t], h);
        } else if (layer instanceof Layer.Lstm lstm) {
          double[][] hc = lstmStep(lstm, rows[t], h, c);
          h = hc[0];
          c = hc[1];
        } else if (layer instanceof Layer.Gru gru) {
          h = gruStep(gru, rows[t], h);
        }
      }
      out[i] = masked && zeroWhereMasked ? new double[units] : h;
    }
    return out;
  }

  private double[] simpleStep(Layer.SimpleRnn rnn, double[] x, double[] h) {
    int units = rnn.units();
    double[] z = toDouble(rnn.bias(), 0, units);
    addProduct(z, x, rnn.kernel(), 0, units, units);
    addProduct(z, h, rnn.recurrentKernel(), 0, units, units);
    return activate(rnn.activation(), z);
  }

  private double[][] lstmStep(Layer.Lstm lstm, double[] x, double[] h, double[] c) {
    int units = lstm.units();
    double[][] gates = new double[4][];
    for (int g = 0; g < 4; g++) {
      double[] z = toDouble(lstm.bias(), g * units, units);
      addProduct(z, x, lstm.kernel(), g * units, units, 4 * units);
      addProduct(z, h, lstm.recurrentKernel(), g * units, units, 4 * units);
      gates[g] = activate(g == 2 ? lstm.activation() : lstm.recurrentActivation(), z);
    }
    double[] newC = new double[units];
    for (int j = 0; j < units; j++) {
      newC[j] = rounded(rounded(gates[1][j] * c[j]) + rounded(gates[0][j] * gates[2][j]));
    }
    double[] newH = activate(lstm.activation(), newC);
    for (int j = 0; j < units; j++) {
      newH[j] = rounded(newH[j] * gates[3][j]);
    }
    return new double[][] {newH, newC};
  }

  private double[] gruStep(Layer.Gru gru, double[] x, double[] h) {
    int units = gru.units();
    double[][] fromInput = new double[3][];
    double[][] fromState = new double[3][];
    for (int g = 0; g < 3; g++) {
      fromInput[g] = toDouble(gru.bias(), g * units, units);
      addProduct(fromInput[g], x, gru.kernel(), g * units, units, 3 * units);
      fromState[g] =
          gru.resetAfter() ? toDouble(gru.bias(), (3 + g) * units, units) : new double[units];
      if (g < 2 || gru.resetAfter()) {
        addProduct(fromState[g], h, gru.recurrentKernel(), g * units, units, 3 * units);
      }
    }
    double[] z = activate(gru.recurrentActivation(), sum(fromInput[0], fromState[0]));
    double[] r = activate(gru.recurrentActivation(), sum(fromInput[1], fromState[1]));
    double[] candidate = fromInput[2];
    if (gru.resetAfter()) {
      for (int j = 0; j < units; j++) {
        candidate[j] = rounded(candidate[j] + rounded(r[j] * fromState[2][j]));
      }
    } else {
      double[] reset = new double[units];
      for (int j = 0; j < units; j++) {
        reset[j] = rounded(r[j] * h[j]);
      }
      addProduct(candidate, reset, gru.recurrentKernel(), 2 * units, units, 3 * units);
    }
    candidate = activate(gru.activation(), candidate);
    double[] out = new double[units];
    for (int j = 0; j < units; j++) {
      out[j] = rounded(rounded(z[j] * h[j]) + rounded(rounded(1 - z[j]) * candidate[j]));
    }
    return out;
  }

  /** out[j] += Σ x[i] · kernel[i][from + j] for j in [0, count). */
  private void addProduct(
      double[] out, double[] x, float[] kernel, int from, int count, int columns) {
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < count; j++) {
        out[j] = rounded(out[j] + rounded(x[i] * kernel[i * columns + from + j]));
      }
    }
  }

  private double[] sum(double[] a, double[] b) {
    double[] out = new double[a.length];
    Arrays.setAll(out, i -> rounded(a[i] + b[i]));
    return out;
  }

  private static double[] toDouble(float[] values, int from, int count) {
    double[] out = new double[count];
    Arrays.setAll(out, i -> values[from + i]);
    return out;
  }

  private double rounded(double value) {
    return rounding.applyAsDouble(value);
  }

  private double[] activate(ActivationFunction function, double[] x) {
    if (function == ActivationFunction.SOFTMAX) {
      double max = Arrays.stream(x).max().orElseThrow();
      double[] e = Arrays.stream(x).map(v -> Math.exp(v - max)).toArray();
      double total = Arrays.stream(e).sum();
      return Arrays.stream(e).map(v -> rounded(v / total)).toArray();
    }
    if (function == ActivationFunction.SOFTPLUS) {
      overflows |= Arrays.stream(x).anyMatch(v -> v > LARGEST_EXPONENT);
    }
    return Arrays.stream(x).map(v -> rounded(activate(function, v))).toArray();
  }

  private static double activate(ActivationFunction function, double x) {
    return switch (function) {
      case LINEAR -> x;
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case HARD_SIGMOID -> Math.max(0, Math.min(1, 0.2 * x + 0.5));
      case RELU -> Math.max(0, x);
      case RELU6 -> Math.max(0, Math.min(6, x));
      case ELU -> x > 0 ? x : Math.expm1(x);
      case SELU -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
      case SILU -> x / (1 + Math.exp(-x));
      case GELU -> gelu(x);
      case SOFTPLUS -> Math.log1p(Math.exp(-Math.abs(x))) + Math.max(0, x);
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case EXPONENTIAL -> Math.exp(x);
      case SOFTMAX -> throw new IllegalStateException("softmax is not elementwise");
    };
  }

  /**
   * x Φ(x), with Φ by the series of Marsaglia, Evaluating the Normal Distribution, 2004: some 30
   * terms, all positive, where a rule of integration takes thousands of exponentials.
   */
  private static double gelu(double x) {
    double a = Math.min(Math.abs(x), 9);
    double sum = a;
    double term = a;
    for (int i = 3; sum + term > sum; i += 2) {
      term *= a * a / i;
      sum += term;
    }
    double half = sum * Math.exp(-a * a / 2) / Math.sqrt(2 * Math.PI);
    return x * (x < 0 ? 0.5 - half : 0.5 + half);
  }
}
