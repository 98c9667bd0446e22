package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;

/**
 * A GRU's step; gates in Keras' order z, r, candidate.
 *
 * <p>With reset after, one matrix gives all three recurrent products, and the recurrent biases of z
 * and r are added to the input's; without, the candidate's product waits for r.
 */
final class GruCell implements Cell {
  private final ActivationFunction activation;
  private final ActivationFunction gateActivation;
  private final boolean resetAfter;
  private final float scale;
  private final float shift;
  private final int ownUnits;
  private final int units;
  private final int columns;
  private final Arithmetic.Projection input;
  private final Arithmetic.Matrix recurrent;
  private final Arithmetic.Matrix candidateMatrix;
  private final float[] candidateBias;

  GruCell(Arithmetic arithmetic, Layer.Gru layer, int inputs) {
    ActivationFunction gate = layer.recurrentActivation();
    activation = layer.activation();
    gateActivation = Gates.applied(gate);
    resetAfter = layer.resetAfter();
    scale = Gates.scale(gate);
    shift = Gates.shift(gate);
    int n = layer.units();
    ownUnits = n;
    units = arithmetic.padded(n);
    Gates all = new Gates(n, units, 3, new int[] {0, 1, 2}, new float[] {scale, scale, 1});
    Gates zr = new Gates(n, units, 3, new int[] {0, 1}, new float[] {scale, scale});
    Gates candidate = new Gates(n, units, 3, new int[] {2}, new float[] {1});
    columns = all.columns();
    float[] bias = all.pack(1, layer.bias(), 0);
    float[] u = layer.recurrentKernel();
    if (resetAfter) {
      float[] stateBias = zr.pack(1, layer.bias(), 3 * n);
      for (int j = 0; j < stateBias.length; j++) {
        bias[j] += stateBias[j];
      }
      candidateBias = candidate.pack(1, layer.bias(), 3 * n);
      recurrent = arithmetic.matrix(n, columns, all.pack(n, u, 0));
      candidateMatrix = null;
    } else {
      candidateBias = new float[units];
      recurrent = arithmetic.matrix(n, 2 * units, zr.pack(n, u, 0));
      candidateMatrix = arithmetic.matrix(n, units, candidate.pack(n, u, 0));
    }
    input = arithmetic.projection(inputs, columns, all.pack(inputs, layer.kernel(), 0), bias);
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public Arithmetic.Projection input() {
    return input;
  }

  @Override
  public Memory newMemory() {
    return new Memory(units, columns);
  }

  @Override
  public void step(Arithmetic arithmetic, float[] x, int at, int step, Memory memory) {
    float[] gates = memory.gates;
    float[] h = memory.h;
    float[] candidate = memory.candidate;
    System.arraycopy(x, at, gates, 0, 2 * units);
    if (resetAfter) {
      System.arraycopy(candidateBias, 0, gates, 2 * units, units);
    }
    if (step > 0) {
      recurrent.multiplyAdd(h, 0, gates, 0, gates, step);
    }
    Gates.activate(arithmetic, gateActivation, gates, 0, 2, ownUnits, units);
    int own = at + 2 * units;
    if (resetAfter) {
      arithmetic.gruResetAfter(gates, units, scale, shift, x, own, candidate, memory.work);
    } else if (step == 0) {
      System.arraycopy(x, own, candidate, 0, units);
    } else {
      float[] reset = memory.c;
      arithmetic.gruResetBefore(gates, units, scale, shift, h, reset);
      candidateMatrix.multiplyAdd(reset, 0, x, own, candidate, step);
    }
    Gates.activate(arithmetic, activation, candidate, 0, 1, ownUnits, units);
    arithmetic.gruOutput(gates, units, scale, shift, candidate, h);
  }
}
