package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.ForecastSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.topology.state.RigSettings;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is learnt where a window lost its newest vectors, and is held for longer than it is old. */
class LostWindowTest {
  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(List.of(Feature.category("c", List.of("a", "b")), Feature.number("x")));
  private static final WindowSettings WINDOWS =
      new WindowSettings(
          3,
          1,
          1,
          Duration.ofMillis(100),
          Duration.ofMillis(20),
          Duration.ofMillis(300),
          Optional.empty(),
          false,
          10,
          0.4,
          0);
  private static final ForecastSettings SETTINGS =
      RigSettings.of(
          WINDOWS,
          true,
          Map.of(
              "features", "c,x",
              "categories", "c",
              "vocabulary.c", "a,b",
              "experts", "markov",
              "markov.contexts", "1+x~0",
              "interval.coverage", "0"));

  @TempDir private File stateDir;

  /** What is left of it is older than window.max.age, though what is known of the series is not. */
  @Test
  void process_restIsTooOldForTheVector_countsNoSymbol() {
    try (var rig = new ProcessorRig(stateDir, SCHEMA, SETTINGS)) {
      rig.process("k", 40, 1, 1);
      rig.process("k", 50, 2, 2);
      rig.process("k", 100, 1, 3);
      rig.restart(SCHEMA, SETTINGS);
      rig.lose("k", 100);
      Map<String, String> counted = rig.counted();

      rig.process("k", 195, 2, 4);

      assertThat(rig.counters().events(ForecastCounters.Event.WINDOW_LOST)).isEqualTo(1);
      assertThat(counted).isNotEmpty();
      assertThat(rig.counted()).isEqualTo(counted);

      rig.process("k", 200, 1, 5);
      assertThat(rig.counted()).as("with a vector before it").isNotEqualTo(counted);
    }
  }
}
