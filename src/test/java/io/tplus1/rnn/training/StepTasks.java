package io.tplus1.rnn.training;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.model.StepInputs;
import io.tplus1.model.StepInputs.Column;
import io.tplus1.model.Strategy;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RnnModelLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Tasks with step inputs, and settings and batches for them. */
public final class StepTasks {
  public static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");
  public static final Provenance PROVENANCE =
      new Provenance("refresh", 0, 1000, 10, 3, Map.of("x", "1"), Map.of());

  private StepTasks() {}

  public static Trainer.Task task(int steps, int horizon, boolean shared) {
    return task(steps, horizon, shared, StepInputs.TRAINING_PART);
  }

  public static Trainer.Task task(int steps, int horizon, boolean shared, float trainingPart) {
    StepInputs inputs =
        new StepInputs(
            List.of(Column.DIFFERENCE, Column.LEVEL, Column.LAG, Column.CALENDAR, Column.IDENTITY),
            List.of(4),
            List.of(),
            steps - 4,
            8,
            0,
            trainingPart,
            3,
            shared,
            8,
            List.of(StepInputs.Base.LAST));
    return new Trainer.Task(TWO, steps, horizon, Optional.of(inputs));
  }

  public static TrainingSettings settings(int members, TrainingSettings.Loss loss) {
    return new TrainingSettings(
        TrainingSettings.Cell.LSTM,
        List.of(12),
        false,
        Strategy.DIRECT,
        4,
        loss,
        TrainingSettings.Optimizer.ADAM,
        3e-3,
        32,
        8,
        0,
        1,
        0,
        7,
        1,
        members);
  }

  /** Waves far from 0, of other sizes and phases, that no network would learn unscaled. */
  public static float[] wave(int t) {
    return new float[] {
      (float) (1000 + 20 * Math.sin(t * 0.5)), (float) (Math.cos(t * 0.5) * 1e-3 - 3)
    };
  }

  public static List<List<TrainingSample>> batches(
      List<TrainingSample> samples, int members, int size, Random random) {
    List<List<TrainingSample>> batches = new ArrayList<>();
    for (int m = 0; m < members; m++) {
      List<TrainingSample> batch = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        batch.add(samples.get(random.nextInt(samples.size())));
      }
      batches.add(batch);
    }
    return batches;
  }

  /** What a learner's artifact forecasts by. */
  static Forecaster load(Learner learner) throws InvalidArtifactException {
    return new RnnModelLoader().load(ModelArtifact.read(learner.artifact(PROVENANCE).toBytes()));
  }

  /**
   * Learns some steps.
   *
   * @return the loss of the last; NaN of none
   */
  static double learn(Learner learner, List<TrainingSample> samples, int steps, long seed) {
    Random random = new Random(seed);
    double loss = Double.NaN;
    for (int i = 0; i < steps; i++) {
      loss = learner.step(batches(samples, learner.members(), 32, random)).loss();
    }
    return loss;
  }
}
