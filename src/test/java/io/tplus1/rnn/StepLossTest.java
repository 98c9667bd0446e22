package io.tplus1.rnn;

import static io.tplus1.rnn.training.TestTasks.samples;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.rnn.training.StepTasks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Losses of updates of which some members have none. */
class StepLossTest {
  private static final TrainingSettings SETTINGS =
      StepTasks.settings(2, TrainingSettings.Loss.HUBER);

  private static final TrainingSettings SQUARES = StepTasks.settings(2, TrainingSettings.Loss.MSE);

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

  /** An ensemble whose second member's outputs are so large that no gradient is finite. */
  private static Learner withAHopelessMember() throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(StepTasks.TWO, 12, 1);
    ModelArtifact sound =
        new RnnLearning().start(task, SQUARES, WAVES).artifact(StepTasks.PROVENANCE);
    Network second = StoredNetworks.read(sound).networks().get(1);
    List<Layer> layers = new ArrayList<>(second.layers());
    Layer.Dense head = (Layer.Dense) layers.remove(layers.size() - 1);
    float[] huge = new float[head.kernel().length];
    Arrays.fill(huge, 1e30f);
    layers.add(new Layer.Dense(head.units(), head.activation(), huge, head.bias()));
    Map<String, byte[]> entries =
        RnnArtifacts.plain(
            List.of(
                StoredNetworks.read(sound).networks().get(0),
                new Network(second.inputs(), second.steps(), layers)));
    ModelArtifact artifact = ModelArtifact.of(sound.manifest(), entries);
    return new RnnLearning().resume(task, SQUARES, artifact, null, List.of());
  }

  @Test
  void step_oneMemberIsNeverFinite_theOtherLearns() throws InvalidArtifactException {
    Learner learner = withAHopelessMember();
    List<List<TrainingSample>> batches = List.of(WAVES.subList(0, 20), WAVES.subList(0, 20));
    Learner.Step first = learner.step(batches);
    Learner.Step last = first;
    for (int i = 0; i < 50; i++) {
      last = learner.step(batches);
    }

    assertThat(first.leftOut()).isEqualTo(1);
    assertThat(last.leftOut()).isEqualTo(1);
    assertThat(last.loss()).isLessThan(.5 * first.loss());
  }
}
