package io.tplus1.rnn;

import io.tplus1.feature.FeatureWindow;

/**
 * The input projections of a window's vectors, kept beside the ring that holds the vectors, {@code
 * float[steps][width]}, oldest first and contiguous. Owned by the ring's thread.
 *
 * <p>Like the ring, it appends behind the last row and moves the rows to the front when the end is
 * reached. Its rows are wide, so that it has room for a quarter of the window more and not for
 * twice the window: then about four rows are moved an append.
 */
final class ProjectedWindow {
  /** What the objects weigh beside the rows, about. */
  private static final int OVERHEAD_BYTES = 80;

  private final Object owner;
  private final int width;
  private final int capacity;
  private final float[] rows;
  private int first;
  private int count;
  private long generation;
  private long appended;

  private ProjectedWindow(Object owner, int steps, int width) {
    this.owner = owner;
    this.width = width;
    this.capacity = capacity(steps);
    this.rows = new float[capacity * width];
  }

  private static int capacity(int steps) {
    return steps + (steps + 3) / 4;
  }

  /** Whether projections of windows of this shape can be kept at all. */
  static boolean fits(int steps, int width) {
    return width > 0 && (long) capacity(steps) * width < Integer.MAX_VALUE - 8;
  }

  /**
   * What is kept at a window.
   *
   * @param owner the model whose projections they are; another's are given up
   * @param steps longest window of the model
   * @return null if there is nothing, and no room
   */
  static ProjectedWindow at(FeatureWindow window, Object owner, int steps, int width) {
    if (window.attachment() instanceof ProjectedWindow kept && kept.owner == owner) {
      return kept;
    }
    if (!window.reserve((long) Float.BYTES * capacity(steps) * width + OVERHEAD_BYTES)) {
      return null;
    }
    ProjectedWindow made = new ProjectedWindow(owner, steps, width);
    window.attach(made);
    return made;
  }

  /**
   * Makes the rows those of the newest {@code steps} vectors; the caller computes what is missing.
   *
   * @return the first row that is missing: from it on all are to be computed, before the next call
   */
  int follow(FeatureWindow window, int steps) {
    boolean known = count > 0 && window.generation() == generation;
    long fresh = known ? Math.min(window.appended() - appended, steps) : steps;
    // A window gains at most what is appended to it, so what it keeps was here.
    int kept = (int) (steps - fresh);
    first += count - kept;
    if (first + steps > capacity) {
      System.arraycopy(rows, first * width, rows, 0, kept * width);
      first = 0;
    }
    count = steps;
    generation = window.generation();
    appended = window.appended();
    return kept;
  }

  float[] rows() {
    return rows;
  }

  /** Where a row of the window begins; row 0 is the oldest. */
  int at(int row) {
    return (first + row) * width;
  }
}
