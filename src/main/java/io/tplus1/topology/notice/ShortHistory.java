package io.tplus1.topology.notice;

import io.tplus1.config.Durations;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.HygieneSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.StepInterval;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.LearntWindow;
import io.tplus1.topology.state.SeriesOnHeap;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once each why nothing is forecast, why no window fills, and why nothing is learnt or what is
 * never scored, of series whose vectors lie too far apart for what is kept of them. For one task's
 * thread.
 */
public final class ShortHistory {
  private static final Logger LOG = LoggerFactory.getLogger(ShortHistory.class);

  /** Steps of a window, or setbacks without a forecast between them, that are no coincidence. */
  private static final int FEWEST = 4;

  private final ForecastLayout layout;
  private final WindowSettings windows;
  private final HygieneSettings hygiene;

  /** What vectors show, whatever {@code step.interval} says. */
  private final StepInterval interval = new StepInterval(Optional.empty());

  private final Said said;

  private final LoneVectors loneVectors;

  private final UnlearntLags unlearntLags;

  private final MadeUpSteps madeUpSteps;

  /** What has been said, of whichever task's series. Any thread. */
  public static final class Said {
    private final AtomicBoolean silences = new AtomicBoolean();
    private final AtomicBoolean forecasts = new AtomicBoolean();
    private final AtomicBoolean fullWindows;
    private final AtomicBoolean samples = new AtomicBoolean();
    private final AtomicBoolean gaps = new AtomicBoolean();
    private final AtomicBoolean lags;

    /** Nothing, but for what {@link #lookAhead} says. */
    public Said(ForecastLayout layout) {
      ForecastSettings settings = layout.settings();
      this.fullWindows = new AtomicBoolean(neverFills(settings.windows()));
      this.lags =
          new AtomicBoolean(settings.lags().isEmpty() || new UnlearntLags(layout).areKnown());
    }

    /** Whether it is for the caller to say it. */
    private static boolean isFirst(AtomicBoolean said) {
      return said.compareAndSet(false, true);
    }
  }

  /**
   * @param said shared by all tasks of a topology
   */
  public ShortHistory(ForecastLayout layout, Said said) {
    ForecastSettings settings = layout.settings();
    this.layout = layout;
    this.said = said;
    this.windows = settings.windows();
    this.hygiene = settings.hygiene();
    this.loneVectors = new LoneVectors(windows.retention().toMillis());
    this.unlearntLags = new UnlearntLags(layout);
    this.madeUpSteps = new MadeUpSteps(windows.retention().toMillis());
  }

  /**
   * Says at the start that no window will fill, or that lags will not be learnt, where {@code
   * step.interval} shows it already.
   */
  public static void lookAhead(ForecastLayout layout) {
    WindowSettings windows = layout.settings().windows();
    UnlearntLags unlearnt = new UnlearntLags(layout);
    if (unlearnt.areKnown()) {
      Duration step = windows.interval().orElseThrow();
      LOG.warn(
          "Of vectors that come every {} (step.interval), {}",
          Durations.text(step),
          unlearnt.whatToDo(step));
    }
    if (neverFills(windows)) {
      long stepMs = windows.interval().orElseThrow().toMillis();
      LOG.warn(
          "No window will fill: of vectors that come every {} (step.interval), at most {} lie in window.max.age, {}, and window.steps is {}. All forecasts will say COLD_START. Lower window.steps, or raise window.max.age, "
              + WindowSettings.RESTORES_ONCE,
          Durations.text(Duration.ofMillis(stepMs)),
          windows.mostVectors(stepMs),
          Durations.text(windows.maxAge()),
          windows.steps());
    }
  }

  private static boolean neverFills(WindowSettings windows) {
    return windows.interval().isPresent()
        && windows.mostVectors(windows.interval().get().toMillis()) < windows.steps();
  }

  /**
   * Looks at a series that speaks for the first time, or again when nothing is known of it any
   * more.
   */
  public void lookAtNew(SeriesOnHeap.Entry entry, long timeMs) {
    if (said.silences.get()) {
      loneVectors.forget();
      return;
    }
    Optional<Duration> since = loneVectors.beginsAnew(entry.key(), timeMs);
    if (since.isPresent() && Said.isFirst(said.silences)) {
      LOG.warn(
          "Series {} begins anew with each vector, so that none of its forecasts is ever scored or learnt from: the newest came {} after the one before, and what is silent for longer than window.retention, {}, is forgotten. Raise window.max.age to what window.steps of them take, "
              + WindowSettings.RESTORES_ONCE
              + ". (Said once; series like it are counted as series_dropped)",
          entry.key(),
          Durations.text(since.get()),
          Durations.text(windows.retention()));
    }
  }

  /** It has spoken again while it was known. */
  private void lookAtKnown(SeriesOnHeap.Entry entry, long sinceMs) {
    if (sinceMs > 0) {
      loneVectors.goesOn(entry.key());
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
  public void lookAtGap(SeriesOnHeap.Entry entry, long absent, long timeMs) {
    if (!said.gaps.get()
        && madeUpSteps.isOneOfMany(entry.key(), absent, timeMs)
        && Said.isFirst(said.gaps)) {
      LOG.warn(
          "Of t+1 of series {} nothing is scored or learnt: each of its last {} came behind a step that gap.fill made up, the newest {} after the one before. Set step.interval, {}, to the time between two vectors, or gap.fill=off. (Said once; made-up steps are counted as step_filled)",
          entry.key(),
          MadeUpSteps.FEWEST,
          Durations.text(Duration.ofMillis(timeMs - entry.state().lastTimeMs())),
          stepInterval());
    }
  }

  private String stepInterval() {
    return windows.interval().map(Durations::text).orElse("not set");
  }

  /**
   * Looks at a window that is too short to be forecast from.
   *
   * @param held how many vectors were on the heap before the newest one made some of them too old
   * @param sinceMs time between its newest vector and the one before, in milliseconds
   */
  public void look(SeriesOnHeap.Entry entry, FeatureWindow window, int held, long sinceMs) {
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
            Durations.text(Duration.ofMillis(sinceMs)),
            stepInterval(),
            hygiene.gapLimit(),
            Durations.text(windows.maxAge()),
            hygiene.missingLimit());
      }
      return;
    }
    long stepMs = window.steps() > 1 ? interval.ofWindow(window) : sinceMs;
    if (windows.mostVectors(stepMs) >= windows.historyMinimum()) {
      return;
    }
    int setbacks = isAged(entry, window, held) ? entry.setBack() : 0;
    if ((setbacks >= FEWEST || window.steps() >= FEWEST) && Said.isFirst(said.forecasts)) {
      LOG.warn(
          "Series {} is not forecast: it speaks every {}, so at most {} vectors lie in window.max.age, {}, and history.minimum asks for {}. Lower window.steps or history.minimum, or raise window.max.age, "
              + WindowSettings.RESTORES_ONCE
              + ". (Said once; series like it are counted as of insufficient history)",
          entry.key(),
          Durations.text(Duration.ofMillis(stepMs)),
          windows.mostVectors(stepMs),
          Durations.text(windows.maxAge()),
          windows.historyMinimum());
    }
  }

  /**
   * Looks at a window that is forecast from, with arguments as above: one that is always cut by its
   * age never fills.
   */
  public void lookForFull(SeriesOnHeap.Entry entry, FeatureWindow window, int held, long sinceMs) {
    lookAtKnown(entry, sinceMs);
    if (said.fullWindows.get()
        || window.steps() >= windows.steps()
        || !isAged(entry, window, held)) {
      entry.recover();
      return;
    }
    long stepMs = window.steps() > 1 ? interval.ofWindow(window) : sinceMs;
    if (windows.mostVectors(stepMs) >= windows.steps()) {
      entry.recover();
    } else if ((entry.setBack() >= FEWEST || window.steps() >= FEWEST)
        && Said.isFirst(said.fullWindows)) {
      LOG.warn(
          "The window of series {} never fills: it speaks every {}, so at most {} vectors lie in window.max.age, {}, and window.steps is {}. Its forecasts say COLD_START. Lower window.steps, or raise window.max.age, "
              + WindowSettings.RESTORES_ONCE
              + ". (Said once)",
          entry.key(),
          Durations.text(Duration.ofMillis(stepMs)),
          windows.mostVectors(stepMs),
          Durations.text(windows.maxAge()),
          windows.steps());
    }
  }

  /** Whether a window that is not full lost vectors: to their age, for it is too short for more. */
  private static boolean isAged(SeriesOnHeap.Entry entry, FeatureWindow window, int held) {
    return entry.ring().count() <= held || window.steps() < entry.ring().count();
  }

  /**
   * Looks at what is held of a series when no sample could be made of a forecast, whether its whole
   * horizon came or it expired before. Where nothing learns, the stream asks of those that expired
   * alone: it notes no others.
   */
  public void lookBack(SeriesOnHeap.Entry entry) {
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
          "Nothing is learnt from series {}: it speaks every {}, so {} vectors and the {} that follow them span {}, and are held for {}, window.retention less max.lateness. Lower history.minimum, window.steps or forecast.horizon, or set window.retention to {}, "
              + WindowSettings.RESTORES_ONCE
              + ". (Said once)",
          entry.key(),
          Durations.text(step),
          windows.historyMinimum(),
          windows.horizon(),
          Durations.text(span),
          Durations.text(windows.heldBack()),
          Durations.text(windows.retentionForSamples(step)));
    }
  }

  private void lookForHorizons(SeriesOnHeap.Entry entry, Duration step) {
    Duration span = step.multipliedBy(windows.horizon());
    if (span.compareTo(windows.retention()) > 0 && Said.isFirst(said.samples)) {
      LOG.warn(
          "Horizons beyond t+{} of series {} are never scored and have no interval: it speaks every {}, so its {} take {}, and forecasts wait for window.retention, {}. Raise window.retention to {}, "
              + WindowSettings.RESTORES_ONCE
              + ", or lower forecast.horizon. (Said once)",
          windows.retention().dividedBy(step),
          entry.key(),
          Durations.text(step),
          windows.horizon(),
          Durations.text(span),
          Durations.text(windows.retention()),
          Durations.text(span));
    }
  }

  /**
   * Looks at a window of which what is learnt may hold less: lags that are in none of those are
   * never learnt. Allocates nothing until it says so.
   */
  public void lookAtLags(SeriesOnHeap.Entry entry, FeatureWindow window) {
    if (said.lags.get()) {
      return;
    }
    Optional<Duration> step = unlearntLags.stepIn(window);
    if (step.isPresent() && Said.isFirst(said.lags)) {
      LOG.warn(
          "Series {} speaks about every {}, so of its vectors {}. (Said once)",
          entry.key(),
          Durations.text(step.get()),
          unlearntLags.whatToDo(step.get()));
    }
  }
}
