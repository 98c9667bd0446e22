package io.tplus1.topology;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.serde.ModelScores;
import io.tplus1.serde.Score;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Holds the waiting forecasts of a series against the vector that came. Owned by one stream thread.
 */
final class Settling {
  private final ForecastSettings settings;
  private final ForecastCounters counters;
  private final ErrorMeter meter;
  private final Sampling sampling;
  private final Consumer<Score> scores;
  private final int[] targets;
  private final int width;

  /**
   * @param meter sums the errors
   * @param sampling told which forecasts are answered to the last
   * @param scores receives what is to be emitted
   */
  Settling(
      FeatureSchema schema,
      ForecastSettings settings,
      ForecastCounters counters,
      ErrorMeter meter,
      Sampling sampling,
      Consumer<Score> scores) {
    this.settings = settings;
    this.counters = counters;
    this.meter = meter;
    this.sampling = sampling;
    this.scores = scores;
    this.targets = schema.targets().stream().mapToInt(Integer::intValue).toArray();
    this.width = schema.outputWidth();
  }

  /**
   * Answers one horizon of every forecast that waits.
   *
   * @param values the vector, newer than all others of its series
   */
  void settle(String key, long timeMs, float[] values, SeriesState state) {
    float[] actual = targets(values);
    Iterator<SeriesState.Waiting> pending = state.pending().iterator();
    while (pending.hasNext()) {
      SeriesState.Waiting waiting = pending.next();
      PendingForecast forecast = waiting.forecast();
      if (timeMs - forecast.madeAtMs() > settings.windows().retention().toMillis()
          || !isOfThisSchema(forecast)) {
        counters.count(ForecastCounters.Event.EXPIRED);
        pending.remove();
        continue;
      }
      int horizon = waiting.answer();
      score(key, timeMs, actual, state, forecast, horizon);
      if (horizon * width >= forecast.values().length) {
        pending.remove();
        if (horizon == settings.windows().horizon()) {
          sampling.answered(forecast.madeAtMs());
        }
      }
    }
  }

  /**
   * Whether the forecast's shape is that of today's targets. It comes from the store, where another
   * configuration may have put it; its horizon may differ too, and is its own.
   */
  private boolean isOfThisSchema(PendingForecast forecast) {
    return forecast.last().length == targets.length && forecast.values().length % width == 0;
  }

  private void score(
      String key,
      long timeMs,
      float[] actual,
      SeriesState state,
      PendingForecast forecast,
      int horizon) {
    int at = (horizon - 1) * width;
    counters.count(ForecastCounters.Event.SCORED);
    if (state.changes() != null) {
      double error = meter.error(state.changes(), actual, forecast.values(), at);
      double persistence = meter.persistence(state.changes(), actual, forecast.last());
      meter.add(forecast.model(), timeMs, new ModelScores.Sums(1, error, error, persistence, 0, 0));
    }
    scores.accept(
        new Score(
            key,
            timeMs,
            forecast.madeAtMs(),
            horizon,
            forecast.status(),
            forecast.model(),
            actual,
            Arrays.copyOfRange(forecast.values(), at, at + width),
            forecast.last()));
  }

  /** The targets of a row. */
  float[] targets(float[] values) {
    float[] chosen = new float[targets.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = values[targets[i]];
    }
    return chosen;
  }
}
