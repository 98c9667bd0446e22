package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import java.util.Arrays;

/**
 * An LSTM over a tile; gates in the order i, f, o, g, so that the first three share an activation.
 *
 * <p>With tanh and sigmoid, all but some networks, the arithmetic does a step in one pass; other
 * activations go value by value here. The gates' slopes take the place of the gates.
 */
final class LstmPass implements RecurrentPass {
  private final BatchArithmetic arithmetic;
  private final ActivationFunction activation;
  private final ActivationFunction gateActivation;
  private final boolean usual;
  private final int units;
  private final int columns;
  private final Affine input;
  private final Affine recurrent;
  private final Signal in;
  private final Signal out;
  private final float[] gates;

  /** Cells; those of step t lie one step further than in the other arrays, behind h₋₁ = 0. */
  private final float[] cells;

  private final float[] activated;
  private final float[] cellSlopes;

  LstmPass(BatchArithmetic arithmetic, Layer.Lstm layer, int at, Signal in, int maxRows, int most) {
    this.arithmetic = arithmetic;
    this.in = in;
    int n = layer.units();
    activation = layer.activation();
    gateActivation = layer.recurrentActivation();
    usual = activation == ActivationFunction.TANH && gateActivation == ActivationFunction.SIGMOID;
    units = arithmetic.padded(n);
    columns = 4 * units;
    Blocks blocks = new Blocks(n, units, 4, 0, 1, 3, 2);
    int halved = usual ? 3 : 0;
    int recurrentAt = at + layer.kernel().length;
    int biasAt = recurrentAt + layer.recurrentKernel().length;
    input = new Affine(arithmetic, blocks, in.width, halved, at, biasAt, in.learns());
    recurrent = new Affine(arithmetic, blocks, n, halved, recurrentAt, -1, true);
    out = new Signal(maxRows, n, units, true);
    gates = new float[Math.multiplyExact(maxRows, columns)];
    cells = new float[(maxRows + most) * units];
    activated = new float[maxRows * units];
    cellSlopes = new float[most * units];
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
    input.apply(in, from, tile.row(tile.end) - from, gates);
    Arrays.fill(cells, from * units, (from + n) * units, 0f);
    for (int t = tile.first; t < tile.end; t++) {
      int row = tile.row(t);
      int now = row * units;
      if (t > tile.first) {
        recurrent.add(n, h, now - n * units, units, gates, row * columns, columns);
      }
      int cell = now + n * units;
      if (usual) {
        arithmetic.lstm(n, units, gates, row * columns, cells, now, cell, activated, h, now);
      } else {
        step(n, row * columns, now, cell);
      }
      tile.clearPadding(t, h, now, units);
      tile.clearPadding(t, cells, cell, units);
    }
  }

  private void step(int n, int gatesAt, int now, int cell) {
    float[] c = cells;
    float[] h = out.values;
    for (int r = 0; r < n; r++) {
      int i = gatesAt + r * columns;
      int g = i + 3 * units;
      arithmetic.activate(gateActivation, gates, i, g);
      arithmetic.activate(activation, gates, g, g + units);
      for (int j = 0; j < units; j++) {
        int k = r * units + j;
        c[cell + k] = Math.fma(gates[i + units + j], c[now + k], gates[i + j] * gates[g + j]);
        activated[now + k] = c[cell + k];
      }
    }
    arithmetic.activate(activation, activated, now, now + n * units);
    for (int r = 0; r < n; r++) {
      int o = gatesAt + r * columns + 2 * units;
      for (int j = 0; j < units; j++) {
        int k = now + r * units + j;
        h[k] = gates[o + j] * activated[k];
      }
    }
  }

  @Override
  public void backward(Tile tile) {
    int n = tile.sequences;
    float[] h = out.values;
    float[] dh = out.slopes;
    Arrays.fill(cellSlopes, 0, n * units, 0f);
    for (int t = tile.end - 1; t >= tile.first; t--) {
      int row = tile.row(t);
      int now = row * units;
      int at = row * columns;
      if (usual) {
        arithmetic.lstmBackward(n, units, gates, at, cells, now, activated, dh, now, cellSlopes);
      } else {
        stepBackward(n, at, now);
      }
      tile.clearPadding(t, gates, at, columns);
      tile.clearPadding(t, cellSlopes, 0, units);
      if (t > tile.first) {
        recurrent.addInputSlopes(n, gates, at, columns, dh, now - n * units, units);
      }
    }
    int from = tile.row(tile.first);
    int rows = tile.row(tile.end) - from;
    int at = from * columns;
    recurrent.addKernelSlopes(rows - n, h, from * units, units, gates, at + n * columns, columns);
    input.learn(in, from, rows, gates);
  }

  private void stepBackward(int n, int gatesAt, int now) {
    float[] dh = out.slopes;
    float[] dc = cellSlopes;
    for (int r = 0; r < n; r++) {
      int i = gatesAt + r * columns;
      int f = i + units;
      int o = f + units;
      int g = o + units;
      for (int j = 0; j < units; j++) {
        int k = r * units + j;
        float a = activated[now + k];
        float gi = gates[i + j];
        float gf = gates[f + j];
        float go = gates[o + j];
        float gg = gates[g + j];
        float d = Math.fma(dh[now + k] * go, Slopes.of(activation, a), dc[k]);
        gates[i + j] = d * gg * Slopes.of(gateActivation, gi);
        gates[f + j] = d * cells[now + k] * Slopes.of(gateActivation, gf);
        gates[o + j] = dh[now + k] * a * Slopes.of(gateActivation, go);
        gates[g + j] = d * gi * Slopes.of(activation, gg);
        dc[k] = d * gf;
      }
    }
  }

  @Override
  public void collect(float[] gradient) {
    input.collect(gradient);
    recurrent.collect(gradient);
  }
}
