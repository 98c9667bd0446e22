package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.Layer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Brings the inputs of a tile's sequences side by side; with an embedding, the rows of its table.
 * Padding becomes zeros, whatever it holds.
 */
final class InputPass {
  private final Layer.Embedding embedding;
  private final Signal out;
  private final float[] sum;
  private final int[] ids;

  InputPass(
      BatchArithmetic arithmetic, Optional<Layer.Embedding> embedding, int inputs, int maxRows) {
    this.embedding = embedding.orElse(null);
    int width = embedding.map(Layer.Embedding::width).orElse(inputs);
    boolean learns = embedding.isPresent();
    out = new Signal(maxRows, width, learns ? arithmetic.padded(width) : width, learns);
    sum = new float[embedding.map(e -> e.weights().length).orElse(0)];
    ids = new int[learns ? maxRows : 0];
  }

  Signal out() {
    return out;
  }

  /** Forgets the gradient. */
  void load() {
    Arrays.fill(sum, 0f);
  }

  /**
   * @param weights those of the network, which begin with the table
   */
  void forward(Tile tile, SequenceBatch batch, float[] weights) {
    for (int t = tile.first; t < tile.end; t++) {
      int row = tile.row(t);
      int source = (t * batch.batch() + tile.base) * batch.inputWidth();
      if (embedding == null) {
        int length = tile.sequences * out.width;
        System.arraycopy(batch.inputs(), source, out.values, row * out.stride, length);
      } else {
        lookUp(tile, batch.inputs(), source, row, weights);
      }
      tile.clearPadding(t, out.values, row * out.stride, out.stride);
    }
  }

  /** As the kernels do it: an id is cut to a whole number, and one outside the table is row 0. */
  private void lookUp(Tile tile, float[] inputs, int source, int row, float[] weights) {
    int width = out.width;
    for (int b = 0; b < tile.sequences; b++) {
      int id = (int) inputs[source + b];
      ids[row + b] = id >= 0 && id < embedding.vocabulary() ? id : 0;
      System.arraycopy(weights, ids[row + b] * width, out.values, (row + b) * out.stride, width);
    }
  }

  void backward(Tile tile) {
    for (int t = tile.first; embedding != null && t < tile.end; t++) {
      for (int b = 0; b < tile.sequences; b++) {
        int row = tile.row(t) + b;
        for (int j = 0; t >= tile.starts[b] && j < out.width; j++) {
          sum[ids[row] * out.width + j] += out.slopes[row * out.stride + j];
        }
      }
    }
  }

  void collect(float[] gradient) {
    System.arraycopy(sum, 0, gradient, 0, sum.length);
  }
}
