package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.topology.state.RigSettings;
import java.io.File;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A task that is revived after its vectors had run far ahead in event time. */
class AbortedTaskTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");
  private static final long HOUR = 3_600_000;
  private static final long START = 1_700_000_000_000L / HOUR * HOUR;

  @TempDir File folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void process_vectorsAgainAfterAbortedOnesFarAhead_findsItsWholeWindow(boolean inMemory)
      throws Exception {
    WindowSettings windows = RigSettings.windows(4, 1, 10 * HOUR, HOUR, inMemory, 10);
    RecordingForecaster model = new RecordingForecaster("m", SCHEMA, 4, 1, 0);
    try (var rig = new ProcessorRig(folder, SCHEMA, windows)) {
      rig.registry().serve(model);
      for (int hour = 0; hour < 6; hour++) {
        rig.process("a", START + hour * HOUR, hour);
      }
      rig.commit();
      rig.process("a", START + 6 * HOUR, 6);
      rig.process("b", START + 40 * HOUR, 40);
      assertThat(rig.stored("b")).hasSize(1);

      rig.abort();
      rig.process("a", START + 6 * HOUR, 6);

      assertThat(model.lastWindow())
          .extracting(FeatureVector::timeMs)
          .containsExactly(START + 3 * HOUR, START + 4 * HOUR, START + 5 * HOUR, START + 6 * HOUR);
      assertThat(rig.counters().events(ForecastCounters.Event.WINDOW_LOST)).isZero();
    }
  }
}
