package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.tplus1.config.WindowSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Score;
import io.tplus1.topology.state.RigSettings;
import java.io.File;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to state that was kept under other features, targets or words. */
class ForecastSchemaTest {
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("x", "y");

  /** A state of version 1: newest time 10, and a forecast of x=1 and y=2 that waits. */
  private static final byte[] OF_VERSION_ONE =
      HexFormat.of()
          .parseHex(
              "01000000000000000a0001"
                  + "0000000000000000000a0200026162"
                  + "000000023f80000040000000"
                  + "000000023f80000040000000");

  @TempDir private File stateDir;

  /** What is kept is read by its place: another order would be another series. */
  @Test
  void init_featuresReordered_refusedWithWhatToDo() {
    WindowSettings windows = RigSettings.windows(2, 1, 1_000, 100, 10);
    try (var rig = new ProcessorRig(stateDir, TWO, windows)) {
      rig.process("k", 10, 1, 2);
      FeatureSchema reordered = FeatureSchema.ofNumbers("y", "x");

      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> rig.restart(reordered, windows))
          .withMessageContaining("a series' state was kept under other features")
          .withMessageContaining("features [y, x]")
          .withMessageContaining("another application.id");

      rig.restart(TWO, windows);
      rig.predictions();
      rig.process("k", 20, 3, 4);
      assertThat(rig.predictions().get(0).values()).containsExactly(3, 4);
    }
  }

  @Test
  void init_otherWords_refused() {
    WindowSettings windows = RigSettings.windows(2, 1, 1_000, 100, 10);
    FeatureSchema words = FeatureSchema.of(List.of(Feature.category("c", List.of("a", "b"))));
    try (var rig = new ProcessorRig(stateDir, words, windows)) {
      rig.process("k", 10, 1);
      FeatureSchema others = FeatureSchema.of(List.of(Feature.category("c", List.of("b", "a"))));

      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> rig.restart(others, windows));
    }
  }

  @Test
  void init_otherTargets_refused() {
    WindowSettings windows = RigSettings.windows(2, 1, 1_000, 100, 10);
    try (var rig = new ProcessorRig(stateDir, TWO, windows)) {
      rig.process("k", 10, 1, 2);
      FeatureSchema onlyY = new FeatureSchema(TWO.features(), List.of(0, 1), List.of(1));

      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> rig.restart(onlyY, windows));
    }
  }

  @Test
  void process_stateOfAFormerRelease_goesOnAndIsOfThisSchemaOnceWritten() {
    WindowSettings windows = RigSettings.windows(2, 1, 1_000, 100, 10);
    try (var rig = new ProcessorRig(stateDir, TWO, windows)) {
      rig.storeSeries("k", OF_VERSION_ONE);
      rig.restart(TWO, windows);

      rig.process("k", 20, 3, 4);

      assertThat(rig.scores()).extracting(Score::madeAtMs).containsExactly(10L);
      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> rig.restart(FeatureSchema.ofNumbers("y", "x"), windows));
    }
  }

  /** After an upgrade, states of series that are silent since stand beside those of others. */
  @Test
  void init_firstStateOfAFormerRelease_refusedForOneThatSaysOfWhichFeaturesItIs() {
    WindowSettings windows = RigSettings.windows(2, 1, 1_000, 100, 10);
    try (var rig = new ProcessorRig(stateDir, TWO, windows)) {
      rig.process("b", 10, 1, 2);
      rig.storeSeries("a", OF_VERSION_ONE);

      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> rig.restart(FeatureSchema.ofNumbers("y", "x"), windows));
      assertThatNoException().isThrownBy(() -> rig.restart(TWO, windows));
    }
  }

  /** Of which schema a former release's state is, it does not say. */
  @Test
  void process_otherTargetsThanTheWaitingForecasts_givesThemUp() {
    WindowSettings windows = RigSettings.windows(2, 1, 1_000, 100, 10);
    FeatureSchema onlyY = new FeatureSchema(TWO.features(), List.of(0, 1), List.of(1));
    try (var rig = new ProcessorRig(stateDir, onlyY, windows)) {
      rig.storeSeries("k", OF_VERSION_ONE);
      rig.restart(onlyY, windows);

      rig.process("k", 20, 3, 4);

      assertThat(rig.predictions()).extracting(Prediction::timeMs).containsExactly(20L);
      assertThat(rig.counters().events(ForecastCounters.Event.EXPIRED)).isEqualTo(1);
      assertThat(rig.counters().events(ForecastCounters.Event.SCORED)).isZero();
    }
  }
}
