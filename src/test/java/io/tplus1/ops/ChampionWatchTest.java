package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.FakeForecaster;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChampionWatchTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");

  private final ModelRegistry registry =
      new Configuration(Map.of("features", "x", "window.steps", "1")).registry(SCHEMA);

  private long nowMs = 1_000;

  private final InstantSource source = () -> Instant.ofEpochMilli(nowMs);

  private static Forecaster model(String hash) {
    return new FakeForecaster(hash, SCHEMA, 1, 1, null);
  }

  /** The dashboard asks just then, and said of the new one how long the old one had served. */
  @Test
  void sinceMs_modelThatCameSinceTheLastLook_isNow() throws Exception {
    registry.serve(model("old"));
    ChampionWatch watch = new ChampionWatch(registry, source.withZone(ZoneOffset.UTC));
    nowMs = 9_000;
    registry.serve(model("new"));

    assertThat(watch.sinceMs(model("new"))).isEqualTo(9_000);
    watch.look();
    nowMs = 20_000;
    assertThat(watch.sinceMs(model("new"))).isEqualTo(9_000);
    assertThat(watch.seen().swaps()).isEqualTo(1);
  }
}
