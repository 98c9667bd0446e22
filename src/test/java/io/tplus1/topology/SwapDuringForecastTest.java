package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.Prediction;
import io.tplus1.topology.state.RigSettings;
import java.io.File;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The global thread may let another model serve at any time: one record is served by one model. */
class SwapDuringForecastTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");

  @TempDir File stateDir;

  /** When the other model comes. */
  private enum When {
    BEFORE_IT_FORECASTS,
    WHILE_IT_FORECASTS
  }

  @ParameterizedTest
  @EnumSource(When.class)
  void process_anotherModelComesInBetween_theFirstOnesHashAndValues(When when) throws Exception {
    ForecastSettings settings =
        RigSettings.of(
            RigSettings.windows(1, 2, 100_000, 100, 10),
            false,
            Map.of("experts", "rnn", "interval.coverage", "0"));
    try (var rig = new ProcessorRig(stateDir, SCHEMA, settings)) {
      rig.registry().serve(new Replaced(rig.registry(), when));

      rig.process("k", 1, 5);
      rig.process("k", 2, 5);

      assertThat(rig.predictions()).extracting(Prediction::model).containsExactly("first", "other");
      rig.process("k", 3, 5);
      rig.process("k", 4, 5);
      assertThat(rig.scores())
          .filteredOn(score -> score.horizon() == 2)
          .satisfiesExactly(
              first -> assertThat(first.forecast()).containsExactly(1),
              other -> assertThat(other.forecast()).containsExactly(2));
    }
  }

  /** A model that another takes the place of while it is asked. */
  private record Replaced(ModelRegistry registry, When when)
      implements Forecaster, Forecaster.Session {
    private void replace() {
      try {
        registry.serve(new RecordingForecaster("other", SCHEMA, 1, 2, 2));
      } catch (InvalidArtifactException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public String modelHash() {
      return "first";
    }

    @Override
    public FeatureSchema schema() {
      return SCHEMA;
    }

    @Override
    public int steps() {
      return 1;
    }

    @Override
    public int fewestSteps() {
      if (when == When.BEFORE_IT_FORECASTS && registry.champion() == this) {
        replace();
      }
      return 1;
    }

    @Override
    public int horizon() {
      return 2;
    }

    @Override
    public String kernel() {
      return "test";
    }

    @Override
    public Session newSession() {
      return this;
    }

    @Override
    public void forecast(FeatureWindow window, float[] output) {
      if (when == When.WHILE_IT_FORECASTS) {
        replace();
      }
      Arrays.fill(output, 1);
    }
  }
}
