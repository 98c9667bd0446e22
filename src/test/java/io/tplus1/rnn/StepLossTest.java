package io.tplus1.rnn;

import static io.tplus1.rnn.TestTasks.samples;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Losses of updates of which some members have none. */
class StepLossTest {
  private static final TrainingSettings SETTINGS =
      StepTasks.settings(2, TrainingSettings.Loss.HUBER);

  /** The scale is that of the window alone. */
  private static final Trainer.Task TASK = StepTasks.task(12, 1, true, 0);

  private static final List<TrainingSample> STILL = samples(TASK, 60, t -> new float[] {1, 2});
  private static final List<TrainingSample> WAVES = samples(TASK, 60, StepTasks::wave);

  private static Learner.Step step(List<TrainingSample> first, List<TrainingSample> second) {
    Learner learner = new RnnLearning().start(TASK, SETTINGS, WAVES);
    return learner.step(List.of(first.subList(0, 20), second.subList(0, 20)));
  }

  @Test
  void step_nothingMoves_noLoss() {
    Learner.Step step = step(STILL, STILL);

    assertThat(step.loss()).isNaN();
    assertThat(step.leftOut()).isZero();
  }

  @Test
  void step_nothingMovesInOneBatch_lossIsThatOfTheOtherMember() {
    double first = step(WAVES, STILL).loss();
    double second = step(STILL, WAVES).loss();

    assertThat(first).isPositive();
    assertThat(second).isPositive();
    assertThat((first + second) / 2).isCloseTo(step(WAVES, WAVES).loss(), within(1e-9));
  }

  @Test
  void train_nothingMoves_noTrainingLoss() {
    List<Double> losses = new ArrayList<>();
    ModelArtifact artifact =
        new RnnTrainer()
            .train(
                TASK,
                SETTINGS,
                STILL,
                List.of(),
                (epoch, epochs, training, validation) -> losses.add(training));

    assertThat(losses).hasSize(SETTINGS.epochs()).containsOnly(Double.NaN);
    assertThat(artifact.manifest().provenance().figures())
        .containsKey(Trainer.EPOCHS)
        .doesNotContainKey("trainingLoss");
  }
}
