package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LastValue;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Strategy;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RnnTrainerTest {
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");

  private static final Trainer.Listener SILENT = (epoch, epochs, training, validation) -> {};

  @Test
  void train_learnableLaw_beatsPersistence() throws InvalidArtifactException {
    Trainer.Task task = new Trainer.Task(TWO, 8, 1);
    List<TrainingSample> samples = waves(task, 1200);
    ModelArtifact artifact =
        new RnnTrainer()
            .train(
                task,
                settings(TrainingSettings.Cell.SIMPLE_RNN, Strategy.DIRECT, false, 7),
                samples.subList(0, 1000),
                samples.subList(1000, 1180),
                SILENT);
    Forecaster forecaster = new RnnModelLoader().load(artifact);
    double model = error(forecaster, samples.subList(1180, 1190));
    double persistence = error(new LastValue(TWO, 8, 1), samples.subList(1180, 1190));
    System.out.println(
        "OUT "
            + RnnArtifacts.verdict(artifact)
            + " "
            + model
            + " "
            + persistence
            + " "
            + forecaster.kernel()
            + " "
            + artifact.manifest().provenance());
    assertThat(model).isLessThan(0.2 * persistence);
  }

  private static TrainingSettings settings(
      TrainingSettings.Cell cell, Strategy strategy, boolean decoder, long seed) {
    return new TrainingSettings(
        cell,
        List.of(16),
        decoder,
        strategy,
        8,
        TrainingSettings.Loss.MSE,
        TrainingSettings.Optimizer.ADAM,
        0.01,
        50,
        10,
        0,
        0,
        0,
        seed);
  }

  private static List<TrainingSample> waves(Trainer.Task task, int rows) {
    Random random = new Random(3);
    FeatureVector[] vectors = new FeatureVector[rows];
    for (int t = 0; t < rows; t++) {
      double noise = 0.02 * random.nextGaussian();
      vectors[t] =
          new FeatureVector(
              t * 1000L,
              new float[] {
                (float) (100 + 20 * (Math.sin(t * 0.5) + noise)), (float) (Math.cos(t * 0.5) - 3)
              });
    }
    List<TrainingSample> samples = new ArrayList<>();
    for (int end = task.steps(); end + task.horizon() <= rows; end++) {
      samples.add(
          new TrainingSample(
              "s",
              FeatureWindow.of(java.util.Arrays.copyOfRange(vectors, end - task.steps(), end)),
              FeatureWindow.of(java.util.Arrays.copyOfRange(vectors, end, end + task.horizon()))));
    }
    return samples;
  }

  private static double error(Forecaster forecaster, List<TrainingSample> samples) {
    Forecaster.Session session = forecaster.newSession();
    float[] output = new float[forecaster.outputLength()];
    double sum = 0;
    for (TrainingSample sample : samples) {
      session.forecast(sample.window(), output);
      for (int h = 0; h < forecaster.horizon(); h++) {
        for (int f = 0; f < 2; f++) {
          double error = output[2 * h + f] - sample.following().value(h, f);
          sum += error * error;
        }
      }
    }
    return sum;
  }
}
