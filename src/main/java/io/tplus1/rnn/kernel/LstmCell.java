package io.tplus1.rnn.kernel;

import static io.tplus1.rnn.network.ActivationFunction.TANH;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;

/** An LSTM's step; gates in the order i, f, o, g, so that the first three share an activation. */
final class LstmCell implements Cell {
  private final ActivationFunction activation;
  private final ActivationFunction gateActivation;
  private final float scale;
  private final float shift;
  private final int ownUnits;
  private final int units;
  private final int columns;
  private final Arithmetic.Projection input;
  private final Arithmetic.Matrix recurrent;

  LstmCell(Arithmetic arithmetic, Layer.Lstm layer, int inputs) {
    ActivationFunction gate = layer.recurrentActivation();
    activation = layer.activation();
    gateActivation = Gates.applied(gate);
    scale = Gates.scale(gate);
    shift = Gates.shift(gate);
    ownUnits = layer.units();
    units = arithmetic.padded(layer.units());
    Gates gates =
        new Gates(
            layer.units(), units, 4, new int[] {0, 1, 3, 2}, new float[] {scale, scale, scale, 1});
    columns = gates.columns();
    input =
        arithmetic.projection(
            inputs, columns, gates.pack(inputs, layer.kernel(), 0), gates.pack(1, layer.bias(), 0));
    recurrent =
        arithmetic.matrix(
            layer.units(), columns, gates.pack(layer.units(), layer.recurrentKernel(), 0));
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
    if (step == 0) {
      System.arraycopy(x, at, gates, 0, columns);
    } else {
      recurrent.multiplyAdd(memory.h, 0, x, at, gates, step);
    }
    if (gateActivation == activation) {
      activate(arithmetic, activation, gates, 0, 4);
    } else {
      activate(arithmetic, gateActivation, gates, 0, 3);
      activate(arithmetic, activation, gates, 3 * units, 1);
    }
    if (activation == TANH) {
      arithmetic.lstm(gates, units, scale, shift, memory.c, memory.h, memory.work);
    } else {
      finish(arithmetic, gates, memory.c, memory.h);
    }
  }

  private void activate(
      Arithmetic arithmetic, ActivationFunction function, float[] values, int from, int blocks) {
    Gates.activate(arithmetic, function, values, from, blocks, ownUnits, units);
  }

  private void finish(Arithmetic arithmetic, float[] gates, float[] c, float[] h) {
    for (int j = 0; j < units; j++) {
      float i = Math.fma(scale, gates[j], shift);
      float f = Math.fma(scale, gates[units + j], shift);
      c[j] = Math.fma(f, c[j], i * gates[3 * units + j]);
      h[j] = c[j];
    }
    activate(arithmetic, activation, h, 0, 1);
    for (int j = 0; j < units; j++) {
      h[j] *= Math.fma(scale, gates[2 * units + j], shift);
    }
  }
}
