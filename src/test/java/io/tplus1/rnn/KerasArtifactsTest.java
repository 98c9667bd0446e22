package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.keras.KerasSamples;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KerasArtifactsTest {

  @Test
  void read_everySampleWithItsGolden_isCertifiedAndLoads() throws Exception {
    for (Path file : KerasSamples.all()) {
      Golden golden =
          GoldenFile.read(
              file.resolveSibling(file.getFileName().toString().replace(".h5", ".json")));
      ModelArtifact artifact = KerasArtifacts.read(file, Optional.empty(), Optional.of(golden));

      assertThat(RnnArtifacts.verdict(artifact).ok()).as(file.getFileName().toString()).isTrue();
      Forecaster forecaster = new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes()));
      assertThat(forecaster.kernel()).isNotEqualTo("dl4j");
      assertThat(forecaster.modelHash()).isEqualTo(artifact.hash());
    }
  }

  @Test
  void read_wrongGolden_differs() throws Exception {
    Golden right = GoldenFile.read(KerasSamples.real("rnn_2").resolveSibling("rnn_2.json"));
    float[][] shifted = right.outputs();
    shifted[0][0] += 0.01f;
    ModelArtifact artifact =
        KerasArtifacts.read(
            KerasSamples.real("rnn_2"),
            Optional.empty(),
            Optional.of(new Golden("wrong", right.windows(), shifted)));

    assertThat(RnnArtifacts.verdict(artifact).ok()).isFalse();
    assertThat(RnnArtifacts.verdict(artifact).maxAbsError().getAsDouble()).isGreaterThan(0.009);
  }

  /** Keras' softmax has a unit for each class; the unknown class is ours alone. */
  @Test
  void read_classifierWithClassesOfItsOwn_givesTheUnknownOneNothing() throws Exception {
    Path file = KerasSamples.generated("embedding_lstm_softmax");
    Golden golden = GoldenFile.read(file.resolveSibling("embedding_lstm_softmax.json"));
    int classes = golden.outputs()[0].length;
    float[][] ids = golden.windows()[0];
    FeatureSchema schema =
        new FeatureSchema(
            List.of(
                Feature.category("word", words("w", vocabulary(file) - 1)),
                Feature.category("class", words("c", classes))),
            List.of(0),
            List.of(1));
    ModelArtifact artifact =
        KerasArtifacts.read(
            file, Optional.of(new KerasArtifacts.Fit(schema, ids.length, 1)), Optional.of(golden));
    Forecaster forecaster = new RnnModelLoader().load(artifact);

    float[] output = new float[forecaster.outputLength()];
    FeatureVector[] vectors = new FeatureVector[ids.length];
    for (int t = 0; t < ids.length; t++) {
      vectors[t] = new FeatureVector(t, new float[] {ids[t][0], 0});
    }
    forecaster.newSession().forecast(FeatureWindow.of(vectors), output);

    assertThat(output).hasSize(classes + 1);
    assertThat(output[0]).isZero();
    for (int k = 0; k < classes; k++) {
      assertThat(output[k + 1])
          .isCloseTo(golden.outputs()[0][k], org.assertj.core.api.Assertions.within(1e-5f));
    }
  }

  /** TimeDistributed(Dense): what it says of the newest step is the forecast. */
  @Test
  void read_outputForEachStep_isServedByTheLast() throws Exception {
    Path file = KerasSamples.generated("keras1_gru_mem_theano");
    Golden golden = GoldenFile.read(file.resolveSibling("keras1_gru_mem_theano.json"));
    ModelArtifact artifact = KerasArtifacts.read(file, Optional.empty(), Optional.of(golden));
    Forecaster forecaster = new RnnModelLoader().load(artifact);
    float[] output = new float[forecaster.outputLength()];
    FeatureVector[] vectors = new FeatureVector[4];
    for (int t = 0; t < 4; t++) {
      vectors[t] = new FeatureVector(t, Arrays.copyOf(golden.windows()[0][t], 5));
    }

    forecaster.newSession().forecast(FeatureWindow.of(vectors), output);

    assertThat(artifact.manifest().horizon()).isEqualTo(1);
    assertThat(output).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(output[i])
          .isCloseTo(golden.outputs()[0][6 + i], org.assertj.core.api.Assertions.within(1e-5f));
    }
  }

  @Test
  void read_modelOfAnotherShape_saysWhatTheNetworkReads() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                KerasArtifacts.read(
                    KerasSamples.real("rnn_2"),
                    Optional.of(new KerasArtifacts.Fit(FeatureSchema.ofNumbers("a", "b"), 3, 1)),
                    Optional.empty()))
        .withMessageContaining("reads 4 values a step");
  }

  private static int vocabulary(Path file) throws Exception {
    return KerasArtifacts.read(file, Optional.empty(), Optional.empty())
        .manifest()
        .schema()
        .feature(0)
        .width();
  }

  private static List<String> words(String prefix, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i).toList();
  }
}
