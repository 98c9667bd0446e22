package io.tplus1.topology;

import io.tplus1.config.Expert;
import io.tplus1.feature.FeatureFill;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.MeanChanges;
import io.tplus1.serde.ModelScores;
import io.tplus1.serde.Score;
import io.tplus1.topology.forecast.Stacking;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.Learnt;
import io.tplus1.topology.state.PendingForecast;
import io.tplus1.topology.state.Pool;
import io.tplus1.topology.state.SeriesOnHeap;
import io.tplus1.topology.state.SeriesState;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Holds the waiting forecasts of a series against the vector that came, and learns from their
 * errors. Owned by one stream thread.
 */
final class Settling {
  private final ForecastLayout layout;
  private final ForecastCounters counters;
  private final Pool pool;
  private final Stacking stacking;
  private final ErrorMeter meter;
  private final Sampling sampling;
  private final Consumer<Score> scores;
  private final int network;
  private final int targets;
  private final FeatureSchema schema;
  private final int width;

  /**
   * @param pool learns too
   * @param stacking learns too
   * @param meter sums the errors
   * @param sampling told which forecasts are answered to the last, and when one expired before
   * @param scores receives what is to be emitted
   */
  Settling(
      ForecastLayout layout,
      ForecastCounters counters,
      Pool pool,
      Stacking stacking,
      ErrorMeter meter,
      Sampling sampling,
      Consumer<Score> scores) {
    this.layout = layout;
    this.counters = counters;
    this.pool = pool;
    this.stacking = stacking;
    this.meter = meter;
    this.sampling = sampling;
    this.scores = scores;
    this.network = layout.roster().place(Expert.RNN);
    this.schema = layout.schema();
    this.targets = schema.targets().size();
    this.width = schema.outputWidth();
  }

  /**
   * Answers one horizon of every forecast that waits.
   *
   * @param actual {@code float[targets]} of the vector, newer than all others of its series; NaN
   *     where nothing came. Null for a step at which nothing came at all: it is counted as a step,
   *     and nothing is scored.
   */
  void settle(SeriesOnHeap.Entry entry, long timeMs, float[] actual) {
    SeriesState state = entry.state();
    boolean learnt = false;
    boolean came = actual != null && FeatureFill.isAnyThere(actual);
    stack(timeMs, actual, state);
    Iterator<PendingForecast> pending = state.pending().iterator();
    while (pending.hasNext()) {
      PendingForecast forecast = pending.next();
      if (isExpired(forecast, timeMs)) {
        expire(pending, state, forecast);
        continue;
      }
      int horizon = forecast.answer();
      if (actual != null) {
        score(entry.key(), timeMs, actual, came, state.learnt(), forecast, horizon);
        learnt = true;
      }
      leaveIfAnswered(pending, state, forecast);
    }
    if (learnt) {
      pool.changed();
    }
  }

  /**
   * Counts a vector that came late as one horizon of every forecast that waits and was made before
   * it: what follows is one step further from those. Nothing is scored, for the vectors behind it
   * have been held against its horizons.
   *
   * @param timeMs of the vector, which is in the place of no other
   * @return whether it was a horizon of any
   */
  boolean countLate(long timeMs, SeriesState state) {
    boolean counted = false;
    Iterator<PendingForecast> pending = state.pending().iterator();
    while (pending.hasNext()) {
      PendingForecast forecast = pending.next();
      if (forecast.madeAtMs() >= timeMs) {
        break; // So are all that were made after it.
      }
      counted = true;
      if (isExpired(forecast, state.lastTimeMs())) {
        expire(pending, state, forecast);
      } else {
        forecast.answer();
        leaveIfAnswered(pending, state, forecast);
      }
    }
    return counted;
  }

  private void expire(
      Iterator<PendingForecast> pending, SeriesState state, PendingForecast forecast) {
    counters.count(ForecastCounters.Event.EXPIRED);
    pending.remove();
    state.release(forecast);
    sampling.expired();
  }

  private void leaveIfAnswered(
      Iterator<PendingForecast> pending, SeriesState state, PendingForecast forecast) {
    if (forecast.answered() * width >= forecast.values().length) {
      pending.remove();
      state.release(forecast);
      if (forecast.answered() == layout.horizon()) {
        sampling.answered(forecast.madeAtMs());
      }
    }
  }

  /** Before anything else learns of the vector: the mix that forecast it had not seen it either. */
  private void stack(long timeMs, float[] actual, SeriesState state) {
    if (state.learnt().lastErrors() == null) {
      return;
    }
    boolean next = false;
    for (PendingForecast forecast : state.pending()) {
      if (actual != null
          && !isExpired(forecast, timeMs)
          && isOfThisHorizon(forecast)
          && forecast.experts().length > 0) {
        stacking.learn(state.learnt(), forecast.answered(), actual, forecast.experts());
        next |= forecast.answered() == 0;
      }
    }
    if (!next) {
      Stacking.missed(state.learnt());
    }
  }

  private boolean isExpired(PendingForecast forecast, long timeMs) {
    return timeMs - forecast.madeAtMs() > layout.settings().windows().retention().toMillis()
        || !isOfThisSchema(forecast);
  }

  private boolean isOfThisHorizon(PendingForecast forecast) {
    return forecast.values().length == layout.outputLength();
  }

  /**
   * Whether the forecast's shape is that of today's targets. It comes from the store, where another
   * configuration may have put it; its horizon may differ too, and is its own.
   */
  private boolean isOfThisSchema(PendingForecast forecast) {
    return forecast.last().length == targets && forecast.values().length % width == 0;
  }

  private void score(
      String key,
      long timeMs,
      float[] actual,
      boolean came,
      Learnt learnt,
      PendingForecast forecast,
      int horizon) {
    int at = (horizon - 1) * width;
    Score score =
        new Score(
            key,
            timeMs,
            forecast.madeAtMs(),
            horizon,
            forecast.status(),
            forecast.model(),
            actual,
            Arrays.copyOfRange(forecast.values(), at, at + width),
            forecast.last().clone(),
            halfWidths(forecast, horizon),
            experts(forecast, at));
    if (came) {
      counters.count(ForecastCounters.Event.SCORED);
      measure(score, learnt, forecast, at);
    }
    if (isOfThisHorizon(forecast)) {
      learn(learnt, actual, forecast, horizon - 1);
    }
    if (came) {
      scores.accept(score);
    }
  }

  private float[][] experts(PendingForecast forecast, int at) {
    float[][] of = new float[forecast.experts().length][];
    for (int e = 0; e < of.length; e++) {
      float[] whole = forecast.experts()[e];
      of[e] = whole == null ? null : Arrays.copyOfRange(whole, at, at + width);
    }
    return of;
  }

  private float[] halfWidths(PendingForecast forecast, int horizon) {
    int from = (horizon - 1) * targets;
    int to = horizon * targets;
    float[] all = forecast.halfWidths();
    return all.length < to ? new float[0] : Arrays.copyOfRange(all, from, to);
  }

  private void measure(Score score, Learnt learnt, PendingForecast forecast, int at) {
    Score.Intervals intervals = score.intervals(schema);
    if (intervals.sent() > 0) {
      counters.count(ForecastCounters.Event.INTERVALS, intervals.sent());
      counters.count(ForecastCounters.Event.COVERED, intervals.covered());
    }
    MeanChanges changes = learnt.changes();
    if (changes != null) {
      double error = meter.error(changes, score.actual(), forecast.values(), at);
      double persistence = meter.persistence(changes, score.actual(), forecast.last());
      meter.add(
          forecast.model(),
          score.timeMs(),
          new ModelScores.Sums(
              1,
              error,
              network(changes, forecast, score, at, error, persistence),
              persistence,
              intervals.covered(),
              intervals.sent()));
    }
  }

  /**
   * The network's own error. Where others were mixed and it had no forecast, they must not be to
   * its credit: without them the last value would have been sent.
   *
   * @param error of what was sent
   */
  private double network(
      MeanChanges changes,
      PendingForecast forecast,
      Score score,
      int at,
      double error,
      double persistence) {
    if (forecast.experts().length == 0 || network < 0) {
      return error;
    }
    float[] own = forecast.experts()[network];
    return own == null ? persistence : meter.error(changes, score.actual(), own, at);
  }

  private void learn(Learnt learnt, float[] actual, PendingForecast forecast, int horizon) {
    int at = horizon * width;
    if (learnt.mix() != null && forecast.experts().length > 0) {
      learnt.mix().update(horizon, actual, forecast.experts(), at, pool.mix());
    }
    if (learnt.intervals() != null && forecast.halfWidths().length == layout.horizon() * targets) {
      learnt
          .intervals()
          .update(
              horizon,
              actual,
              forecast.values(),
              at,
              forecast.halfWidths(),
              forecast.inputs(),
              forecast.last(),
              pool.intervals());
    }
  }
}
