package io.tplus1.topology;

import io.tplus1.TestSettings;
import io.tplus1.harness.ForecastTestHarness;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;

/**
 * A series of two features every so many seconds, as tests of absent steps and features push it.
 */
final class HoledSeries {
  static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");

  private HoledSeries() {}

  static ForecastTestHarness harness(String... more) {
    return new ForecastTestHarness(
        TestSettings.with(
            Map.of(
                "features", "x,y",
                "window.steps", "3",
                "forecast.horizon", "2",
                "history.minimum", "1"),
            more));
  }

  /** A network of 3 steps that forecasts 2, and keeps the windows that it is given. */
  static RecordingForecaster serve(ForecastTestHarness harness) throws Exception {
    RecordingForecaster model = new RecordingForecaster("m", harness.schema(), 3, 2, 7);
    harness.serve(model);
    return model;
  }

  /** The window that the network saw last: seconds, and both values. */
  static List<Tuple> window(RecordingForecaster model) {
    return model.lastWindow().stream()
        .map(
            row ->
                Tuple.tuple(
                    (row.timeMs() - T0.toEpochMilli()) / 1_000, row.values()[0], row.values()[1]))
        .toList();
  }

  static void push(ForecastTestHarness harness, long seconds, float x, float y) {
    harness.push("k", T0.plusSeconds(seconds), x, y);
  }
}
