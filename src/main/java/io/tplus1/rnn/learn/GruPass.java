package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;

/**
 * A GRU over a tile; gates in Keras' order z, r, candidate.
 *
 * <p>With reset after, {@link #inner} keeps the candidate's recurrent product; without, the reset
 * state r ⊙ h₋₁ that its product is of.
 */
final class GruPass implements RecurrentPass {
  private final BatchArithmetic arithmetic;
  private final ActivationFunction activation;
  private final ActivationFunction gateActivation;
  private final boolean resetAfter;
  private final int units;
  private final int columns;
  private final Affine input;

  /** Of z and r. */
  private final Affine recurrent;

  /** Of the candidate; its bias with reset after. */
  private final Affine candidate;

  private final Signal in;
  private final Signal out;
  private final float[] gates;
  private final float[] inner;
  private final float[] innerSlopes;
  private final float[] zeros;

  GruPass(BatchArithmetic arithmetic, Layer.Gru layer, int at, Signal in, int maxRows, int most) {
    this.arithmetic = arithmetic;
    this.in = in;
    int n = layer.units();
    activation = layer.activation();
    gateActivation = layer.recurrentActivation();
    resetAfter = layer.resetAfter();
    units = arithmetic.padded(n);
    columns = 3 * units;
    int recurrentAt = at + layer.kernel().length;
    int biasAt = recurrentAt + layer.recurrentKernel().length;
    int stateBiasAt = resetAfter ? biasAt + 3 * n : -1;
    input =
        new Affine(
            arithmetic, new Blocks(n, units, 3, 0, 1, 2), in.width, 0, at, biasAt, in.learns());
    recurrent =
        new Affine(arithmetic, new Blocks(n, units, 3, 0, 1), n, 0, recurrentAt, stateBiasAt, true);
    candidate =
        new Affine(arithmetic, new Blocks(n, units, 3, 2), n, 0, recurrentAt, stateBiasAt, true);
    out = new Signal(maxRows, n, units, true);
    gates = new float[Math.multiplyExact(maxRows, columns)];
    inner = new float[maxRows * units];
    innerSlopes = new float[maxRows * units];
    zeros = new float[most * units];
  }

  @Override
  public Signal out() {
    return out;
  }

  @Override
  public void load(float[] weights) {
    input.load(weights);
    recurrent.load(weights);
    candidate.load(weights);
  }

  @Override
  public void forward(Tile tile) {
    int n = tile.sequences;
    float[] h = out.values;
    int from = tile.row(tile.first);
    input.apply(in, from, tile.row(tile.end) - from, gates);
    recurrent.addBias(tile.row(tile.end) - from, gates, from * columns, columns);
    for (int t = tile.first; t < tile.end; t++) {
      int now = tile.row(t) * units;
      int at = tile.row(t) * columns;
      boolean opening = t == tile.first;
      float[] state = opening ? zeros : h;
      int before = opening ? 0 : now - n * units;
      if (!opening) {
        recurrent.add(n, state, before, units, gates, at, columns);
      }
      if (resetAfter) {
        candidate.apply(n, state, before, units, inner, now, units);
      }
      for (int r = 0; r < n; r++) {
        int z = at + r * columns;
        arithmetic.activate(gateActivation, gates, z, z + 2 * units);
        open(z, r * units + now, r * units + before, state);
      }
      if (!resetAfter && !opening) {
        candidate.add(n, inner, now, units, gates, at + 2 * units, columns);
      }
      for (int r = 0; r < n; r++) {
        close(at + r * columns, r * units + now, r * units + before, state);
      }
      tile.clearPadding(t, h, now, units);
    }
  }

  private void open(int z, int now, int before, float[] state) {
    int r = z + units;
    int c = r + units;
    for (int j = 0; j < units; j++) {
      if (resetAfter) {
        gates[c + j] = Math.fma(gates[r + j], inner[now + j], gates[c + j]);
      } else {
        inner[now + j] = gates[r + j] * state[before + j];
      }
    }
  }

  private void close(int z, int now, int before, float[] state) {
    int c = z + 2 * units;
    float[] h = out.values;
    arithmetic.activate(activation, gates, c, c + units);
    for (int j = 0; j < units; j++) {
      float n = gates[c + j];
      h[now + j] = Math.fma(gates[z + j], state[before + j] - n, n);
    }
  }

  @Override
  public void backward(Tile tile) {
    int n = tile.sequences;
    float[] h = out.values;
    float[] dh = out.slopes;
    for (int t = tile.end - 1; t >= tile.first; t--) {
      int now = tile.row(t) * units;
      int at = tile.row(t) * columns;
      boolean opening = t == tile.first;
      float[] state = opening ? zeros : h;
      int before = opening ? 0 : now - n * units;
      tile.clearPadding(t, dh, now, units);
      for (int r = 0; r < n; r++) {
        closeBackward(at + r * columns, now + r * units, before + r * units, state, opening);
      }
      if (resetAfter) {
        if (!opening) {
          candidate.addInputSlopes(n, innerSlopes, now, units, dh, before, units);
        }
      } else {
        candidate.inputSlopes(n, gates, at + 2 * units, columns, innerSlopes, now, units);
        for (int r = 0; r < n; r++) {
          resetBackward(at + r * columns, now + r * units, before + r * units, state, opening);
        }
      }
      if (!opening) {
        recurrent.addInputSlopes(n, gates, at, columns, dh, before, units);
      }
    }
    gradients(tile);
  }

  private void gradients(Tile tile) {
    int n = tile.sequences;
    float[] h = out.values;
    int from = tile.row(tile.first);
    int rows = tile.row(tile.end) - from;
    int at = from * columns;
    int next = (from + n) * units;
    recurrent.addKernelSlopes(rows - n, h, from * units, units, gates, at + n * columns, columns);
    recurrent.addBiasSlopes(rows, gates, at, columns);
    if (resetAfter) {
      candidate.addKernelSlopes(rows - n, h, from * units, units, innerSlopes, next, units);
      candidate.addBiasSlopes(rows, innerSlopes, from * units, units);
    } else {
      candidate.addKernelSlopes(rows, inner, from * units, units, gates, at + 2 * units, columns);
    }
    input.learn(in, from, rows, gates);
  }

  /** From h to z and the candidate, and with reset after to r. */
  private void closeBackward(int z, int now, int before, float[] state, boolean opening) {
    float[] dh = out.slopes;
    int r = z + units;
    int c = r + units;
    for (int j = 0; j < units; j++) {
      float d = dh[now + j];
      float zj = gates[z + j];
      float dz = d * (state[before + j] - gates[c + j]);
      float dn = d * (1 - zj) * Slopes.of(activation, gates[c + j]);
      gates[c + j] = dn;
      gates[z + j] = dz * Slopes.of(gateActivation, zj);
      if (resetAfter) {
        float rj = gates[r + j];
        innerSlopes[now + j] = dn * rj;
        gates[r + j] = dn * inner[now + j] * Slopes.of(gateActivation, rj);
      }
      if (!opening) {
        dh[before + j] = Math.fma(d, zj, dh[before + j]);
      }
    }
  }

  /** Without reset after: from r ⊙ h₋₁ to r and h₋₁. */
  private void resetBackward(int z, int now, int before, float[] state, boolean opening) {
    float[] dh = out.slopes;
    int r = z + units;
    for (int j = 0; j < units; j++) {
      float d = innerSlopes[now + j];
      float rj = gates[r + j];
      gates[r + j] = d * state[before + j] * Slopes.of(gateActivation, rj);
      if (!opening) {
        dh[before + j] = Math.fma(d, rj, dh[before + j]);
      }
    }
  }

  @Override
  public void collect(float[] gradient) {
    input.collect(gradient);
    recurrent.collect(gradient);
    candidate.collect(gradient);
  }
}
