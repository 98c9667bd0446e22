package io.tplus1.topology;

import io.tplus1.TestSettings;
import io.tplus1.harness.ForecastTestHarness;
import java.time.Instant;
import java.util.Map;

/** A topology whose mix is small enough to be made again by hand. */
final class SmallMix {
  static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");
  static final int HORIZON = 3;
  static final int SEASON = 4;

  private SmallMix() {}

  /** With more settings, names and values in turn. */
  static ForecastTestHarness harness(String... more) {
    return new ForecastTestHarness(
        TestSettings.with(
            Map.of(
                "features", "x",
                "window.steps", "8",
                "history.minimum", "1",
                "forecast.horizon", Integer.toString(HORIZON),
                "season.steps", Integer.toString(SEASON)),
            more));
  }

  /** A season of {@value #SEASON} beside a saw of 7 steps. */
  static float value(int i) {
    return (float) (10 * Math.sin(i * Math.PI / 2) + i % 7);
  }
}
