package io.tplus1.rnn.learn;

/**
 * Brings Keras' gate weights into blocks of padded length and the gradient back, as it lies in
 * memory: each gate a block, in an order that puts gates of one activation side by side.
 */
final class Blocks {
  private final int units;
  private final int padded;
  private final int sources;
  private final int[] order;

  /**
   * @param sources number of gates that lie side by side in Keras' arrays
   * @param order Keras' index of each block
   */
  Blocks(int units, int padded, int sources, int... order) {
    this.units = units;
    this.padded = padded;
    this.sources = sources;
    this.order = order.clone();
  }

  int columns() {
    return padded * order.length;
  }

  /**
   * Rearranges a kernel, or a bias as a kernel of one row, and halves the first {@code halved}
   * blocks: what tanh wants of a sigmoid gate.
   *
   * @param keras {@code float[rows][sources · units]} from {@code from}
   * @param to {@code float[rows][columns]}; what lies beyond the units stays as it is
   */
  void pack(int rows, float[] keras, int from, int halved, float[] to) {
    for (int i = 0; i < rows; i++) {
      for (int b = 0; b < order.length; b++) {
        int source = from + (i * sources + order[b]) * units;
        int target = i * columns() + b * padded;
        float factor = b < halved ? 0.5f : 1f;
        for (int j = 0; j < units; j++) {
          to[target + j] = factor * keras[source + j];
        }
      }
    }
  }

  /**
   * Rearranges a kernel for the way back.
   *
   * @param to {@code float[columns][stride]}, the transpose
   */
  void packTransposed(int rows, float[] keras, int from, float[] to, int stride) {
    for (int i = 0; i < rows; i++) {
      for (int b = 0; b < order.length; b++) {
        int source = from + (i * sources + order[b]) * units;
        for (int j = 0; j < units; j++) {
          to[(b * padded + j) * stride + i] = keras[source + j];
        }
      }
    }
  }

  /** Writes the blocks of a gradient where {@link #pack} reads the weights. */
  void unpack(int rows, float[] blocks, float[] keras, int to) {
    for (int i = 0; i < rows; i++) {
      for (int b = 0; b < order.length; b++) {
        System.arraycopy(
            blocks,
            i * columns() + b * padded,
            keras,
            to + (i * sources + order[b]) * units,
            units);
      }
    }
  }
}
