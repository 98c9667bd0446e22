package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;

/** h = f(x W + h₋₁ U + b) over a tile; the slopes by h become those before f in place. */
final class SimplePass implements RecurrentPass {
  private final BatchArithmetic arithmetic;
  private final ActivationFunction activation;
  private final int units;
  private final Affine input;
  private final Affine recurrent;
  private final Signal in;
  private final Signal out;

  SimplePass(BatchArithmetic arithmetic, Layer.SimpleRnn layer, int at, Signal in, int maxRows) {
    this.arithmetic = arithmetic;
    this.in = in;
    int n = layer.units();
    activation = layer.activation();
    units = arithmetic.padded(n);
    Blocks blocks = new Blocks(n, units, 1, 0);
    int recurrentAt = at + layer.kernel().length;
    int biasAt = recurrentAt + layer.recurrentKernel().length;
    input = new Affine(arithmetic, blocks, in.width, 0, at, biasAt, in.learns());
    recurrent = new Affine(arithmetic, blocks, n, 0, recurrentAt, -1, true);
    out = new Signal(maxRows, n, units, true);
  }

  @Override
  public Signal out() {
    return out;
  }

  @Override
  public void load(float[] weights) {
    input.load(weights);
    recurrent.load(weights);
  }

  @Override
  public void forward(Tile tile) {
    int n = tile.sequences;
    float[] h = out.values;
    int from = tile.row(tile.first);
    input.apply(in, from, tile.row(tile.end) - from, h);
    for (int t = tile.first; t < tile.end; t++) {
      int now = tile.row(t) * units;
      if (t > tile.first) {
        recurrent.add(n, h, now - n * units, units, h, now, units);
      }
      arithmetic.activate(activation, h, now, now + n * units);
      tile.clearPadding(t, h, now, units);
    }
  }

  @Override
  public void backward(Tile tile) {
    int n = tile.sequences;
    float[] h = out.values;
    float[] d = out.slopes;
    for (int t = tile.end - 1; t >= tile.first; t--) {
      int now = tile.row(t) * units;
      arithmetic.slope(activation, h, now, d, now, n * units);
      tile.clearPadding(t, d, now, units);
      if (t > tile.first) {
        recurrent.addInputSlopes(n, d, now, units, d, now - n * units, units);
      }
    }
    int from = tile.row(tile.first);
    int rows = tile.row(tile.end) - from;
    recurrent.addKernelSlopes(rows - n, h, from * units, units, d, (from + n) * units, units);
    input.learn(in, from, rows, d);
  }

  @Override
  public void collect(float[] gradient) {
    input.collect(gradient);
    recurrent.collect(gradient);
  }
}
