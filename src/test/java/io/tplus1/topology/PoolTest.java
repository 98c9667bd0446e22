package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.topology.state.RigSettings;
import java.io.File;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");

  @TempDir File folder;

  private static ForecastSettings settings(String experts, boolean pooled) {
    return RigSettings.of(
        RigSettings.windows(4, 1, 1_000, 1, 10),
        true,
        Map.of(
            "experts",
            experts,
            "season.steps",
            "2",
            "interval.pool",
            Boolean.toString(pooled),
            "stacked.pool",
            Boolean.toString(pooled)));
  }

  private static void process(ProcessorRig rig, int from, int to) {
    for (int i = from; i < to; i++) {
      rig.process("k", i, i % 3);
    }
  }

  /** Nothing may be written at a start, so what is no longer wanted goes with the next that is. */
  @Test
  void save_partsNoLongerAskedFor_areDropped() {
    ForecastSettings all = settings("last,seasonal,stacked", true);
    ForecastSettings mixAlone = settings("last,seasonal", false);
    try (var rig = new ProcessorRig(folder, SCHEMA, all)) {
      process(rig, 0, 9);
      rig.restart(SCHEMA, all);
      assertThat(rig.pooled()).containsExactly("intervals", "pool", "schema", "stacked");

      rig.restart(SCHEMA, mixAlone);
      assertThat(rig.pooled()).containsExactly("intervals", "pool", "schema", "stacked");
      process(rig, 9, 12);
      rig.restart(SCHEMA, mixAlone);
      assertThat(rig.pooled()).containsExactly("pool", "schema");
    }
  }

  /** A task whose series all fell silent knows no other state than that of its pool. */
  @Test
  void init_poolOfOtherFeatures_refused() {
    ForecastSettings settings = settings("last,seasonal", false);
    try (var rig = new ProcessorRig(folder, SCHEMA, settings)) {
      process(rig, 0, 9);
      rig.advanceStreamTime(10_000);
      rig.punctuate();
      assertThat(rig.state("k")).isNull();

      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> rig.restart(FeatureSchema.ofNumbers("y"), settings))
          .withMessageContaining("what series have learnt together was kept under other features");
    }
  }
}
