package io.tplus1.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** Windows and horizons as the settings have them, checked against each other. */
final class WindowConfiguration {
  /** Most values of pending forecasts per series: its state is one record of a changelog. */
  private static final long MOST_PENDING_VALUES = 200_000;

  private WindowConfiguration() {}

  /**
   * Reads the settings.
   *
   * @param features of a vector
   * @throws ConfigException if windows never fill, or what waits is not kept for long enough
   */
  static WindowSettings parse(AbstractConfig config, int features) {
    int steps = config.getInt("window.steps");
    int minimum = config.getInt("history.minimum");
    if (minimum > steps) {
      throw new ConfigException(
          "history.minimum", minimum, "must not be more than window.steps, " + steps);
    }
    Duration maxAge = Durations.parse(config.getString("window.max.age"));
    Duration maxLateness = Durations.parse(config.getString("max.lateness"));
    Optional<Duration> interval = Values.duration(config, "step.interval");
    Duration kept = maxAge.plus(maxLateness);
    Duration retention = Values.duration(config, "window.retention").orElse(kept);
    if (retention.compareTo(kept) < 0) {
      throw new ConfigException(
          "window.retention",
          config.getString("window.retention"),
          "must be at least window.max.age + max.lateness, " + Durations.text(kept));
    }
    int horizon = config.getInt("forecast.horizon");
    requireKeepable(config, features, horizon, interval, retention);
    int least = minimum == 0 ? steps : minimum;
    if (interval.isPresent() && interval.get().multipliedBy(least - 1L).compareTo(maxAge) > 0) {
      throw new ConfigException(
          "window.max.age",
          config.getString("window.max.age"),
          "%d vectors, one each %s (step.interval), never lie in it, so nothing would be forecast: raise it to %s at least, or lower window.steps or history.minimum"
              .formatted(
                  least,
                  Durations.text(interval.get()),
                  Durations.text(interval.get().multipliedBy(least - 1L))));
    }
    return new WindowSettings(
        steps,
        horizon,
        least,
        maxAge,
        maxLateness,
        retention,
        interval,
        config.getString("window.store").equals("memory"),
        config.getInt("window.heap.series"),
        config.getDouble("window.heap.share"),
        config.getLong("window.heap.projections"));
  }

  /** Every vector of the last H keeps its forecast of H steps until it is answered. */
  private static void requireKeepable(
      AbstractConfig config,
      int features,
      int horizon,
      Optional<Duration> interval,
      Duration retention) {
    int targets = config.getList("targets").size();
    List<String> experts = config.getList("experts");
    int mixed = experts.equals(List.of(Expert.RNN.toString())) ? 0 : experts.size();
    // Of each forecast there wait its values, its interval's, and those of each expert; on average
    // half of the horizons are answered.
    long perStep = (targets == 0 ? features : targets) * (2L + mixed);
    long values = (long) horizon * horizon * perStep / 2;
    if (values > MOST_PENDING_VALUES) {
      throw new ConfigException(
          "forecast.horizon",
          horizon,
          "%d forecasts of %d steps wait in each series' state, %d values; at most %d fit: lower it to %d, or name fewer targets or experts"
              .formatted(
                  horizon,
                  horizon,
                  values,
                  MOST_PENDING_VALUES,
                  (long) Math.sqrt(2.0 * MOST_PENDING_VALUES / perStep)));
    }
    if (interval.isPresent() && interval.get().multipliedBy(horizon).compareTo(retention) > 0) {
      throw new ConfigException(
          "forecast.horizon",
          horizon,
          "the last horizon lies %s ahead (step.interval %s), and forecasts wait no longer than window.retention, %s: lower it, or raise window.retention"
              .formatted(
                  Durations.text(interval.get().multipliedBy(horizon)),
                  Durations.text(interval.get()),
                  Durations.text(retention)));
    }
  }
}
