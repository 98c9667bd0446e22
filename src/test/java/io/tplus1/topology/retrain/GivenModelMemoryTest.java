package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.START;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training may take where a given model takes the champion's place, or may not. */
class GivenModelMemoryTest {
  private static final int FEWER = 12;
  private static final int STEPS = 24;

  private static final Map<String, String> SMALL =
      Map.of(
          "features", "a",
          "window.steps", Integer.toString(STEPS),
          "window.store", "memory",
          "train.hidden", "4",
          "train.optimizer", "adam",
          "train.inputs", "difference,identity",
          "retrain.mode", "refresh",
          "retrain.first.samples", "2",
          "retrain.buffer", "10",
          "retrain.memory.limit", "5000000");

  private static final Map<String, String> SHORTER = with(SMALL, "window.steps=" + FEWER);

  @TempDir Path directory;

  /** Learning goes on from it as soon as a sample comes, and it may be the larger one. */
  @Test
  void start_givenModelTakesThePlaceOfAnOutgrownChampion_itsNetworksCount() {
    try (RetrainRig rig = new RetrainRig(directory.toFile(), SHORTER, Runnable::run)) {
      rig.restartWith(made(SHORTER));
      rig.sample(sample(0, FEWER));
      assertThat(rig.champion()).isNotNull();

      rig.restart(SMALL);
      adoptLarge(rig, 1);
    }
  }

  /** Refreshes go on from what is given, whatever they had come to. */
  @Test
  void start_givenModelAndALineWithoutAChampion_theGivenNetworksCount() {
    try (RetrainRig rig = new RetrainRig(directory.toFile(), SMALL, Runnable::run)) {
      refresh(rig);
      assertThat(rig.champion()).isNull();

      adoptLarge(rig, 3);
    }
  }

  @Test
  void start_givenModelAndALineOfNowBesideAnOutgrownChampion_theGivenNetworksCount() {
    try (RetrainRig rig = new RetrainRig(directory.toFile(), SHORTER, Runnable::run)) {
      ModelArtifact outgrown = made(SHORTER);
      rig.restartWith(outgrown);
      rig.sample(sample(0, FEWER));
      rig.restart(SMALL);
      rig.events();
      refresh(rig);
      assertThat(rig.champion()).isEqualTo(outgrown.hash());

      adoptLarge(rig, 3);
    }
  }

  /** It is not adopted, so nothing goes on from it. */
  @Test
  void start_givenModelAndAnOutgrownChampionThatIsPinned_newNetworksAreTrained() {
    try (RetrainRig rig = new RetrainRig(directory.toFile(), SHORTER, Runnable::run)) {
      ModelArtifact outgrown = made(SHORTER);
      rig.restartWith(outgrown);
      rig.sample(sample(0, FEWER));
      rig.command("pin", ModelCommand.Kind.PIN);

      rig.restart(SMALL);
      rig.restartWith(made(with(SMALL, "train.hidden=600")));
      rig.events();
      refresh(rig);

      assertThat(rig.champion()).isEqualTo(outgrown.hash());
    }
  }

  private static void refresh(RetrainRig rig) {
    rig.sample(sample(1, STEPS));
    rig.sample(sample(2, STEPS));
    rig.command("first", ModelCommand.Kind.RETRAIN);
    assertThat(rig.events())
        .extracting(ModelEvent::kind)
        .contains(Kind.TRAINED)
        .doesNotContain(Kind.PROMOTED);
  }

  /** A larger model than trainings have room for is given, and takes the place that is free. */
  private static void adoptLarge(RetrainRig rig, int at) {
    rig.restartWith(made(with(SMALL, "train.hidden=600")));
    rig.events();

    rig.sample(sample(at, STEPS));
    rig.command("now", ModelCommand.Kind.RETRAIN);

    List<ModelEvent> events = rig.events();
    assertThat(events.get(0).kind()).isEqualTo(Kind.PROMOTED);
    assertThat(events.subList(1, events.size()))
        .isNotEmpty()
        .allSatisfy(
            event -> {
              assertThat(event.kind()).isEqualTo(Kind.FAILED);
              assertThat(event.reason()).contains("retrain.memory.limit is 5000000");
            });
  }

  private static ModelArtifact made(Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    RetrainPlan plan = RetrainPlan.of(configuration, configuration.schema(), Optional.empty());
    int steps = plan.task.steps();
    return new RnnLearning()
        .start(plan.task, plan.training, List.of(sample(0, steps), sample(1, steps)))
        .artifact(new Provenance("train", 0, 1, 2, 1, Map.of(), Map.of()));
  }

  private static TrainingSample sample(int at, int steps) {
    float[] values = new float[steps + 1];
    long[] times = new long[steps + 1];
    for (int i = 0; i <= steps; i++) {
      times[i] = START.toEpochMilli() + 1_000L * (at + i);
    }
    return new TrainingSample(
        "one",
        FeatureWindow.over(values, times, 1, 0, steps),
        FeatureWindow.over(values, times, 1, steps, 1),
        1);
  }
}
