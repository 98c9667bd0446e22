package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.keras.KerasSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportedKerasTest {

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
  void units_scalingBesideItByAnotherName_isToldThatItIsNotRead(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("m.h5");
    Path appended = Files.writeString(folder.resolve("m.h5.scaling.json"), "{}");
    FeatureSchema schema = FeatureSchema.ofNumbers("a");

    assertThat(ImportedWords.units(file, schema).orElseThrow())
        .contains("raw units")
        .endsWith("; " + appended + " is not read, as it is not named m.scaling.json");
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

    Verdict verdict = verdict(file, new Golden("wrong", right.windows(), longer, false));

    assertThat(verdict.golden()).isFalse();
    assertThat(verdict.maxAbsError().getAsDouble()).isBetween(.06, .08);
  }

  /** Known outputs are the network's own, whatever scales around it. */
  @Test
  void read_scalingBesideTheFile_forecastsInRawUnits(@TempDir Path folder) throws Exception {
    Path file = Files.copy(KerasSamples.real("rnn_2"), folder.resolve("m.h5"));
    Golden golden = GoldenFile.read(KerasSamples.real("rnn_2").resolveSibling("rnn_2.json"));
    scaling(file, columns(4, 10, 2), columns(6, 10, 2));

    ModelArtifact artifact = ImportedArtifacts.read(file, Optional.empty(), Optional.of(golden));

    assertThat(Verdict.of(artifact).ok()).isTrue();
    Forecaster forecaster = new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes()));
    float[] output = new float[forecaster.outputLength()];
    for (int i = 0; i < golden.windows().length; i++) {
      float[][] window = golden.windows()[i];
      FeatureVector[] vectors = new FeatureVector[window.length];
      for (int t = 0; t < window.length; t++) {
        float[] values = new float[forecaster.schema().size()];
        for (int k = 0; k < window[t].length; k++) {
          values[k] = window[t][k] * 2 + 10;
        }
        vectors[t] = new FeatureVector(t, values);
      }
      forecaster.newSession().forecast(FeatureWindow.of(vectors), output);
      for (int k = 0; k < output.length; k++) {
        assertThat(output[k]).isCloseTo(golden.outputs()[i][k] * 2 + 10, within(1e-5f));
      }
    }
  }

  /** What a network gives between its scalings proves these, and the order of the columns. */
  @Test
  void read_goldenInRawUnits_holdsScalingAndOrderToIt(@TempDir Path folder) throws Exception {
    Path file = Files.copy(KerasSamples.real("rnn_26"), folder.resolve("m.h5"));
    Golden own = GoldenFile.read(KerasSamples.real("rnn_26").resolveSibling("rnn_26.json"));
    Golden raw =
        new Golden("raw", raw(own.windows()), raw(new float[][][] {own.outputs()})[0], true);
    scaling(file, columns(4, 10, 2), columns(4, 10, 2));

    assertThat(verdict(file, raw).ok()).isTrue();
    assertThat(verdict(file, raw).reason()).contains("golden outputs: ");
    assertThat(verdict(file, turned(raw)).golden()).isFalse();
    scaling(file, columns(4, 10, 2.001), columns(4, 10, 2));
    assertThat(verdict(file, raw).golden()).isFalse();
    Files.delete(folder.resolve("m.scaling.json"));
    assertThat(verdict(file, raw).golden()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                verdict(
                    file,
                    new Golden("raw", raw.windows(), new float[raw.windows().length][3], true)))
        .withMessageContaining("puts out 4 values, and sample 0 is another");
  }

  private static Verdict verdict(Path file, Golden golden) throws Exception {
    return Verdict.of(ImportedArtifacts.read(file, Optional.empty(), Optional.of(golden)));
  }

  private static float[][][] raw(float[][][] scaled) {
    return Arrays.stream(scaled)
        .map(
            rows ->
                Arrays.stream(rows)
                    .map(
                        row -> {
                          float[] out = row.clone();
                          for (int i = 0; i < out.length; i++) {
                            out[i] = out[i] * 2 + 10;
                          }
                          return out;
                        })
                    .toArray(float[][]::new))
        .toArray(float[][][]::new);
  }

  /** The first two columns of what a network reads, in each other's place. */
  private static Golden turned(Golden golden) {
    float[][][] windows = raw(golden.windows());
    for (int i = 0; i < windows.length; i++) {
      for (int s = 0; s < windows[i].length; s++) {
        windows[i][s] = golden.windows()[i][s].clone();
        windows[i][s][0] = golden.windows()[i][s][1];
        windows[i][s][1] = golden.windows()[i][s][0];
      }
    }
    return new Golden("turned", windows, golden.outputs(), true);
  }

  @Test
  void read_scalingThatIsNone_isRefusedWithWhatItHas(@TempDir Path folder) throws Exception {
    Path file = Files.copy(KerasSamples.real("rnn_2"), folder.resolve("m.h5"));
    String four = columns(4, 0, 1);
    String six = columns(6, 0, 1);

    assertRefused(
        file,
        columns(3, 0, 1),
        six,
        "inputs: shift must be 4 numbers, of [f0, f1, f2, f3], found 3");
    assertRefused(file, four, columns(4, 0, 1), "targets: shift must be 6 numbers");
    assertRefused(
        file,
        four,
        columns(6, 0, 0),
        "targets: column 0 needs a finite shift and a finite scale > 0");
    assertRefused(file, four, columns(6, 0, -1), "targets: column 0 needs");
    assertRefused(file, columns(4, 1e39, 1), six, "inputs: column 0 needs");
    assertRefused(
        file, four.replace("1.0", "\"1\""), six, "inputs: scale must hold numbers, found \"1\"");
    assertRefused(
        file,
        four.replace("shift", "min"),
        six,
        "inputs: the members [scale, shift] were expected, found [min, scale]");
    assertRefused(file, "3", six, "inputs: the members [scale, shift] were expected, found []");
    assertRefused(file, four, six + ", \"range\": 1", "found [inputs, range, targets]");
    assertRefused(file, four, six + ", \"targets\": " + six, "uplicate");
  }

  @Test
  void read_scalingOfACategory_isRefusedUnlessItLeavesItAlone(@TempDir Path folder)
      throws Exception {
    Path file =
        Files.copy(KerasSamples.generated("embedding_lstm_softmax"), folder.resolve("m.h5"));
    int targets =
        ImportedArtifacts.read(file, Optional.empty(), Optional.empty())
            .manifest()
            .schema()
            .targets()
            .size();

    assertRefused(
        file,
        columns(1, 1, 1),
        columns(targets, 0, 1),
        "inputs: 'f0' is a category, which is not scaled: its shift must be 0 and its scale 1, found 1.0 and 1.0");
    scaling(file, columns(1, 0, 1), columns(targets, 0, 2));
    assertThat(
            ImportedArtifacts.read(file, Optional.empty(), Optional.empty())
                .manifest()
                .targetScaling()
                .scale())
        .containsOnly(2);
  }

  private static void assertRefused(Path file, String inputs, String targets, String message)
      throws IOException {
    scaling(file, inputs, targets);
    assertThatThrownBy(() -> ImportedArtifacts.read(file, Optional.empty(), Optional.empty()))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageStartingWith(file.resolveSibling("m.scaling.json") + " does not hold {")
        .hasMessageContaining(message);
  }

  private static void scaling(Path file, String inputs, String targets) throws IOException {
    Files.writeString(
        file.resolveSibling("m.scaling.json"),
        "{\"inputs\": %s, \"targets\": %s}".formatted(inputs, targets));
  }

  private static String columns(int count, double shift, double scale) {
    return "{\"shift\": %s, \"scale\": %s}"
        .formatted(Collections.nCopies(count, shift), Collections.nCopies(count, scale));
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
