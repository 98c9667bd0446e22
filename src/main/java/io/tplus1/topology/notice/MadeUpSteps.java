package io.tplus1.topology.notice;

/**
 * Finds a series whose vectors all come behind a step that was made up. Follows one at a time, so
 * that neither an outage of many looks like it, nor one of the right pace hides the others. For one
 * task's thread.
 */
final class MadeUpSteps {
  /** Vectors of a series in a row that are no coincidence. */
  static final int FEWEST = 32;

  private final long longestSilenceMs;
  private String followed;
  private long newestMs;
  private int inARow;

  /**
   * @param longestSilenceMs after which a series is followed no more
   */
  MadeUpSteps(long longestSilenceMs) {
    this.longestSilenceMs = longestSilenceMs;
  }

  /**
   * Whether this vector is the last of {@value #FEWEST} or more in a row, of one series.
   *
   * @param absent steps that were made up before it
   * @param timeMs its event time, epoch milliseconds
   */
  boolean isOneOfMany(String key, long absent, long timeMs) {
    boolean free = followed == null || timeMs - newestMs > longestSilenceMs;
    if (free && absent > 0) {
      followed = key;
      inARow = 0;
    }
    if (!key.equals(followed)) {
      return false;
    }
    newestMs = timeMs;
    if (absent == 0) {
      followed = null;
      return false;
    }
    inARow++;
    return inARow >= FEWEST;
  }
}
