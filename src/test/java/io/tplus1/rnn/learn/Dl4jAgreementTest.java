package io.tplus1.rnn.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.dl4j.TargetLoss;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.training.TestTasks;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same batches teach the same weights here and in DL4J. */
class Dl4jAgreementTest {
  private static final int STEPS = 7;
  private static final int BATCH = 21;
  private static final int WIDTH = 3;
  private static final int UPDATES = 12;

  @ParameterizedTest
  @CsvSource({
    "SIMPLE_RNN, ADAM, PLAIN, false",
    "SIMPLE_RNN, RMSPROP, VECTOR, false",
    "LSTM, ADAM, VECTOR, false",
    "LSTM, RMSPROP, PLAIN, false",
    "SIMPLE_RNN, ADAM, VECTOR, true",
    "LSTM, ADAM, VECTOR, true",
    "LSTM, RMSPROP, VECTOR, true"
  })
  void step_sameBatches_learnsWhatDl4jLearns(
      TrainingSettings.Cell cell,
      TrainingSettings.Optimizer optimizer,
      KernelKind kind,
      boolean everyStep) {
    TestTasks.Settings settings = TestTasks.settings().cell(cell).hidden(9, 6);
    if (optimizer == TrainingSettings.Optimizer.RMSPROP) {
      settings.rmsProp(0.01);
    }
    FeatureSchema schema = FeatureSchema.ofNumbers("a", "b", "c");
    Network drawn = TestTasks.network(schema, STEPS, 1, settings.build());
    Network start = everyStep ? ReferenceLoss.everyStep(drawn) : drawn;
    int rows = everyStep ? STEPS : 1;
    Dl4jNetwork dl4j =
        Dl4jNetwork.trainable(
            start,
            new TargetLoss(new int[] {1, 1, 1}, new boolean[WIDTH], false, rows),
            settings.build());
    UpdateRule rule = new UpdateRule(UpdateRule.Kind.valueOf(optimizer.name()), 0.01, 0, 0);
    NetworkLearner learner =
        new NetworkLearner(
            start, PlainLearning.mse(), rule, new BatchSize(STEPS, BATCH, STEPS), kind);
    float[] before = Trainable.of(start).weights();
    Random random = new Random(3);
    for (int i = 0; i < UPDATES; i++) {
      Batch batch = new Batch(random, everyStep);
      double theirs = dl4j.fit(batch.windows, batch.lengths, STEPS, batch.labels, rows);
      double ours = learner.step(batch.sequences);
      assertThat(Math.abs(theirs - ours)).isLessThan(1e-4 * theirs);
    }
    float[] theirs = Trainable.of(dl4j.toNetwork(STEPS)).weights();
    float[] ours = Trainable.of(learner.network()).weights();
    double moved = 0;
    double apart = 0;
    for (int i = 0; i < ours.length; i++) {
      moved = Math.max(moved, Math.abs(theirs[i] - before[i]));
      apart = Math.max(apart, Math.abs(theirs[i] - ours[i]));
    }
    assertThat(moved).isGreaterThan(0.05);
    assertThat(apart).isLessThan(2e-4);
  }

  /** Random windows as both want them; for the last step alone, some shorter than the others. */
  private static final class Batch {
    final float[] windows = new float[BATCH * STEPS * WIDTH];
    final int[] lengths = new int[BATCH];
    final float[] labels;
    final SequenceBatch sequences =
        new SequenceBatch(new BatchSize(STEPS, BATCH, STEPS), WIDTH, WIDTH);

    Batch(Random random, boolean everyStep) {
      int rows = everyStep ? STEPS : 1;
      labels = new float[BATCH * rows * WIDTH];
      sequences.resize(STEPS, BATCH);
      Arrays.fill(lengths, STEPS);
      for (int b = 0; b < BATCH; b++) {
        int start = everyStep ? 0 : random.nextInt(STEPS);
        lengths[b] = STEPS - start;
        sequences.starts()[b] = start;
        for (int t = start; t < STEPS; t++) {
          for (int j = 0; j < WIDTH; j++) {
            float x = (float) random.nextGaussian();
            windows[(b * STEPS + t) * WIDTH + j] = x;
            sequences.inputs()[(t * BATCH + b) * WIDTH + j] = x;
          }
        }
        for (int t = STEPS - rows; t < STEPS; t++) {
          sequences.weights()[t * BATCH + b] = 1;
          for (int j = 0; j < WIDTH; j++) {
            float y = (float) random.nextGaussian();
            labels[(b * rows + t - STEPS + rows) * WIDTH + j] = y;
            sequences.targets()[(t * BATCH + b) * WIDTH + j] = y;
          }
        }
      }
    }
  }
}
