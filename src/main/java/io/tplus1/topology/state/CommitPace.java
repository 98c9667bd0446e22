package io.tplus1.topology.state;

/**
 * How many changed states may wait for the next commit. One that is written before a commit changes
 * again with its series' next vector, so each that is written early is written once more than need
 * be; but a commit that has much to write stops its task for long. So many may wait while the next
 * commit is far, and fewer and fewer as it comes near. Owned by one stream thread.
 */
final class CommitPace {
  /** Small states of a task that may wait at a commit: they take some 50 ms to be written. */
  static final int MOST = 16_384;

  /** Those of a task that may wait while no commit is near. */
  static final int MOST_BEFORE = 131_072;

  /**
   * Those of all tasks of a process, if it has few tasks: a stop and a rebalance commit when nobody
   * foresees it, and take some 0.8 s for so many.
   */
  static final int MOST_OF_ALL = 262_144;

  /** Part of the time between two commits in which the one becomes the other. */
  private static final int PART = 10;

  /** Between two commits; where there is less, fewer can come to wait. */
  private static final long LEAST_MS = 1_000;

  private static final long NEVER = -1;

  private long committedMs = NEVER;

  /** Between the last two commits; {@link #NEVER} before there are two. */
  private long betweenMs = NEVER;

  /** When the next commit is to be expected, if it was for two of them; else {@link #NEVER}. */
  private long expectedMs = NEVER;

  /** A commit begins. */
  void commits(long nowMs) {
    long before = betweenMs;
    betweenMs = committedMs == NEVER ? NEVER : nowMs - committedMs;
    committedMs = nowMs;
    long between = Math.min(before, betweenMs);
    if (between < LEAST_MS) {
      expectedMs = NEVER;
    } else if (expectedMs - nowMs > between / PART) {
      // One came well before its time, as when partitions move; that of this time comes all the
      // same.
      expectedMs = Math.min(expectedMs, nowMs + between);
    } else {
      expectedMs = nowMs + between;
    }
  }

  /**
   * Whether commits come so often that a state which is written before the next is written twice
   * for nothing; not where nobody knows yet, nor once the next one fails to come.
   */
  boolean areFrequent(long nowMs) {
    return isSoon(betweenMs) && isSoon(nowMs - committedMs);
  }

  private static boolean isSoon(long ms) {
    return ms >= 0 && ms < LEAST_MS;
  }

  /**
   * How many small states of a task may wait.
   *
   * @param tasks of the process
   */
  int most(long nowMs, int tasks) {
    if (expectedMs == NEVER || nowMs < committedMs) {
      return MOST;
    }
    long before = Math.min(MOST_BEFORE, Math.max(MOST, MOST_OF_ALL / Math.max(1, tasks)));
    long part = Math.max(1, (expectedMs - committedMs) / PART);
    long left = Math.max(0, Math.min(part, expectedMs - nowMs));
    return MOST + (int) ((before - MOST) * left / part);
  }
}
