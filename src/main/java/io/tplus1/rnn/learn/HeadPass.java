package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.Layer;
import java.util.Arrays;
import java.util.List;

/** The dense layers and the loss, at those rows of a tile that have a weight. */
final class HeadPass {
  private final Signal below;
  private final Signal taken;
  private final DensePass[] layers;
  private final OutputLoss loss;
  private final int[] rows;
  private final int[] sources;
  private int count;

  /**
   * @param at where the first dense layer's weights begin in those of the network
   * @param below what the last recurrent layer puts out
   * @param maxRows most rows of a tile that have a weight
   */
  HeadPass(
      BatchArithmetic arithmetic,
      List<Layer.Dense> dense,
      int at,
      Signal below,
      OutputLoss loss,
      int maxRows) {
    this.below = below;
    this.loss = loss;
    taken = new Signal(maxRows, below.width, below.stride, true);
    rows = new int[maxRows];
    sources = new int[maxRows];
    Signal in = taken;
    int from = at;
    layers = new DensePass[dense.size()];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = new DensePass(arithmetic, dense.get(i), from, in, maxRows);
      in = layers[i].out();
      from += Trainable.length(dense.get(i));
    }
  }

  void load(float[] weights) {
    for (DensePass layer : layers) {
      layer.load(weights);
    }
  }

  /**
   * Computes outputs, loss and the loss's slopes by the outputs.
   *
   * @param total sum of the whole batch's weights
   * @return this tile's share of the mean loss
   */
  double forward(Tile tile, SequenceBatch batch, double total) {
    Signal out = forward(tile, batch);
    double sum = 0;
    for (int r = 0; r < count; r++) {
      sum += loss.row(batch, sources[r], out, r, total);
    }
    return sum;
  }

  /**
   * Computes outputs alone.
   *
   * @param to as the batch's targets; rows without a weight stay as they are
   */
  void outputs(Tile tile, SequenceBatch batch, float[] to) {
    Signal out = forward(tile, batch);
    for (int r = 0; r < count; r++) {
      System.arraycopy(out.values, r * out.stride, to, sources[r] * out.width, out.width);
    }
  }

  private Signal forward(Tile tile, SequenceBatch batch) {
    take(tile, batch);
    Signal out = taken;
    for (DensePass layer : layers) {
      layer.forward(count);
      out = layer.out();
    }
    return out;
  }

  private void take(Tile tile, SequenceBatch batch) {
    count = 0;
    int stride = below.stride;
    for (int t = Math.max(tile.first, batch.lossFrom()); t < tile.end; t++) {
      int source = batch.lossRow(t, tile.base);
      for (int b = 0; b < tile.sequences; b++) {
        if (batch.weights()[source + b] != 0) {
          rows[count] = tile.row(t) + b;
          sources[count] = source + b;
          System.arraycopy(
              below.values, rows[count] * stride, taken.values, count * stride, stride);
          count++;
        }
      }
    }
  }

  /** Adds to the gradient, and sets the slopes of all rows below. */
  void backward(Tile tile) {
    for (int i = layers.length - 1; i >= 0; i--) {
      layers[i].backward(count);
    }
    int stride = below.stride;
    Arrays.fill(below.slopes, tile.row(tile.first) * stride, tile.row(tile.end) * stride, 0f);
    for (int r = 0; r < count; r++) {
      System.arraycopy(taken.slopes, r * stride, below.slopes, rows[r] * stride, stride);
    }
  }

  void collect(float[] gradient) {
    for (DensePass layer : layers) {
      layer.collect(gradient);
    }
  }
}
