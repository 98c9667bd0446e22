package io.tplus1.rnn.kernel;

import java.util.Arrays;

/**
 * One compiled layer: takes what flows, and leaves in its place what it makes of it.
 *
 * <p>Rows that flow are tight, {@code float[steps][width]}; the width is known when a stage is
 * made.
 */
interface Stage {

  /** Working memory of one thread for this stage, null where it needs none. */
  Object newMemory();

  /**
   * Runs the layer.
   *
   * @param memory from {@link #newMemory()} of this very stage
   */
  void run(Flow flow, Object memory);

  /** What one layer hands to the next. */
  final class Flow {
    float[] data;
    int offset;

    /** Rows of {@link #data}; 1 for a vector. */
    int steps;

    /** False where a step is masked; null where none is. */
    boolean[] mask;

    /** False where a step is padding; null where none is. */
    boolean[] present;

    /** Room for a mask, which at most one layer at a time needs. */
    final boolean[] maskRoom;

    Flow(int longest) {
      maskRoom = new boolean[longest];
    }

    /**
     * Follows rows that were read backwards: the padding of a short window, and the mask over it,
     * go from the one end to the other. What masks the window's own steps stays in its order, as in
     * Keras.
     */
    void turnPadding() {
      if (present == null) {
        return;
      }
      int own = 0;
      for (int t = 0; t < steps; t++) {
        own += present[t] ? 1 : 0;
      }
      int from = present[0] ? 0 : steps - own;
      int to = steps - own - from;
      if (mask != present) {
        move(mask, from, to, own);
      }
      move(present, from, to, own);
    }

    private void move(boolean[] marks, int from, int to, int count) {
      System.arraycopy(marks, from, marks, to, count);
      Arrays.fill(marks, 0, to, false);
      Arrays.fill(marks, to + count, steps, false);
    }

    void vector(float[] values) {
      data = values;
      offset = 0;
      steps = 1;
      mask = null;
      present = null;
    }
  }
}
