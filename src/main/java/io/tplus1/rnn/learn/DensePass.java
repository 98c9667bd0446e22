package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;

/** y = f(x W + b) over rows; the slopes by y become those before f in place. */
final class DensePass {
  private final BatchArithmetic arithmetic;
  private final ActivationFunction activation;
  private final Affine affine;
  private final Signal in;
  private final Signal out;

  DensePass(BatchArithmetic arithmetic, Layer.Dense layer, int at, Signal in, int maxRows) {
    this.arithmetic = arithmetic;
    this.in = in;
    activation = layer.activation();
    int units = arithmetic.padded(layer.units());
    Blocks blocks = new Blocks(layer.units(), units, 1, 0);
    affine = new Affine(arithmetic, blocks, in.width, 0, at, at + layer.kernel().length, true);
    out = new Signal(maxRows, layer.units(), units, true);
  }

  Signal out() {
    return out;
  }

  void load(float[] weights) {
    affine.load(weights);
  }

  void forward(int rows) {
    affine.apply(in, 0, rows, out.values);
    arithmetic.activate(activation, out.values, 0, rows * out.stride);
  }

  void backward(int rows) {
    float[] d = out.slopes;
    arithmetic.slope(activation, out.values, 0, d, 0, rows * out.stride);
    affine.learn(in, 0, rows, d);
  }

  void collect(float[] gradient) {
    affine.collect(gradient);
  }
}
