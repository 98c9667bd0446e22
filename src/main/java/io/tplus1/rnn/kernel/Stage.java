package io.tplus1.rnn.kernel;

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

    void vector(float[] values) {
      data = values;
      offset = 0;
      steps = 1;
      mask = null;
      present = null;
    }
  }
}
