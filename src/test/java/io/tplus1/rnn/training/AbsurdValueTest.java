package io.tplus1.rnn.training;

import static io.tplus1.rnn.training.TestTasks.mse;
import static io.tplus1.rnn.training.TestTasks.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LastValue;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.RnnModelLoader;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One absurd value among a thousand spoils no training, whoever trains. */
class AbsurdValueTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("temperature");
  private static final Trainer.Task TASK = Tasks.of(SCHEMA, 8, 2);

  /** A code of a sensor for no value, and what no sensor measures. */
  @ParameterizedTest
  @CsvSource({"false, -9999", "true, -9999", "false, 1e9", "true, 1e9"})
  void train_oneAbsurdValue_restIsLearnt(boolean decoder, float absurd)
      throws InvalidArtifactException {
    List<TrainingSample> samples =
        TestTasks.samples(
            TASK,
            1_000,
            t -> new float[] {t == 300 ? absurd : (float) (15 + 8 * Math.sin(t / 5.0))});
    // DL4J trains the one, the learner in plain Java the other.
    TestTasks.Settings way = decoder ? settings().decoder() : settings();

    double error =
        mse(
            new RnnModelLoader().load(RnnTrainerTest.train(TASK, way.epochs(20).build(), samples)),
            samples.subList(400, samples.size()));

    double persistence = mse(new LastValue(SCHEMA, 8, 2), samples.subList(400, samples.size()));
    assertThat(error).isLessThan(persistence);
  }
}
