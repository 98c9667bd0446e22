package io.tplus1.feature;

/** Bytes of the heap that many windows share, first come, first served. Owned by one thread. */
public final class HeapBudget {
  private long left;

  /**
   * A budget of which nothing is taken.
   *
   * @param bytes most that may be taken at a time; 0 for nothing ever
   */
  public HeapBudget(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a budget must be >= 0 bytes, found " + bytes);
    }
    this.left = bytes;
  }

  /** Takes all of so many bytes, or nothing; returns whether it did. */
  boolean take(long bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }

  void giveBack(long bytes) {
    left += bytes;
  }
}
