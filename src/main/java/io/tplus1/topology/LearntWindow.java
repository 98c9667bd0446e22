package io.tplus1.topology;

import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureWindow;
import java.time.Duration;

/**
 * What of a window is still held when the horizon that followed it has come, so that it is learnt.
 * Linear experts forecast from no more: a lag that no learnt window holds counts there as its
 * oldest value, so what was learnt of that value would be applied to another. Immutable.
 */
final class LearntWindow {
  private final int horizon;
  private final long heldBackMs;

  /** Time between two vectors; 0 where the window tells. */
  private final long stepMs;

  LearntWindow(WindowSettings windows) {
    this.horizon = windows.horizon();
    this.heldBackMs = windows.heldBack().toMillis();
    this.stepMs = windows.interval().map(Duration::toMillis).orElse(0L);
  }

  /**
   * The oldest step of a window that it holds.
   *
   * @param held in which the window lies
   * @param from the window's oldest step
   * @param end one behind its newest
   */
  int from(FeatureWindow held, int from, int end) {
    long newestMs = held.timeMs(end - 1);
    long spanMs = newestMs - held.timeMs(from);
    if (spanMs == 0) {
      return from;
    }
    long ahead = horizon * (stepMs > 0 ? stepMs : spanMs / (end - 1 - from));
    int oldest = from;
    while (oldest < end - 1 && newestMs - held.timeMs(oldest) + ahead > heldBackMs) {
      oldest++;
    }
    return oldest;
  }

  /** The newest part of a window that it holds, which may be all of it. */
  FeatureWindow of(FeatureWindow window) {
    int from = from(window, 0, window.steps());
    return from == 0 ? window : window.part(from, window.steps() - from);
  }
}
