package io.tplus1.config;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** Windows and horizons as the settings have them, checked against each other. */
final class WindowConfiguration {
  private WindowConfiguration() {}

  /**
   * Reads the settings.
   *
   * @throws ConfigException if windows never fill, or what waits is not kept for long enough
   */
  static WindowSettings parse(AbstractConfig config) {
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
    requireAnswerable(horizon, interval, retention);
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

  /** Else the last horizons would never be scored. */
  private static void requireAnswerable(
      int horizon, Optional<Duration> interval, Duration retention) {
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
