package io.tplus1.topology.state;

import io.tplus1.config.Configuration;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.SampleSettings;
import io.tplus1.config.WindowSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Settings of short windows, as rigs are built of them. */
public final class RigSettings {
  private RigSettings() {}

  /** The network alone, without intervals and fills. */
  public static ForecastSettings of(WindowSettings windows, boolean learning) {
    return of(windows, learning, Map.of("interval.coverage", "0"));
  }

  /** As above, with experts, intervals and fills as the settings say. */
  public static ForecastSettings of(
      WindowSettings windows, boolean learning, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(Map.of("features", "x"));
    settings.putAll(more);
    Configuration defaults = new Configuration(settings);
    return new ForecastSettings(
        windows,
        defaults.experts(),
        defaults.hygiene(),
        new SampleSettings(OptionalDouble.empty()),
        learning,
        "model",
        List.of());
  }

  /** Windows of millisecond lengths. */
  public static WindowSettings windows(
      int steps, int horizon, long maxAgeMs, long maxLatenessMs, int seriesOnHeap) {
    return windows(steps, horizon, maxAgeMs, maxLatenessMs, false, seriesOnHeap);
  }

  /** The same, with stores in memory or on disk. */
  public static WindowSettings windows(
      int steps,
      int horizon,
      long maxAgeMs,
      long maxLatenessMs,
      boolean inMemory,
      int seriesOnHeap) {
    return new WindowSettings(
        steps,
        horizon,
        1,
        Duration.ofMillis(maxAgeMs),
        Duration.ofMillis(maxLatenessMs),
        Duration.ofMillis(maxAgeMs + maxLatenessMs),
        Optional.empty(),
        inMemory,
        seriesOnHeap,
        0.4,
        1 << 20);
  }
}
