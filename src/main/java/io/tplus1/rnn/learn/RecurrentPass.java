package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.Layer;

/**
 * A recurrent layer forwards and backwards through the steps of a tile (backpropagation through
 * time, Werbos 1990, not truncated).
 */
interface RecurrentPass {

  /**
   * The pass of a layer.
   *
   * @param at where the layer's weights begin in those of the network
   */
  static RecurrentPass of(
      BatchArithmetic arithmetic, Layer.Recurrent layer, int at, Signal in, int maxRows, int most) {
    if (layer instanceof Layer.SimpleRnn rnn) {
      return new SimplePass(arithmetic, rnn, at, in, maxRows);
    } else if (layer instanceof Layer.Lstm lstm) {
      return new LstmPass(arithmetic, lstm, at, in, maxRows, most);
    } else if (layer instanceof Layer.Gru gru) {
      return new GruPass(arithmetic, gru, at, in, maxRows, most);
    }
    throw new IllegalArgumentException("unknown recurrent layer " + layer.getClass());
  }

  /** What it puts out; the layers above write its slopes, all rows of the tile. */
  Signal out();

  /** Takes the weights and forgets the gradient. */
  void load(float[] weights);

  void forward(Tile tile);

  /** Adds to the gradient, and sets the slopes of what it reads, where that learns. */
  void backward(Tile tile);

  /** Writes the gradient since {@link #load} into that of the network. */
  void collect(float[] gradient);
}
