package io.tplus1.topology;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.SampleSerde;
import io.tplus1.topology.notice.ShortHistory;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.RowLayout;
import io.tplus1.topology.state.SeriesOnHeap;
import io.tplus1.topology.state.Windows;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes training samples of forecasts whose whole horizon has arrived, thinned to the budget. Owned
 * by one stream thread.
 *
 * <p>A sample's window ends where the forecast's did, and what followed are the H vectors behind
 * it, as ring and store hold both now: with what came late or was corrected since. A forecast that
 * expired before its last horizon, or was made for another horizon, gives none, nor does one that
 * vectors with filled targets followed.
 */
final class Sampling {
  private final ForecastSettings settings;
  private final RowLayout rows;
  private final Windows windows;
  private final SampleBudget budget;
  private final ForecastCounters counters;
  private final ShortHistory shortHistory;
  private final List<Long> complete = new ArrayList<>();
  private boolean expired;

  Sampling(ForecastLayout layout, ForecastCounters counters, ShortHistory shortHistory) {
    this.settings = layout.settings();
    this.rows = layout.rows();
    this.windows = layout.windows();
    this.budget = new SampleBudget(settings.samples().perSecond());
    this.counters = counters;
    this.shortHistory = shortHistory;
  }

  /** Notes that the last horizon of a forecast, made at this time, is answered. */
  void answered(long madeAtMs) {
    if (settings.learning()) {
      complete.add(madeAtMs);
    }
  }

  /** Notes that a forecast expired before its last horizon came. */
  void expired() {
    expired = true;
  }

  /**
   * The samples that a series' vector completed, once it is in the ring.
   *
   * @param nowMs the task's wall clock, epoch milliseconds
   */
  List<TrainingSample> take(SeriesOnHeap.Entry entry, long nowMs) {
    if (expired) {
      expired = false;
      shortHistory.lookBack(entry);
    }
    if (complete.isEmpty()) {
      return List.of();
    }
    List<TrainingSample> samples = new ArrayList<>();
    for (long madeAtMs : complete) {
      int end = end(entry, madeAtMs);
      double weight = end > 0 ? budget.weight(entry.key(), madeAtMs, nowMs) : 0;
      if (weight > 0) {
        TrainingSample sample = sample(entry, end, weight);
        boolean fits = SampleSerde.size(sample) <= SampleSerde.MAX_BYTES;
        counters.count(
            fits ? ForecastCounters.Event.SAMPLED : ForecastCounters.Event.SAMPLE_TOO_LARGE);
        if (fits) {
          samples.add(sample);
        }
      }
    }
    complete.clear();
    return samples;
  }

  /** One behind the last step of the window of a forecast; 0 where no sample can be made of it. */
  private int end(SeriesOnHeap.Entry entry, long madeAtMs) {
    FeatureWindow held = entry.ring().window();
    int end = held.stepsUpTo(madeAtMs);
    int horizon = settings.windows().horizon();
    if (end == 0
        || held.steps() - end < horizon
        || end - windows.start(held, end) < settings.windows().historyMinimum()) {
      shortHistory.lookBack(entry);
      return 0; // The ring does not reach back so far.
    }
    // Nothing is to be learnt from what was made up.
    return rows.isTargetFilled(held, end, horizon) ? 0 : end;
  }

  private TrainingSample sample(SeriesOnHeap.Entry entry, int end, double weight) {
    FeatureWindow held = entry.ring().window();
    int from = windows.start(held, end);
    return new TrainingSample(
        entry.key(),
        held.copy(from, end - from, held.features()),
        held.copy(end, settings.windows().horizon(), rows.features()),
        weight);
  }
}
