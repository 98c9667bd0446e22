package io.tplus1.topology.state;

/**
 * How many changed states may wait for the next commit. One that is written before a commit changes
 * again with its series' next vector, so each that is written early is written once more than need
 * be; but a commit that has much to write stops its task for long. So many may wait while the next
 * commit is far, and fewer and fewer as it comes near. Owned by one stream thread.
 */
final class CommitPace {
  /** What may wait at a commit: small states take some 50 ms to be written. */
  static final int MOST = 16_384;

  /** What may wait while no commit is near: a commit that comes unforeseen takes some 0.4 s. */
  static final int MOST_BEFORE = 131_072;

  /** Part of the time between two commits in which the one becomes the other. */
  private static final int PART = 10;

  /** Between two commits; where there is less, fewer can come to wait. */
  private static final long LEAST_MS = 1_000;

  private static final long NEVER = -1;

  private long committedMs = NEVER;
  private long betweenMs;
  private long betweenBeforeMs;

  /** A commit begins. */
  void commits(long nowMs) {
    betweenBeforeMs = betweenMs;
    betweenMs = committedMs == NEVER ? 0 : nowMs - committedMs;
    committedMs = nowMs;
  }

  /** How many small states may wait: the next commit comes as soon as one of the last two came. */
  int most(long nowMs) {
    long between = Math.min(betweenMs, betweenBeforeMs);
    long since = nowMs - committedMs;
    if (between < LEAST_MS || since < 0) {
      return MOST;
    }
    long part = between / PART;
    long left = Math.max(0, Math.min(part, between - since));
    return MOST + (int) ((MOST_BEFORE - MOST) * left / part);
  }
}
