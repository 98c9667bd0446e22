package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;

/** h = f(x + h₋₁ U). */
final class SimpleCell implements Cell {
  private final ActivationFunction activation;
  private final int units;
  private final int columns;
  private final Arithmetic.Projection input;
  private final Arithmetic.Matrix recurrent;

  SimpleCell(Arithmetic arithmetic, Layer.SimpleRnn layer, int inputs) {
    activation = layer.activation();
    units = layer.units();
    columns = arithmetic.padded(units);
    Gates gates = new Gates(units, columns, 1, new int[] {0}, new float[] {1});
    input =
        arithmetic.projection(
            inputs, columns, gates.pack(inputs, layer.kernel(), 0), gates.pack(1, layer.bias(), 0));
    recurrent = arithmetic.matrix(units, columns, gates.pack(units, layer.recurrentKernel(), 0));
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
    return new Memory(columns, columns);
  }

  @Override
  public void step(Arithmetic arithmetic, float[] x, int at, int step, Memory memory) {
    if (step == 0) {
      System.arraycopy(x, at, memory.h, 0, columns);
    } else {
      recurrent.multiplyAdd(memory.h, 0, x, at, memory.gates, step);
      System.arraycopy(memory.gates, 0, memory.h, 0, columns);
    }
    Gates.activate(arithmetic, activation, memory.h, 0, 1, units, columns);
  }
}
