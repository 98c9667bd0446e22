package io.tplus1.topology.state;

import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureWindow;

/**
 * What of a window is still held when the horizon that followed it has come, so that it is learnt.
 * Linear experts forecast from no more: a lag that no learnt window holds counts there as its
 * oldest value, so what was learnt of that value would be applied to another. Immutable.
 *
 * <p>How long the horizon takes is what the window shows, whatever {@code step.interval} says:
 * vectors come more often, or less, as with weekends between them.
 */
public final class LearntWindow {
  private final int horizon;
  private final long heldBackMs;

  LearntWindow(WindowSettings windows) {
    this.horizon = windows.horizon();
    this.heldBackMs = windows.heldBack().toMillis();
  }

  /**
   * The oldest step of a window that it holds.
   *
   * @param held in which the window lies
   * @param from the window's oldest step
   * @param end one behind its newest
   */
  public int from(FeatureWindow held, int from, int end) {
    int steps = end - 1 - from;
    if (steps < 2) {
      return from; // One step is a pause as likely as the usual one.
    }
    long newestMs = held.timeMs(end - 1);
    long spanMs = newestMs - held.timeMs(from);
    if (spanMs + horizon * (spanMs / steps) <= heldBackMs) {
      return from; // The usual step is no longer than the mean.
    }
    long ahead = horizon * usualStepMs(held, from, end);
    int oldest = from;
    while (oldest < end - 1 && newestMs - held.timeMs(oldest) + ahead > heldBackMs) {
      oldest++;
    }
    return oldest;
  }

  /** The newest part of a window that it holds, which may be all of it. */
  public FeatureWindow of(FeatureWindow window) {
    int from = from(window, 0, window.steps());
    return from == 0 ? window : window.part(from, window.steps() - from);
  }

  /**
   * The longest lag of which it holds the vector; below 0 where nothing is learnt.
   *
   * @param stepMs time between two vectors
   */
  public long longestLag(long stepMs) {
    return heldBackMs / Math.max(1, stepMs) - horizon;
  }

  /**
   * The time between two of a window's vectors: the mean, so that weekends count, without the
   * longest, so that one pause does not.
   *
   * @param window of three vectors or more
   */
  public static long usualStepMs(FeatureWindow window) {
    return usualStepMs(window, 0, window.steps());
  }

  private static long usualStepMs(FeatureWindow held, int from, int end) {
    long longestMs = 0;
    for (int step = from + 1; step < end; step++) {
      longestMs = Math.max(longestMs, held.timeMs(step) - held.timeMs(step - 1));
    }
    long spanMs = held.timeMs(end - 1) - held.timeMs(from);
    return (spanMs - longestMs) / (end - from - 2);
  }
}
