package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.ModelArtifact;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import io.tplus1.serde.ModelScores;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands in the partition of another task than the one that has the model. */
class AstrayCommandsTest {
  @TempDir Path directory;

  /** A task to which nothing of the model has come, given a model to begin with. */
  private RetrainRig task(ModelArtifact given) {
    RetrainRig rig = new RetrainRig(directory.toFile(), REFRESH, Runnable::run);
    rig.restartWith(given);
    return rig;
  }

  private static ModelArtifact given() throws Exception {
    try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      retrain.samples(60, RetrainDriver.SLOW);
      return retrain.artifact();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ModelCommand.Kind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = "PROMOTE") // Which wants a hash.
  void command_whereNothingOfTheModelCame_isRefusedAndMakesNoChampion(ModelCommand.Kind kind)
      throws Exception {
    try (RetrainRig rig = task(given())) {
      rig.command("astray", kind);
      rig.broken();
      rig.tick(60);

      assertThat(rig.models()).isEmpty();
      assertThat(rig.champion()).isNull();
      List<ModelEvent> events = rig.events();
      assertThat(events)
          .extracting(ModelEvent::kind, event -> event.command().orElse(""))
          .containsExactly(Tuple.tuple(Kind.REFUSED, "astray"));
      assertThat(events.get(0).reason()).contains("murmur2_random", "tplus1 models");
      assertThat(rig.counters().events(RetrainCounters.Event.COMMAND_ASTRAY)).isEqualTo(1);
    }
  }

  @Test
  void command_onceSamplesOrScoresHaveCome_isCarriedOut() throws Exception {
    ModelArtifact given = given();
    TrainingSample sample = RetrainRig.oscillation().get(0);
    for (boolean scores : new boolean[] {false, true}) {
      try (RetrainRig rig =
          new RetrainRig(
              directory.resolve(scores ? "scores" : "samples").toFile(), REFRESH, Runnable::run)) {
        rig.restartWith(given);
        if (scores) {
          ModelScores.Sums sums = new ModelScores.Sums(1, 1, 1, 1, 0, 0);
          rig.scoresAt(0, sample.following().lastTimeMs(), given.hash(), sums);
        } else {
          rig.sample(sample);
        }
        rig.restart();
        rig.command("pin", ModelCommand.Kind.PIN);

        assertThat(rig.events())
            .extracting(ModelEvent::kind)
            .containsExactly(Kind.PROMOTED, Kind.PINNED);
      }
    }
  }
}
