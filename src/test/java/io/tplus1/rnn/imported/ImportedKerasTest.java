package io.tplus1.rnn.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.Verdict;
import io.tplus1.rnn.keras.KerasFiles;
import io.tplus1.rnn.keras.KerasSamples;
import io.tplus1.rnn.proof.Golden;
import io.tplus1.rnn.proof.GoldenFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportedKerasTest {
  @TempDir Path folder;

  @Test
  void read_everySampleWithItsGolden_isCertifiedAndLoads() throws Exception {
    for (Path file : KerasSamples.all()) {
      Golden golden =
          GoldenFile.read(
              file.resolveSibling(file.getFileName().toString().replace(".h5", ".json")));
      ModelArtifact artifact = ImportedArtifacts.read(file, Optional.empty(), Optional.of(golden));

      assertThat(Verdict.of(artifact).ok()).as(file.getFileName().toString()).isTrue();
      Forecaster forecaster = new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes()));
      assertThat(forecaster.kernel()).isNotEqualTo("dl4j");
      assertThat(forecaster.modelHash()).isEqualTo(artifact.hash());
    }
  }

  @Test
  void units_categoriesAlone_haveNone() {
    Feature word = Feature.category("word", List.of("a", "b"));
    Path file = Path.of("none.h5");

    assertThat(ImportedWords.units(file, FeatureSchema.of(List.of(word)))).isEmpty();
    assertThat(ImportedWords.units(file, FeatureSchema.of(List.of(word, Feature.number("x")))))
        .hasValueSatisfying(units -> assertThat(units).contains("raw units"));
  }

  @Test
  void told_shortWindowsOfANetworkWithoutMask_saysThatKerasReadsTheirPadding() throws Exception {
    Path file = KerasSamples.real("rnn_26");
    FeatureSchema schema = FeatureSchema.ofNumbers("a", "b", "c", "d");

    assertThat(told(file, new ImportedArtifacts.Fit(schema, 3, 1, 2)))
        .startsWith("N=3, H=1, inputs a,b,c,d → targets a,b,c,d; history.minimum=2: ")
        .contains("whose zeros Keras would read, as this network has no mask");
    assertThat(told(file, new ImportedArtifacts.Fit(schema, 3, 1, 3))).doesNotContain("history");
  }

  private static String told(Path file, ImportedArtifacts.Fit fit) throws Exception {
    return ImportedWords.of(
        file, ImportedArtifacts.read(file, Optional.of(fit), Optional.empty()), Optional.of(fit));
  }

  @Test
  void told_networkThatReadsIds_saysWhatUnknownWordsAre() throws Exception {
    Path file = KerasSamples.generated("embedding_lstm_softmax");
    ModelArtifact artifact = ImportedArtifacts.read(file, Optional.empty(), Optional.empty());

    assertThat(ImportedWords.of(file, artifact, Optional.empty()))
        .contains("from 1, and that of every unknown word is 0");
  }

  @Test
  void read_wrongGolden_differs() throws Exception {
    Golden right = GoldenFile.read(KerasSamples.real("rnn_2").resolveSibling("rnn_2.json"));
    float[][] shifted = right.outputs();
    shifted[0][0] += 0.01f;
    ModelArtifact artifact =
        ImportedArtifacts.read(
            KerasSamples.real("rnn_2"),
            Optional.empty(),
            Optional.of(new Golden("wrong", right.windows(), shifted, false)));

    assertThat(Verdict.of(artifact).ok()).isFalse();
    assertThat(Verdict.of(artifact).maxAbsError().getAsDouble()).isGreaterThan(0.009);
  }

  /** Its largest known output is 1.2e-4: 7 percent of that are within 1e-5 of 1. */
  @Test
  void read_wrongGoldenInASmallUnit_differs() throws Exception {
    Path file = KerasSamples.real("rnn_46");
    Golden right = GoldenFile.read(file.resolveSibling("rnn_46.json"));
    float[][] longer = right.outputs();
    for (float[] output : longer) {
      for (int i = 0; i < output.length; i++) {
        output[i] *= 1.07f;
      }
    }

    Golden wrong = new Golden("wrong", right.windows(), longer, false);
    Verdict verdict =
        Verdict.of(ImportedArtifacts.read(file, Optional.empty(), Optional.of(wrong)));

    assertThat(verdict.golden()).isFalse();
    assertThat(verdict.maxAbsError().getAsDouble()).isBetween(.06, .08);
  }

  /** Keras' softmax has a unit for each class; the unknown class is ours alone. */
  @Test
  void read_classifierWithClassesOfItsOwn_givesTheUnknownOneNothing() throws Exception {
    Path file = KerasSamples.generated("embedding_lstm_softmax");
    Golden golden = GoldenFile.read(file.resolveSibling("embedding_lstm_softmax.json"));
    int classes = golden.outputs()[0].length;
    float[][] ids = golden.windows()[0];
    ModelArtifact artifact = classifier(file, golden);
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
      assertThat(output[k + 1]).isCloseTo(golden.outputs()[0][k], within(1e-5f));
    }
  }

  /** DL4J's softplus is infinite from a sum of 88.8 on, and TensorFlow's is that sum. */
  @Test
  void read_softplusOfLargeValues_theKernelServes() throws Exception {
    Path file =
        KerasFiles.write(
            folder.resolve("counts.h5"),
            "2.4.0",
            KerasFiles.sequential(
                "SimpleRNN{'name':'r','batch_input_shape':[null,3,2],'units':2,'activation':'tanh'}",
                "Dense{'name':'d','units':1,'activation':'softplus'}"),
            Map.of(
                "r",
                new Object[] {KerasFiles.matrix(2, 2), KerasFiles.matrix(2, 2), new float[2]},
                "d",
                new Object[] {new float[][] {{1}, {1}}, new float[] {500}}));

    ModelArtifact artifact = ImportedArtifacts.read(file, Optional.empty(), Optional.empty());
    Forecaster forecaster = new RnnModelLoader().load(artifact);

    assertThat(Verdict.of(artifact).ok()).isTrue();
    assertThat(forecaster.kernel()).isNotEqualTo("dl4j");
    assertThat(new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes())).kernel())
        .isEqualTo(forecaster.kernel());
  }

  private static Feature classes(Golden golden) {
    return Feature.category("class", words("c", golden.outputs()[0].length));
  }

  private static ModelArtifact classifier(Path file, Golden golden) throws Exception {
    return classifier(file, golden, classes(golden));
  }

  private static ModelArtifact classifier(Path file, Golden golden, Feature target)
      throws Exception {
    FeatureSchema schema =
        new FeatureSchema(
            List.of(Feature.category("word", words("w", vocabulary(file) - 1)), target),
            List.of(0),
            List.of(1));
    return ImportedArtifacts.read(
        file,
        Optional.of(new ImportedArtifacts.Fit(schema, golden.windows()[0].length, 1, 1)),
        Optional.of(golden));
  }

  /** With no column for the unknown word, as the network gives them, or with one of nothing. */
  @Test
  void read_goldenInRawUnitsOfAClassifier_isHeldToIt() throws Exception {
    Path file = KerasSamples.generated("embedding_lstm_softmax");
    Golden own = GoldenFile.read(file.resolveSibling("embedding_lstm_softmax.json"));
    Golden raw = new Golden("raw", own.windows(), own.outputs(), true);

    assertThat(Verdict.of(classifier(file, raw)).golden()).isTrue();
    Golden withUnknown = new Golden("raw", own.windows(), own.outputs().clone(), true);
    float[] first = new float[own.outputs()[0].length + 1];
    System.arraycopy(own.outputs()[0], 0, first, 1, first.length - 1);
    withUnknown.outputs()[0] = first;
    Feature target = classes(own);
    assertThat(Verdict.of(classifier(file, withUnknown, target)).golden()).isTrue();
    first[0] = .001f;
    assertThat(Verdict.of(classifier(file, withUnknown, target)).golden()).isFalse();
    own.outputs()[0][1] += .001f;
    assertThat(Verdict.of(classifier(file, raw)).golden()).isFalse();
  }

  /** TimeDistributed(Dense): what it says of the newest step is the forecast. */
  @Test
  void read_outputForEachStep_isServedByTheLast() throws Exception {
    Path file = KerasSamples.generated("keras1_gru_mem_theano");
    Golden golden = GoldenFile.read(file.resolveSibling("keras1_gru_mem_theano.json"));
    ModelArtifact artifact = ImportedArtifacts.read(file, Optional.empty(), Optional.of(golden));
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
                ImportedArtifacts.read(
                    KerasSamples.real("rnn_2"),
                    Optional.of(
                        new ImportedArtifacts.Fit(FeatureSchema.ofNumbers("a", "b"), 3, 1, 3)),
                    Optional.empty()))
        .withMessageContaining("reads 4 values a step");
  }

  private static int vocabulary(Path file) throws Exception {
    return ImportedArtifacts.read(file, Optional.empty(), Optional.empty())
        .manifest()
        .schema()
        .feature(0)
        .width();
  }

  private static List<String> words(String prefix, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i).toList();
  }
}
