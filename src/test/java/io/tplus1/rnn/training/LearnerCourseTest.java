package io.tplus1.rnn.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A whole training: its learning rate, and when it ends. */
class LearnerCourseTest {
  private final List<TrainingSample> samples = noisyWave();

  private static List<TrainingSample> noisyWave() {
    Random random = new Random(20261128);
    return TestTasks.samples(
        Tasks.of(FeatureSchema.ofNumbers("a"), 8, 1),
        600,
        t -> new float[] {(float) (Math.sin(0.26 * t) + 0.3 * random.nextGaussian())});
  }

  /** Of each epoch, on what is not learnt. */
  private List<Double> losses(int epochs, int batch) {
    List<Double> losses = new ArrayList<>();
    new RnnTrainer()
        .train(
            Tasks.of(FeatureSchema.ofNumbers("a"), 8, 1),
            TestTasks.settings().learningRate(0.03).epochs(epochs).batch(batch).build(),
            samples.subList(0, 400),
            samples.subList(400, samples.size()),
            (epoch, all, trainingLoss, validationLoss) -> losses.add(validationLoss));
    return losses;
  }

  /** Mean absolute change from one epoch to the next. */
  private static double unrest(List<Double> losses) {
    double sum = 0;
    for (int i = 1; i < losses.size(); i++) {
      sum += Math.abs(losses.get(i) - losses.get(i - 1));
    }
    return sum / (losses.size() - 1);
  }

  /** Steps as long as the first leave the last weights where the last batches drew them. */
  @Test
  void train_secondHalf_takesShorterSteps() {
    List<Double> losses = losses(60, 50);

    assertThat(unrest(losses.subList(50, 60))).isLessThan(0.35 * unrest(losses.subList(20, 30)));
  }

  /** They are still on their way. */
  @Test
  void train_twentyUpdates_keepTheRate() {
    assertThat(losses(10, 200)).isEqualTo(losses(20, 200).subList(0, 10));
    assertThat(losses(12, 200)).isNotEqualTo(losses(24, 200).subList(0, 12));
  }

  /** No error of nothing would call the first epoch perfect, and stop. */
  @Test
  void train_nothingMovesInWhatIsHeldOut_goesOnAsWithoutIt() {
    Trainer.Task task = StepTasks.task(12, 1, false, 0);
    List<TrainingSample> moving = TestTasks.samples(task, 80, StepTasks::wave);
    List<TrainingSample> still = TestTasks.samples(task, 30, t -> new float[] {7, 7});
    TrainingSettings settings = TestTasks.settings().epochs(4).patience(2).build();

    Map<String, Double> figures =
        new RnnTrainer()
            .train(task, settings, moving, still, TestTasks.SILENT)
            .manifest()
            .provenance()
            .figures();

    assertThat(figures)
        .containsEntry(Trainer.EPOCHS, 4.0)
        .doesNotContainKeys("validationLoss", "validationSamples");
  }
}
