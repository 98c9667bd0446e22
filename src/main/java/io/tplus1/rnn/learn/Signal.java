package io.tplus1.rnn.learn;

/**
 * What one layer hands to the next over the rows of a tile, and the loss's slope by it.
 *
 * <p>Row {@code t * sequences + b} is step t of sequence b; rows lie {@link #stride} apart.
 */
final class Signal {
  final int width;
  final int stride;
  final float[] values;

  /** Same rows as {@link #values}; empty where nothing before this can learn. */
  final float[] slopes;

  Signal(int rows, int width, int stride, boolean learns) {
    this.width = width;
    this.stride = stride;
    values = new float[Math.multiplyExact(rows, stride)];
    slopes = new float[learns ? values.length : 0];
  }

  boolean learns() {
    return slopes.length > 0;
  }
}
