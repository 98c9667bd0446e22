package io.tplus1.topology.notice;

import io.tplus1.config.Durations;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.KeptState;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.LearntWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds lags of which forecasts' windows hold the vector, and no window that is learnt from.
 * Immutable.
 */
final class UnlearntLags {
  /** Steps of a window by which it is told how far apart vectors come. */
  private static final int FEWEST = 4;

  private final WindowSettings windows;
  private final Map<String, List<Integer>> bySetting;

  /** All that any setting names. */
  private final int[] any;

  private final LearntWindow learntWindow;

  UnlearntLags(ForecastLayout layout) {
    ForecastSettings settings = layout.settings();
    this.windows = settings.windows();
    this.bySetting = settings.lags();
    this.any = bySetting.values().stream().flatMap(List::stream).mapToInt(lag -> lag).toArray();
    this.learntWindow = layout.learntWindow();
  }

  /** Whether {@code step.interval} shows some, before any vector came. */
  boolean areKnown() {
    return windows.interval().filter(step -> !of(step).isEmpty()).isPresent();
  }

  /**
   * How far apart vectors come, if some lags are in this window and in none that is learnt from.
   * Allocates nothing where there are none.
   */
  Optional<Duration> stepIn(FeatureWindow window) {
    if (window.steps() < Math.min(FEWEST, windows.steps())
        || learntWindow.from(window, 0, window.steps()) == 0) {
      return Optional.empty();
    }
    long stepMs = LearntWindow.usualStepMs(window);
    return isAnyLag(learntWindow.longestLag(stepMs), mostForecast(stepMs))
        ? Optional.of(Duration.ofMillis(stepMs))
        : Optional.empty();
  }

  private boolean isAnyLag(long above, long upTo) {
    for (int lag : any) {
      if (lag > above && lag <= upTo) {
        return true;
      }
    }
    return false;
  }

  /** The longest of those for each setting that names one, where vectors come so far apart. */
  private List<String> of(Duration step) {
    long mostLearnt = learntWindow.longestLag(step.toMillis());
    long most = mostForecast(step.toMillis());
    List<String> found = new ArrayList<>();
    bySetting.forEach(
        (setting, all) ->
            all.stream()
                .filter(lag -> lag > mostLearnt && lag <= most)
                .max(Comparator.naturalOrder())
                .ifPresent(longest -> found.add("%s names %d".formatted(setting, longest))));
    return found;
  }

  /** The longest lag of which a forecast's window holds the vector. */
  private long mostForecast(long stepMs) {
    return Math.min(windows.steps(), windows.mostVectors(stepMs)) - 1;
  }

  /** Which lags are not learnt of vectors that come so far apart, and what to set; as a clause. */
  String whatToDo(Duration step) {
    long most = learntWindow.longestLag(step.toMillis());
    return "no lag %s is learnt, and %s: a window and its horizon, forecast.horizon=%d, are held for %s, window.retention less max.lateness. For longer ones linear experts take the oldest vector that is held, in learning and in forecasts; networks, and the linear part under theirs (train.base), read them untaught. Set window.retention to %s, with which a running application restores its stores once and what linear experts learnt of that oldest vector fades with their forgetting only: with other *.lags they begin anew %s"
        .formatted(
            most < 1 ? "at all" : "beyond " + most,
            String.join(" and ", of(step)),
            windows.horizon(),
            Durations.text(windows.heldBack()),
            Durations.text(windows.retentionForSamples(step)),
            KeptState.CHANGING);
  }
}
