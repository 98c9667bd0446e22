package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.TestSettings;
import io.tplus1.harness.ForecastTestHarness;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is learnt of series whose vectors lack features now and then: all that targets tell. */
class HoledSamplesTopologyTest {
  private static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");

  private static ForecastTestHarness harness(String... more) {
    return new ForecastTestHarness(
        TestSettings.with(
            Map.of(
                "features", "load,temp",
                "targets", "load",
                "missing.fill", "last",
                "window.steps", "3",
                "forecast.horizon", "2",
                "retrain.mode", "refresh"),
            more));
  }

  /** Pushes 20 vectors; every second one lacks a feature. */
  private static void push(ForecastTestHarness harness, String lacking) {
    for (int i = 0; i < 20; i++) {
      String load = "\"load\": " + i * i % 7;
      String temp = "\"temp\": " + i;
      String held = lacking.equals("temp") ? load : temp;
      harness.push(
          "k", T0.plusSeconds(60L * i), "{" + (i % 2 == 0 ? load + "," + temp : held) + "}");
    }
  }

  private static long samples(ForecastTestHarness harness) {
    return harness.counters().events(ForecastCounters.Event.SAMPLED);
  }

  @Test
  void take_inputsFilledAfterAWindow_samplesAreMade() {
    try (var harness = harness()) {
      push(harness, "temp");

      assertThat(samples(harness)).isEqualTo(20 - 3 - 2 + 1);
    }
  }

  @Test
  void take_targetsFilledAfterAWindow_givesNone() {
    try (var harness = harness()) {
      push(harness, "load");

      assertThat(samples(harness)).isZero();
    }
  }

  /** Of 17 forecasts in a second, 8 have a sample: fewer than the rate lets pass. */
  @Test
  void take_forecastsWithoutSample_useUpNothingOfTheRate() {
    try (var harness = harness("forecast.horizon", "1", "samples.rate", "10")) {
      push(harness, "load");

      assertThat(samples(harness)).isEqualTo(8);
    }
  }

  @Test
  void learnLinear_inputsFilledAfterAWindow_seriesIsLearnt() {
    try (var harness =
        harness("experts", "last,series", "series.lags", "1-2", "retrain.mode", "off")) {
      List<float[]> said = new ArrayList<>();
      harness.onScore(score -> said.add(score.experts()[harness.experts().indexOf("series")]));

      push(harness, "temp");

      assertThat(said).anyMatch(Objects::nonNull);
    }
  }
}
