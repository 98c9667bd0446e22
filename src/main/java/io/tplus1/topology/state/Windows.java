package io.tplus1.topology.state;

import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.WindowRing;

/**
 * What of a series' ring stands in a window, though what learns holds more. Immutable; the views
 * that it gives are good until the ring changes, or another is asked for.
 */
public final class Windows {
  private final int steps;
  private final long maxAgeMs;

  Windows(WindowSettings settings) {
    this.steps = settings.steps();
    this.maxAgeMs = settings.maxAge().toMillis();
  }

  /** The window that ends with the series' newest vector. */
  public FeatureWindow newest(WindowRing ring) {
    return ring.newest(steps, maxAgeMs);
  }

  /**
   * The oldest step of the window that ended before a step.
   *
   * @param held what is on the heap
   * @param end one behind the window's newest step, at least 1
   */
  public int start(FeatureWindow held, int end) {
    int from = Math.max(0, end - steps);
    long oldestMs = held.timeMs(end - 1) - maxAgeMs;
    while (held.timeMs(from) < oldestMs) {
      from++;
    }
    return from;
  }

  /**
   * The newest vectors that can stand in a window with one that comes.
   *
   * @param timeMs of that, newer than all, which the newest is not {@link #isTooOldFor too old for}
   */
  public FeatureWindow beside(WindowRing ring, long timeMs) {
    return ring.beside(steps, maxAgeMs, timeMs);
  }

  /**
   * The part of a window that can stand in one with the next vector, if that comes after the usual
   * step; whoever asks by it meets what was learnt {@link #beside} one.
   *
   * @param asked number of newest vectors that are asked by, at least 1; older ones may be left in
   */
  public FeatureWindow besideNext(FeatureWindow window, int asked) {
    int steps = window.steps();
    int from = Math.max(0, steps - asked);
    if (from == steps - 1) {
      return window;
    }
    long newestMs = window.lastTimeMs();
    long meanMs = (newestMs - window.timeMs(0)) / (steps - 1);
    if (newestMs - window.timeMs(from) + meanMs <= maxAgeMs) {
      return window; // The usual step is no longer than the mean.
    }
    long ahead = steps > 2 ? LearntWindow.usualStepMs(window) : meanMs;
    int oldest = from;
    while (newestMs - window.timeMs(oldest) + ahead > maxAgeMs && oldest < steps - 1) {
      oldest++;
    }
    return oldest == from ? window : window.part(oldest, steps - oldest);
  }

  /**
   * Whether the newest vector held is too old to stand in a window with one that comes, so that
   * nothing is filled from it, nor counted behind it. A series may have spoken since, where its
   * window lost what came last.
   *
   * @param ring that holds one at least
   */
  public boolean isTooOldFor(WindowRing ring, long timeMs) {
    return timeMs - ring.lastTimeMs() > maxAgeMs;
  }

  /** Whether the window holds no vector from before a time, of which a feature could be taken. */
  public boolean beginAfter(WindowRing ring, long timeMs) {
    return ring.count() == 0 || newest(ring).timeMs(0) > timeMs;
  }
}
