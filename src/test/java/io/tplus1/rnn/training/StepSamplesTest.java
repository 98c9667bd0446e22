package io.tplus1.rnn.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.StepInputs;
import io.tplus1.model.StepInputs.Column;
import io.tplus1.model.Strategy;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.learn.BatchSize;
import io.tplus1.rnn.learn.SequenceBatch;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepSamplesTest {
  private static final FeatureSchema X = FeatureSchema.ofNumbers("x");
  private static final float[] VALUES = {1, 4, 2, 7, 5, 9, 8, 3, 6, 10};
  private static final int STEPS = 7;

  private static ModelManifest manifest(int horizon) {
    StepInputs inputs =
        new StepInputs(
            List.of(Column.DIFFERENCE),
            List.of(),
            List.of(),
            STEPS,
            STEPS,
            0,
            0,
            1,
            true,
            8,
            List.of(StepInputs.Base.LAST));
    return new ModelManifest(
        X,
        STEPS,
        horizon,
        Strategy.DIRECT,
        Scaling.identity(1),
        Scaling.identity(1),
        StepTasks.PROVENANCE,
        Optional.of(inputs),
        List.of(1f),
        1,
        ModelManifest.UNCUT,
        ModelManifest.DEVIATIONS);
  }

  private static TrainingSample sample(int horizon, BitSet madeUp, BitSet targetFilled) {
    long[] times = new long[VALUES.length];
    Arrays.setAll(times, t -> t);
    return new TrainingSample(
        "s",
        FeatureWindow.over(VALUES, times, 1, 0, STEPS),
        FeatureWindow.over(VALUES, times, 1, STEPS, horizon),
        2,
        TrainingSample.withoutLoss(madeUp, targetFilled, 0, STEPS, horizon));
  }

  /** The weights of the loss at each step. */
  private static float[] weights(int horizon, BitSet madeUp, BitSet targetFilled) {
    SequenceBatch batch = new SequenceBatch(new BatchSize(STEPS, 1, STEPS), 1, horizon);
    new StepSamples(manifest(horizon))
        .encode(
            List.of(sample(horizon, madeUp, targetFilled)),
            null,
            batch,
            SampleEncoder.Loss.TRAINING);
    return Arrays.copyOf(batch.weights(), STEPS);
  }

  private static BitSet rows(int... rows) {
    BitSet set = new BitSet();
    Arrays.stream(rows).forEach(set::set);
    return set;
  }

  @Test
  void encode_aStepMadeUp_hasNoLossThereNorAtTheStepsThatItAnswers() {
    assertThat(weights(1, rows(), rows())).containsOnly(2);
    assertThat(weights(1, rows(3), rows(3))).containsExactly(2, 2, 0, 0, 2, 2, 2);
    assertThat(weights(2, rows(3), rows(3))).containsExactly(2, 0, 0, 0, 2, 2, 2);
    assertThat(weights(3, rows(1, 2), rows(1, 2))).containsExactly(0, 0, 0, 2, 2, 2, 2);
  }

  /** A forecast is made there all the same. */
  @Test
  void encode_aTargetFilledInAVectorThatCame_hasNoLossAtTheStepsThatItAnswers() {
    assertThat(weights(2, rows(), rows(4))).containsExactly(2, 2, 0, 0, 2, 2, 2);
    assertThat(weights(1, rows(), rows(6))).containsExactly(2, 2, 2, 2, 2, 0, 2);
  }
}
