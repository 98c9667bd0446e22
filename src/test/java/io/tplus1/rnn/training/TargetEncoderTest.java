package io.tplus1.rnn.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
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

/** What both ways of training learn to put out for two horizons of a number and a category. */
class TargetEncoderTest {
  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(List.of(Feature.number("x"), Feature.category("kind", List.of("u", "v"))));
  private static final Scaling SAME = Scaling.identity(2);
  private static final Scaling HALF = new Scaling(new float[2], new float[] {2, 1});

  @Test
  void encode_scaledNumbers_areCutWhereTheManifestSays() {
    assertTargets(HALF, 64, 100, 1, -9_999, 2, 50, 0, 1, 0, -64, 0, 0, 1);
    assertTargets(HALF, 64, 1e10f, 0, -128, 1, 64, 1, 0, 0, -64, 0, 1, 0);
    assertTargets(HALF, 640, 1_000, 2, 1e9f, 1, 500, 0, 0, 1, 640, 0, 1, 0);
  }

  @Test
  void encode_numbersInTheirOwnUnits_areCutWhereNoUnitIsMeant() {
    assertTargets(SAME, 64, 1e8f, 1, -1e10f, 2, 1e8f, 0, 1, 0, -1e9f, 0, 0, 1);
  }

  /**
   * @param values two rows that follow, then the targets that are expected
   */
  private static void assertTargets(Scaling scaling, float limit, float... values) {
    float[] expected = new float[8];
    System.arraycopy(values, 4, expected, 0, 8);
    ModelManifest manifest =
        new ModelManifest(SCHEMA, 1, 2, Strategy.DIRECT, SAME, scaling, StepTasks.PROVENANCE)
            .withLimits(ModelManifest.UNCUT, limit);
    InputEncoder inputs = InputEncoder.of(manifest, 4, false);
    List<TrainingSample> samples =
        List.of(
            new TrainingSample(
                "s",
                FeatureWindow.of(new FeatureVector(0, new float[2])),
                FeatureWindow.of(
                    new FeatureVector(1, new float[] {values[0], values[1]}),
                    new FeatureVector(2, new float[] {values[2], values[3]})),
                1));
    SequenceBatch batch = new SequenceBatch(new BatchSize(1, 1, 1), 4, 8);
    float[] watched = new float[8];

    new VectorSamples(manifest, inputs).encode(samples, null, batch, SampleEncoder.Loss.FORECAST);
    SampleSet ofDl4j = new SampleSet(samples, 1, inputs, new TargetEncoder(manifest));
    ofDl4j.labels(0, watched);

    assertThat(batch.targets()).startsWith(expected);
    assertThat(ofDl4j.batch(new int[] {0}, 0, 1).labels()).containsExactly(expected);
    assertThat(watched).containsExactly(expected);
  }
}
