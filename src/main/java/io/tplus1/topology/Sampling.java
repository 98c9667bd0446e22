package io.tplus1.topology;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.WindowRing;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.SampleSerde;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes training samples of forecasts whose whole horizon has arrived, thinned to the budget. Owned
 * by one stream thread.
 *
 * <p>A sample's window ends where the forecast's did, and what followed are the H vectors behind
 * it, as ring and store hold both now: with what came late or was corrected since. A forecast that
 * expired before its last horizon, or was made for another horizon, gives none, nor does one that
 * filled vectors followed.
 */
final class Sampling {
  private final ForecastSettings settings;
  private final RowLayout layout;
  private final SampleBudget budget;
  private final ForecastCounters counters;
  private final List<Long> complete = new ArrayList<>();

  Sampling(ForecastSettings settings, RowLayout layout, ForecastCounters counters) {
    this.settings = settings;
    this.layout = layout;
    this.budget = new SampleBudget(settings.samples().perSecond());
    this.counters = counters;
  }

  /** Notes that the last horizon of a forecast, made at this time, is answered. */
  void answered(long madeAtMs) {
    if (settings.learning()) {
      complete.add(madeAtMs);
    }
  }

  /** Whether {@link #take} has anything to do. */
  boolean isDue() {
    return !complete.isEmpty();
  }

  /**
   * The samples that a vector completed, once it is in the ring.
   *
   * @param nowMs the task's wall clock, epoch milliseconds
   */
  List<TrainingSample> take(String key, WindowRing ring, long nowMs) {
    List<TrainingSample> samples = new ArrayList<>();
    for (long madeAtMs : complete) {
      double weight = budget.weight(key, madeAtMs, nowMs);
      TrainingSample sample = weight > 0 ? sample(key, ring.window(), madeAtMs, weight) : null;
      if (sample != null) {
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

  private TrainingSample sample(String key, FeatureWindow held, long madeAtMs, double weight) {
    int end = held.steps();
    while (end > 0 && held.timeMs(end - 1) > madeAtMs) {
      end--;
    }
    int horizon = settings.windows().horizon();
    if (end == 0 || held.steps() - end < horizon) {
      return null; // The ring does not reach back so far.
    }
    if (layout.isFilled(held, end, horizon)) {
      return null; // Nothing is to be learnt from what was made up.
    }
    int from = settings.windowStart(held, end);
    if (end - from < settings.windows().historyMinimum()) {
      return null;
    }
    return new TrainingSample(
        key,
        held.copy(from, end - from, held.features()),
        held.copy(end, horizon, layout.features()),
        weight);
  }
}
