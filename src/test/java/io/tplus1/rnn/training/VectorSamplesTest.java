package io.tplus1.rnn.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Strategy;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.InputEncoder;
import io.tplus1.rnn.learn.BatchSize;
import io.tplus1.rnn.learn.SequenceBatch;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorSamplesTest {
  private static final FeatureSchema X = FeatureSchema.ofNumbers("x");
  private static final Scaling SCALED = new Scaling(new float[] {0}, new float[] {2});

  @Test
  void encode_targetsInTheirOwnUnits_areUncut() {
    assertThat(encoded(SCALED, Scaling.identity(1), 64)).containsExactly(64, 500);
    assertThat(encoded(Scaling.identity(1), SCALED, ModelManifest.UNCUT))
        .containsExactly(1_000, 64);
  }

  @Test
  void encode_inputs_areCutWhereTheManifestSays() {
    assertThat(encoded(SCALED, SCALED, ModelManifest.UNCUT)).containsExactly(500, 64);
    assertThat(encoded(SCALED, SCALED, 100)).containsExactly(100, 64);
  }

  /** What a network learns from 1,000 before 500, as input and target. */
  private static float[] encoded(Scaling inputs, Scaling targets, float limit) {
    ModelManifest manifest =
        new ModelManifest(X, 1, 1, Strategy.DIRECT, inputs, targets, StepTasks.PROVENANCE)
            .withInputLimit(limit);
    TrainingSample sample =
        new TrainingSample(
            "s", FeatureWindow.of(vector(0, 1_000)), FeatureWindow.of(vector(1, 500)), 1);
    SequenceBatch batch = new SequenceBatch(new BatchSize(1, 1, 1), 1, 1);
    new VectorSamples(manifest, InputEncoder.of(manifest, 1, false))
        .encode(List.of(sample), null, batch, null);
    return new float[] {batch.inputs()[0], batch.targets()[0]};
  }

  private static FeatureVector vector(long timeMs, float value) {
    return new FeatureVector(timeMs, new float[] {value});
  }
}
