package io.tplus1.topology;

import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureWindow;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once why nothing is forecast, where {@code window.max.age} is too short for series that
 * speak so seldom: their windows never become long enough. For one task's thread.
 */
final class ShortHistory {
  private static final Logger LOG = LoggerFactory.getLogger(ShortHistory.class);

  /** Steps of a window from which their interval is taken. */
  private static final int FEWEST = 4;

  private final WindowSettings windows;
  private final StepInterval interval;
  private boolean said;

  ShortHistory(WindowSettings windows, StepInterval interval) {
    this.windows = windows;
    this.interval = interval;
  }

  /** Looks at a window that is too short to be forecast from. */
  void look(String key, FeatureWindow window) {
    if (said || window.steps() < FEWEST) {
      return;
    }
    long stepMs = interval.ofWindow(window);
    int fit = (int) Math.min(Integer.MAX_VALUE, windows.maxAge().toMillis() / Math.max(1, stepMs));
    if (fit + 1 < windows.historyMinimum()) {
      said = true;
      LOG.warn(
          "Series {} is not forecast: it speaks every {}, so at most {} vectors lie in window.max.age, {}, and history.minimum asks for {}. Raise window.max.age, or lower window.steps or history.minimum. (Said once; series like it are counted as of insufficient history)",
          key,
          Duration.ofMillis(stepMs),
          fit + 1,
          windows.maxAge(),
          windows.historyMinimum());
    }
  }
}
