package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;

/** y = f(x W + b) for a vector or for every step. */
final class DenseStage implements Stage {
  private final Arithmetic arithmetic;
  private final ActivationFunction activation;
  private final int inputs;
  private final int units;
  private final int columns;
  private final int maxSteps;
  private final Arithmetic.Matrix matrix;
  private final float[] bias;

  /**
   * Compiles a layer.
   *
   * @param maxSteps most rows that come; 1 for a vector
   */
  DenseStage(Arithmetic arithmetic, Layer.Dense layer, int inputs, int maxSteps) {
    this.arithmetic = arithmetic;
    this.inputs = inputs;
    this.maxSteps = maxSteps;
    activation = layer.activation();
    units = layer.units();
    columns = arithmetic.padded(units);
    Gates block = new Gates(units, columns, 1, new int[] {0}, new float[] {1});
    matrix = arithmetic.matrix(inputs, columns, block.pack(inputs, layer.kernel(), 0));
    bias = block.pack(1, layer.bias(), 0);
  }

  @Override
  public Object newMemory() {
    return new Memory(new float[columns], new float[maxSteps > 1 ? maxSteps * units : 0]);
  }

  @Override
  public void run(Flow flow, Object memory) {
    Memory m = (Memory) memory;
    if (maxSteps == 1) {
      row(flow.data, flow.offset, m.row);
      flow.data = m.row;
    } else {
      for (int t = 0; t < flow.steps; t++) {
        row(flow.data, flow.offset + t * inputs, m.row);
        System.arraycopy(m.row, 0, m.out, t * units, units);
      }
      flow.data = m.out;
    }
    flow.offset = 0;
  }

  private void row(float[] in, int at, float[] out) {
    matrix.multiplyAdd(in, at, bias, 0, out, 0);
    if (activation == ActivationFunction.SOFTMAX) {
      Activations.softmax(out, 0, units);
    } else if (activation != ActivationFunction.LINEAR) {
      arithmetic.activate(activation, out, 0, columns);
    }
  }

  private record Memory(float[] row, float[] out) {}
}
