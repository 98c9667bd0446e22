package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.Layer;

/** One step of a recurrent layer, after its input was projected. */
interface Cell {

  static Cell of(Arithmetic arithmetic, Layer.Recurrent layer, int inputs) {
    if (layer instanceof Layer.SimpleRnn rnn) {
      return new SimpleCell(arithmetic, rnn, inputs);
    } else if (layer instanceof Layer.Lstm lstm) {
      return new LstmCell(arithmetic, lstm, inputs);
    } else if (layer instanceof Layer.Gru gru) {
      return new GruCell(arithmetic, gru, inputs);
    }
    throw new IllegalArgumentException("unknown recurrent layer " + layer.getClass());
  }

  /** Length of a step's input projection. */
  int columns();

  /** The input weights of all gates, with the bias. */
  Arithmetic.Projection input();

  Memory newMemory();

  /**
   * Runs one step on the state in {@code memory}.
   *
   * @param arithmetic what computes: the one that the cell was made with, or it {@link
   *     Arithmetic#unclamped() unclamped}
   * @param x holds the step's input projection from {@code at}
   * @param step number of steps before, of those that were not masked; at 0 the state is zero
   */
  void step(Arithmetic arithmetic, float[] x, int at, int step, Memory memory);

  /** State and working memory of one cell; blocks have padded lengths. */
  final class Memory {
    /** The state that is put out. */
    final float[] h;

    /** An LSTM's cell state. */
    final float[] c;

    final float[] gates;
    final float[] candidate;
    final float[][] work;

    Memory(int units, int columns) {
      h = new float[units];
      c = new float[units];
      gates = new float[columns];
      candidate = new float[units];
      work = new float[3][units];
    }
  }
}
