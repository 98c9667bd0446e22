package io.tplus1.topology;

import io.tplus1.config.ForecastSettings;
import io.tplus1.config.HygieneSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.StepInterval;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.LearntWindow;
import io.tplus1.topology.state.SeriesOnHeap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once each why nothing is forecast, why no window fills, and why nothing is learnt or what is
 * never scored, of series whose vectors lie too far apart for what is kept of them. For one task's
 * thread.
 */
final class ShortHistory {
  private static final Logger LOG = LoggerFactory.getLogger(ShortHistory.class);

  /** Steps of a window, or setbacks without a forecast between them, that are no coincidence. */
  private static final int FEWEST = 4;

  /** Series looked at for whether they begin anew with each vector. */
  private static final int MOST_ALONE = 64;

  private final ForecastLayout layout;
  private final WindowSettings windows;
  private final HygieneSettings hygiene;

  /** All that any setting names. */
  private final int[] anyLags;

  private final LearntWindow learntWindow;

  /** What vectors show, whatever {@code step.interval} says. */
  private final StepInterval interval = new StepInterval(Optional.empty());

  /** Series that have spoken once since they are known, by when and how often in a row. */
  private final Map<String, Alone> alone = new LinkedHashMap<>();

  private final Said said;

  private final MadeUpSteps madeUpSteps;

  private record Alone(long timeMs, int times) {}

  /** What has been said, of whichever task's series. Any thread. */
  static final class Said {
    private final AtomicBoolean silences = new AtomicBoolean();
    private final AtomicBoolean forecasts = new AtomicBoolean();
    private final AtomicBoolean fullWindows;
    private final AtomicBoolean samples = new AtomicBoolean();
    private final AtomicBoolean gaps = new AtomicBoolean();
    private final AtomicBoolean lags;

    /** Nothing, but for what {@link #lookAhead} says. */
    Said(ForecastLayout layout) {
      ForecastSettings settings = layout.settings();
      this.fullWindows = new AtomicBoolean(neverFills(settings.windows()));
      this.lags = new AtomicBoolean(settings.lags().isEmpty() || !knownUnlearnt(layout).isEmpty());
    }

    /** Whether it is for the caller to say it. */
    private static boolean isFirst(AtomicBoolean said) {
      return said.compareAndSet(false, true);
    }
  }

  /**
   * @param said shared by all tasks of a topology
   */
  ShortHistory(ForecastLayout layout, Said said) {
    ForecastSettings settings = layout.settings();
    this.layout = layout;
    this.said = said;
    this.windows = settings.windows();
    this.hygiene = settings.hygiene();
    this.anyLags =
        settings.lags().values().stream().flatMap(List::stream).mapToInt(lag -> lag).toArray();
    this.learntWindow = layout.learntWindow();
    this.madeUpSteps = new MadeUpSteps(windows.retention().toMillis());
  }

  /**
   * Says at the start that no window will fill, or that lags will not be learnt, where {@code
   * step.interval} shows it already.
   */
  static void lookAhead(ForecastLayout layout) {
    WindowSettings windows = layout.settings().windows();
    List<String> unlearnt = knownUnlearnt(layout);
    if (!unlearnt.isEmpty()) {
      Duration step = windows.interval().orElseThrow();
      LOG.warn(
          "Of vectors that come every {} (step.interval), {}",
          step,
          whatToDo(layout, step, unlearnt));
    }
    if (neverFills(windows)) {
      long stepMs = windows.interval().orElseThrow().toMillis();
      LOG.warn(
          "No window will fill: of vectors that come every {} (step.interval), at most {} lie in window.max.age, {}, and window.steps is {}. All forecasts will say COLD_START. Lower window.steps, or raise window.max.age, with which a running application restores its stores once (src/site/upgrade.md, Changing a running application)",
          Duration.ofMillis(stepMs),
          most(windows, stepMs),
          windows.maxAge(),
          windows.steps());
    }
  }

  /** The lags of which forecasts' windows hold the vector and no learnt one, as far as is known. */
  private static List<String> knownUnlearnt(ForecastLayout layout) {
    WindowSettings windows = layout.settings().windows();
    return windows.interval().map(step -> unlearnt(layout, step)).orElse(List.of());
  }

  /** The longest of those for each setting that names one, where vectors come so far apart. */
  private static List<String> unlearnt(ForecastLayout layout, Duration step) {
    ForecastSettings settings = layout.settings();
    long mostLearnt = layout.learntWindow().longestLag(step.toMillis());
    long most = mostForecast(settings.windows(), step.toMillis());
    List<String> found = new ArrayList<>();
    settings
        .lags()
        .forEach(
            (setting, all) ->
                all.stream()
                    .filter(lag -> lag > mostLearnt && lag <= most)
                    .max(Comparator.naturalOrder())
                    .ifPresent(longest -> found.add("%s names %d".formatted(setting, longest))));
    return found;
  }

  /** The longest lag of which a forecast's window holds the vector. */
  private static long mostForecast(WindowSettings windows, long stepMs) {
    return Math.min(windows.steps(), most(windows, stepMs)) - 1;
  }

  private static String whatToDo(ForecastLayout layout, Duration step, List<String> found) {
    WindowSettings windows = layout.settings().windows();
    long most = layout.learntWindow().longestLag(step.toMillis());
    return "no lag %s is learnt, and %s: a window and its horizon, forecast.horizon=%d, are held for %s, window.retention less max.lateness. For longer ones linear experts take the oldest vector that is held, in learning and in forecasts; networks, and the linear part under theirs (train.base), read them untaught. Set window.retention to %s, with which a running application restores its stores once and what linear experts learnt of that oldest vector fades with their forgetting only: with other *.lags they begin anew (src/site/upgrade.md, Changing a running application)"
        .formatted(
            most < 1 ? "at all" : "beyond " + most,
            String.join(" and ", found),
            windows.horizon(),
            windows.heldBack(),
            windows.retentionForSamples(step));
  }

  private static boolean neverFills(WindowSettings windows) {
    return windows.interval().isPresent()
        && most(windows, windows.interval().get().toMillis()) < windows.steps();
  }

  /** Most vectors that lie in a window. */
  private static long most(WindowSettings windows, long stepMs) {
    return windows.maxAge().toMillis() / Math.max(1, stepMs) + 1;
  }

  /**
   * Looks at a series that speaks for the first time, or again when nothing is known of it any
   * more.
   */
  void lookAtNew(SeriesOnHeap.Entry entry, long timeMs) {
    if (said.silences.get()) {
      alone.clear();
      return;
    }
    String key = entry.key();
    Alone before = alone.remove(key);
    int times = before == null ? 0 : before.times() + 1;
    if (times >= FEWEST) {
      alone.clear();
      if (Said.isFirst(said.silences)) {
        LOG.warn(
            "Series {} begins anew with each vector, so that none of its forecasts is ever scored or learnt from: the newest came {} after the one before, and what is silent for longer than window.retention, {}, is forgotten. Raise window.max.age to what window.steps of them take, with which a running application restores its stores once (src/site/upgrade.md, Changing a running application). (Said once; series like it are counted as series_dropped)",
            key,
            Duration.ofMillis(timeMs - before.timeMs()),
            windows.retention());
      }
      return;
    }
    if (alone.size() >= MOST_ALONE) { // Who never spoke again makes room.
      Map.Entry<String, Alone> eldest = alone.entrySet().iterator().next();
      if (eldest.getValue().timeMs() > timeMs - 8 * windows.retention().toMillis()) {
        return;
      }
      alone.remove(eldest.getKey());
    }
    alone.put(key, new Alone(timeMs, times));
  }

  /** It has spoken again while it was known. */
  private void lookAtKnown(SeriesOnHeap.Entry entry, long sinceMs) {
    if (sinceMs > 0 && !alone.isEmpty()) {
      alone.remove(entry.key());
    }
  }

  /**
   * Looks at what lies between a vector and the one before it, where {@code gap.fill} fills that.
   * Steps shorter than vectors lie apart are made up for ever: without {@code step.interval} they
   * are told by the window, which holds them.
   *
   * @param entry as the one before left it
   * @param absent steps that were made up; 0 also where the window began anew
   * @param timeMs event time of the vector, epoch milliseconds
   */
  void lookAtGap(SeriesOnHeap.Entry entry, long absent, long timeMs) {
    if (!said.gaps.get()
        && madeUpSteps.isOneOfMany(entry.key(), absent, timeMs)
        && Said.isFirst(said.gaps)) {
      LOG.warn(
          "Of t+1 of series {} nothing is scored or learnt: each of its last {} came behind a step that gap.fill made up, the newest {} after the one before. Set step.interval, {}, to the time between two vectors, or gap.fill=off. (Said once; made-up steps are counted as step_filled)",
          entry.key(),
          MadeUpSteps.FEWEST,
          Duration.ofMillis(timeMs - entry.state().lastTimeMs()),
          stepInterval());
    }
  }

  private String stepInterval() {
    return windows.interval().map(Duration::toString).orElse("not set");
  }

  /**
   * Looks at a window that is too short to be forecast from.
   *
   * @param held how many vectors were on the heap before the newest one made some of them too old
   * @param sinceMs time between its newest vector and the one before, in milliseconds
   */
  void look(SeriesOnHeap.Entry entry, FeatureWindow window, int held, long sinceMs) {
    lookAtKnown(entry, sinceMs);
    if (said.forecasts.get()) {
      return;
    }
    if (entry.state().windowFromMs() == window.lastTimeMs()) {
      if (entry.setBack() >= FEWEST && Said.isFirst(said.forecasts)) {
        LOG.warn(
            "Series {} is not forecast: its window began anew {} times since its last forecast, before it held the {} vectors that history.minimum asks for. Its newest vector came {} after the one before. Set step.interval, {}, to the time between two vectors, raise gap.limit, {}, window.max.age, {}, or missing.limit, {}, or lower window.steps or history.minimum. (Said once; series like it are counted as of insufficient history)",
            entry.key(),
            entry.setbacks(),
            windows.historyMinimum(),
            Duration.ofMillis(sinceMs),
            stepInterval(),
            hygiene.gapLimit(),
            windows.maxAge(),
            hygiene.missingLimit());
      }
      return;
    }
    long stepMs = window.steps() > 1 ? interval.ofWindow(window) : sinceMs;
    if (most(windows, stepMs) >= windows.historyMinimum()) {
      return;
    }
    int setbacks = isAged(entry, window, held) ? entry.setBack() : 0;
    if ((setbacks >= FEWEST || window.steps() >= FEWEST) && Said.isFirst(said.forecasts)) {
      LOG.warn(
          "Series {} is not forecast: it speaks every {}, so at most {} vectors lie in window.max.age, {}, and history.minimum asks for {}. Lower window.steps or history.minimum, or raise window.max.age, with which a running application restores its stores once (src/site/upgrade.md, Changing a running application). (Said once; series like it are counted as of insufficient history)",
          entry.key(),
          Duration.ofMillis(stepMs),
          most(windows, stepMs),
          windows.maxAge(),
          windows.historyMinimum());
    }
  }

  /**
   * Looks at a window that is forecast from, with arguments as above: one that is always cut by its
   * age never fills.
   */
  void lookForFull(SeriesOnHeap.Entry entry, FeatureWindow window, int held, long sinceMs) {
    lookAtKnown(entry, sinceMs);
    if (said.fullWindows.get()
        || window.steps() >= windows.steps()
        || !isAged(entry, window, held)) {
      entry.recover();
      return;
    }
    long stepMs = window.steps() > 1 ? interval.ofWindow(window) : sinceMs;
    if (most(windows, stepMs) >= windows.steps()) {
      entry.recover();
    } else if ((entry.setBack() >= FEWEST || window.steps() >= FEWEST)
        && Said.isFirst(said.fullWindows)) {
      LOG.warn(
          "The window of series {} never fills: it speaks every {}, so at most {} vectors lie in window.max.age, {}, and window.steps is {}. Its forecasts say COLD_START. Lower window.steps, or raise window.max.age, with which a running application restores its stores once (src/site/upgrade.md, Changing a running application). (Said once)",
          entry.key(),
          Duration.ofMillis(stepMs),
          most(windows, stepMs),
          windows.maxAge(),
          windows.steps());
    }
  }

  /** Whether a window that is not full lost vectors: to their age, for it is too short for more. */
  private static boolean isAged(SeriesOnHeap.Entry entry, FeatureWindow window, int held) {
    return entry.ring().count() <= held || window.steps() < entry.ring().count();
  }

  /**
   * Looks at what is held of a series when no sample could be made of a forecast, whether its whole
   * horizon came or it expired before. Where nothing learns, {@link Sampling} asks of those that
   * expired alone: it notes no others.
   */
  void lookBack(SeriesOnHeap.Entry entry) {
    if (said.samples.get()) {
      return;
    }
    FeatureWindow held = entry.ring().window();
    Duration step =
        Duration.ofMillis(
            held.steps() < 3 ? interval.ofWindow(held) : LearntWindow.usualStepMs(held));
    if (!layout.settings().learning()) {
      lookForHorizons(entry, step);
      return;
    }
    Duration span = windows.sampleSpan(step);
    if (span.compareTo(windows.heldBack()) > 0 && Said.isFirst(said.samples)) {
      LOG.warn(
          "Nothing is learnt from series {}: it speaks every {}, so {} vectors and the {} that follow them span {}, and are held for {}, window.retention less max.lateness. Lower history.minimum, window.steps or forecast.horizon, or set window.retention to {}, with which a running application restores its stores once (src/site/upgrade.md, Changing a running application). (Said once)",
          entry.key(),
          step,
          windows.historyMinimum(),
          windows.horizon(),
          span,
          windows.heldBack(),
          windows.retentionForSamples(step));
    }
  }

  private void lookForHorizons(SeriesOnHeap.Entry entry, Duration step) {
    Duration span = step.multipliedBy(windows.horizon());
    if (span.compareTo(windows.retention()) > 0 && Said.isFirst(said.samples)) {
      LOG.warn(
          "Horizons beyond t+{} of series {} are never scored and have no interval: it speaks every {}, so its {} take {}, and forecasts wait for window.retention, {}. Raise window.retention to {}, with which a running application restores its stores once (src/site/upgrade.md, Changing a running application), or lower forecast.horizon. (Said once)",
          windows.retention().dividedBy(step),
          entry.key(),
          step,
          windows.horizon(),
          span,
          windows.retention(),
          span);
    }
  }

  /**
   * Looks at a window of which what is learnt may hold less: lags that are in none of those are
   * never learnt. Allocates nothing until it says so.
   */
  void lookAtLags(SeriesOnHeap.Entry entry, FeatureWindow window) {
    if (said.lags.get()) {
      return;
    }
    if (window.steps() < Math.min(FEWEST, windows.steps())
        || learntWindow.from(window, 0, window.steps()) == 0) {
      return;
    }
    long stepMs = LearntWindow.usualStepMs(window);
    if (isAnyLag(learntWindow.longestLag(stepMs), mostForecast(windows, stepMs))
        && Said.isFirst(said.lags)) {
      Duration step = Duration.ofMillis(stepMs);
      LOG.warn(
          "Series {} speaks about every {}, so of its vectors {}. (Said once)",
          entry.key(),
          step,
          whatToDo(layout, step, unlearnt(layout, step)));
    }
  }

  private boolean isAnyLag(long above, long upTo) {
    for (int lag : anyLags) {
      if (lag > above && lag <= upTo) {
        return true;
      }
    }
    return false;
  }
}
