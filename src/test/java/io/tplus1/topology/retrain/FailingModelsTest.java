package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.FakeForecaster;
import io.tplus1.model.Forecaster;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of models that load, and fail as they forecast. */
class FailingModelsTest {
  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();

  /** An error of the machine's would end the side topology, now and at every start. */
  @Test
  void restart_championOverflowsTheStack_countsAsTheWorstAndIsReplaced() {
    try (RetrainRig rig = new RetrainRig(directory.toFile(), REFRESH, Runnable::run)) {
      samples.subList(0, 100).forEach(rig::sample);
      String champion = rig.champion();
      assertThat(champion).isNotNull();
      rig.events();

      rig.restart(
          artifact -> {
            Forecaster model = new RnnModelLoader().load(artifact);
            return artifact.hash().equals(champion)
                ? FakeForecaster.inPlaceOf(model, FailingModelsTest::overflow)
                : model;
          });
      samples.subList(100, 200).forEach(rig::sample);

      assertThat(rig.counters().events(RetrainCounters.Event.SAMPLE_KEPT)).isEqualTo(200);
      assertThat(rig.events())
          .extracting(ModelEvent::kind)
          .containsAnyOf(Kind.ROLLED_BACK, Kind.PROMOTED);
      assertThat(rig.champion()).isNotEqualTo(champion);
    }
  }

  /** What layers that lie too deep for the stack do. */
  private static void overflow(FeatureWindow window, float[] output) {
    throw new StackOverflowError();
  }
}
