package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Forecaster;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of models that load, and fail as they forecast. */
class FailingModelsTest {
  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();

  /** It would end the side topology, now and at every start. */
  @Test
  void restart_keptModelsOverflowTheStack_takeNoPart() {
    try (RetrainRig rig = new RetrainRig(directory.toFile(), REFRESH, Runnable::run)) {
      samples.subList(0, 100).forEach(rig::sample);
      String champion = rig.champion();
      assertThat(champion).isNotNull();
      rig.events();

      rig.restart(artifact -> new Overflowing(new RnnModelLoader().load(artifact)));
      samples.subList(100, 110).forEach(rig::sample);
      rig.command("again", ModelCommand.Kind.PROMOTE, Optional.of(champion));

      assertThat(rig.counters().events(RetrainCounters.Event.SAMPLE_KEPT)).isEqualTo(110);
      assertThat(rig.champion()).isEqualTo(champion);
      List<ModelEvent> events = rig.events();
      assertThat(events).extracting(ModelEvent::kind).doesNotContain(Kind.PROMOTED);
      assertThat(events).extracting(ModelEvent::command).contains(Optional.of("again"));
    }
  }

  /** A model whose layers lie too deep for the stack. */
  private record Overflowing(Forecaster model) implements Forecaster {
    @Override
    public String modelHash() {
      return model.modelHash();
    }

    @Override
    public FeatureSchema schema() {
      return model.schema();
    }

    @Override
    public int steps() {
      return model.steps();
    }

    @Override
    public int horizon() {
      return model.horizon();
    }

    @Override
    public String kernel() {
      return model.kernel();
    }

    @Override
    public Session newSession() {
      return (window, output) -> {
        throw new StackOverflowError();
      };
    }
  }
}
