package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.proof.Golden;
import io.tplus1.rnn.proof.ReferenceNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RnnArtifactsTest {
  private static final Provenance IMPORTED =
      new Provenance("keras", 0, 0, 0, 0, Map.of(), Map.of());

  /** A schema of numbers that fits any network: as many inputs as it reads, targets as it needs. */
  private static FeatureSchema schema(int inputs, int outputs) {
    List<Feature> features =
        IntStream.range(0, Math.max(inputs, outputs))
            .mapToObj(i -> Feature.number("f" + i))
            .toList();
    return new FeatureSchema(
        features,
        IntStream.range(0, inputs).boxed().toList(),
        IntStream.range(0, outputs).boxed().toList());
  }

  @Property(tries = 60, seed = "20261124")
  void of_anyNetwork_forecastsWhatItComputes(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int steps)
      throws InvalidArtifactException {
    RandomNetworks networks = new RandomNetworks(seed);
    Network network = networks.next(steps);
    double[][] rows = networks.window(network, steps);
    double[] expected = ReferenceNetwork.forward(network, rows);
    FeatureSchema schema = schema(network.inputs(), network.output().width());
    int horizon = expected.length / network.output().width();

    ModelArtifact artifact =
        RawNetworks.artifact(network, schema, steps, horizon, IMPORTED, List.of());

    assertThat(Verdict.of(artifact).ok()).as("%s: %s", network, Verdict.of(artifact)).isTrue();
    Forecaster forecaster = new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes()));
    float[] found = new float[forecaster.outputLength()];
    FeatureVector[] vectors = new FeatureVector[steps];
    for (int t = 0; t < steps; t++) {
      float[] values = new float[schema.size()];
      for (int i = 0; i < rows[t].length; i++) {
        values[i] = (float) rows[t][i];
      }
      vectors[t] = new FeatureVector(t, values);
    }
    forecaster.newSession().forecast(FeatureWindow.of(vectors), found);
    for (int i = 0; i < expected.length; i++) {
      double tolerance = 1e-5 * Math.max(1, Math.abs(expected[i]));
      assertThat((double) found[i]).isCloseTo(expected[i], within(tolerance));
    }
  }

  /**
   * A unit that reads one value.
   *
   * @param weights {@code float[3]}, of the input and of the unit itself
   */
  private static Network ofOneGru(float[] weights) {
    return new Network(
        1,
        2,
        List.of(
            new Layer.Gru(
                1,
                ActivationFunction.TANH,
                ActivationFunction.SIGMOID,
                true,
                false,
                false,
                weights,
                weights,
                new float[6])));
  }

  @Test
  void of_networkThatDl4jLacks_isServedByTheKernelAndSaysSo() throws InvalidArtifactException {
    Network gru = ofOneGru(new float[3]);

    ModelArtifact artifact = RawNetworks.artifact(gru, schema(1, 1), 2, 1, IMPORTED, List.of());

    Verdict verdict = Verdict.of(artifact);
    assertThat(verdict.ok()).isTrue();
    assertThat(verdict.servedBy()).isEqualTo("kernel");
    assertThat(verdict.maxAbsError()).hasValueCloseTo(0.0, within(1e-6));
    assertThat(verdict.reason())
        .matches("a pass in doubles on 8 windows: .*, for DL4J has no GRU layer");
    assertThat(artifact.entry(Dl4jNetwork.ENTRY)).isNull();
  }

  /** Of a release that held such a network against nothing, and of a kernel that is wrong. */
  @Test
  void needsProof_dl4jRefusesTheNetwork_untilItIsHeldAgainstDoubles() throws Exception {
    float[] weights = {.3f, -.2f, .5f};
    Network gru = ofOneGru(weights);
    ModelArtifact artifact = RawNetworks.artifact(gru, schema(1, 1), 2, 1, IMPORTED, List.of());
    Certificate now = Certificate.of(artifact).orElseThrow();
    RnnModelLoader loader = new RnnModelLoader();

    ModelArtifact old = certified(artifact, now, "1.0.0", 0, 0);
    assertThat(Verdict.of(old).reason()).startsWith("the kernel alone: DL4J has no GRU");
    assertThat(loader.needsProof(old)).isTrue();
    assertThat(loader.prove(old)).isEqualTo(artifact);
    assertThat(loader.needsProof(artifact)).isFalse();

    ModelArtifact wrong = certified(artifact, now, "", 8, 1e-2);
    assertThat(Verdict.of(wrong).ok()).isFalse();
    assertThat(Verdict.of(wrong).servedBy()).isEqualTo("kernel");
    assertThat(loader.load(wrong).kernel()).isNotEqualTo("dl4j");
    assertThat(loader.needsProof(wrong)).isFalse();
  }

  /** Of one that overflows on every probe. */
  @Test
  void of_networkThatGaveNothingFinite_namesNothingThatItWasHeldAgainst() throws Exception {
    ModelArtifact artifact =
        RawNetworks.artifact(dense(1, 1), schema(1, 1), 1, 1, IMPORTED, List.of());
    Certificate now = Certificate.of(artifact).orElseThrow();

    ModelArtifact overflowing = certified(artifact, now, "1.0.0", 0, 0);

    assertThat(Certificate.of(overflowing).orElseThrow().reference()).isEqualTo("nothing");
    assertThat(Verdict.of(overflowing).reason())
        .isEqualTo("the kernel alone: no probe gave anything finite");
    assertThat(Verdict.of(overflowing).maxAbsError()).isEmpty();
  }

  private static ModelArtifact certified(
      ModelArtifact artifact, Certificate now, String dl4j, int windows, double error) {
    Certificate other =
        new Certificate(
            now.model(),
            now.kernels(),
            dl4j,
            "",
            now.refusal(),
            windows,
            error,
            Certificate.TOLERANCE,
            List.of());
    return artifact.with(ModelArtifact.CERTIFICATE, other.toJson());
  }

  /** All of its steps would take minutes. */
  @Test
  void of_largeNetworkThatDl4jRefuses_isHeldAgainstDoublesOnFewWindows() throws Exception {
    int units = 512;
    float[] kernel = new float[3 * units];
    float[] recurrentKernel = new float[3 * units * units];
    float[] end = new float[units];
    Random random = new Random(1);
    for (float[] weights : List.of(kernel, recurrentKernel, end)) {
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) random.nextGaussian() / 23;
      }
    }
    Layer.Gru gru =
        new Layer.Gru(
            units,
            ActivationFunction.TANH,
            ActivationFunction.SIGMOID,
            true,
            false,
            false,
            kernel,
            recurrentKernel,
            new float[6 * units]);
    Layer.Dense dense = new Layer.Dense(1, ActivationFunction.LINEAR, end, new float[1]);
    Network network = new Network(1, 2_000, List.of(gru, dense));

    ModelArtifact artifact =
        RawNetworks.artifact(network, schema(1, 1), 2_000, 1, IMPORTED, List.of());

    Verdict verdict = Verdict.of(artifact);
    assertThat(verdict.ok()).isTrue();
    assertThat(verdict.reason()).startsWith("a pass in doubles on 3 windows: ");
  }

  private static final Network DOUBLE =
      new Network(
          1,
          2,
          List.of(
              new Layer.Flatten(),
              new Layer.Dense(
                  2, ActivationFunction.LINEAR, new float[] {1, 0, 0, 2}, new float[2])));

  @Test
  void of_goldenResults_areHeldAgainstTheKernel() throws InvalidArtifactException {
    float[][][] windows = {{{1}, {2}}, {{3}, {4}}};
    Golden right = new Golden("right", windows, new float[][] {{1, 4}, {3, 8}}, false);
    Golden wrong = new Golden("wrong", windows, new float[][] {{1, 4}, {3, 8.5f}}, false);

    Verdict ok = verdict(List.of(right));
    assertThat(ok.ok()).isTrue();
    assertThat(ok.reason()).endsWith(", 2 golden outputs: 0.0e+00");
    Verdict differs = verdict(List.of(right, wrong));
    assertThat(differs.ok()).isFalse();
    assertThat(differs.maxAbsError().getAsDouble()).isCloseTo(0.5 / 8.5, within(1e-6));
  }

  @Test
  void of_goldenResultsOfOtherShapes_saysWhichAndWhatTheNetworkHas() {
    float[][] outputs = {{1, 4}};

    assertNoGolden(
        new float[][][] {{{1}, {2, 3}}},
        outputs,
        "input[0] has 2 values a step, the network reads 1");
    assertNoGolden(
        new float[][][] {{{1}, {2}, {3}}},
        outputs,
        "input[0] has 3 steps, the network reads windows of 1 to 2");
    assertNoGolden(
        new float[][][] {{}}, outputs, "input[0] has 0 steps, the network reads windows of 1 to 2");
    assertNoGolden(
        new float[][][] {{{1}, {2}}},
        new float[][] {{1, 4, 0}},
        "output[0] has 3 values, the network puts out 2 of a window of 2 steps");
  }

  private static void assertNoGolden(float[][][] windows, float[][] outputs, String message) {
    assertThatThrownBy(() -> verdict(List.of(new Golden("known.json", windows, outputs, false))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("known.json is no golden result of this network: " + message);
  }

  private static Verdict verdict(List<Golden> goldens) throws InvalidArtifactException {
    return Verdict.of(RawNetworks.artifact(DOUBLE, schema(1, 2), 2, 1, IMPORTED, goldens));
  }

  @Test
  void of_schemaThatDoesNotFit_isRefused() {
    assertRefused(schema(2, 2), 2, 1, "reads 1 values a step, and the schema's inputs are 2");
    assertRefused(schema(1, 1), 2, 1, "puts out 2 values");
    assertRefused(schema(1, 2), 3, 1, "windows of 2 steps, the model's are of 3");
    assertRefused(schema(1, 2), 2, 2, "over 2 steps ahead are 2 × 2");
  }

  private static void assertRefused(FeatureSchema schema, int steps, int horizon, String message) {
    assertThatThrownBy(
            () -> RawNetworks.artifact(DOUBLE, schema, steps, horizon, IMPORTED, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void of_embeddingSmallerThanTheVocabulary_isRefused() {
    Network network =
        new Network(
            1, 2, List.of(new Layer.Embedding(3, 1, false, new float[3]), new Layer.Flatten()));
    List<Feature> features = new ArrayList<>();
    features.add(Feature.category("word", List.of("a", "b", "c")));
    features.add(Feature.number("x"));
    features.add(Feature.number("y"));
    FeatureSchema schema = new FeatureSchema(features, List.of(0), List.of(1, 2));
    assertThatThrownBy(() -> RawNetworks.artifact(network, schema, 2, 1, IMPORTED, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "embedding has 3 rows, and 'word' has 4 ids, 0 for unknown words and 1 to 3 for its"
                + " vocabulary: where it was trained with ids from 0, leave the first word out of"
                + " the vocabulary, which is id 0 then, as is every unknown word; else train it"
                + " with input_dim=4 (nIn in DL4J) and ids from 1, or leave 'word' out of categories");
  }

  /** Keras one-hots the words that it has, and so does the softmax. */
  @Test
  void of_oneHotWithoutUnknownWords_isReadAndAnsweredAsItIs() throws InvalidArtifactException {
    float[] kernel = {0, 1, 2, 3, 0, 1, 2, 5, 0};
    Network network =
        new Network(
            3,
            1,
            List.of(
                new Layer.Flatten(),
                new Layer.Dense(3, ActivationFunction.SOFTMAX, kernel, new float[3])));
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.category("word", List.of("a", "b", "c"))));

    Forecaster forecaster =
        new RnnModelLoader().load(RawNetworks.artifact(network, schema, 1, 1, IMPORTED, List.of()));

    for (int id = 1; id <= 3; id++) {
      double[] expected =
          ReferenceNetwork.forward(
              network, new double[][] {{id == 1 ? 1 : 0, id == 2 ? 1 : 0, id == 3 ? 1 : 0}});
      float[] found = new float[4];
      forecaster
          .newSession()
          .forecast(FeatureWindow.of(new FeatureVector(0, new float[] {id})), found);
      assertThat(found[Feature.UNKNOWN]).isZero();
      for (int k = 0; k < 3; k++) {
        assertThat((double) found[1 + k]).isCloseTo(expected[k], within(1e-6));
      }
    }
  }

  @Test
  void of_networkTooLarge_isRefused() {
    assertThatThrownBy(
            () ->
                RawNetworks.artifact(
                    dense(2000, 2500), schema(2000, 2500), 1, 1, IMPORTED, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use fewer units")
        .hasMessageContaining("train.hidden, train.members");
  }

  @Test
  void of_networkTooLargeForTwoForms_hasThePlainOneAndRunsOnDl4jToo()
      throws InvalidArtifactException {
    ModelArtifact artifact =
        RawNetworks.artifact(dense(1200, 2000), schema(1200, 2000), 1, 1, IMPORTED, List.of());

    assertThat(artifact.entry(Dl4jNetwork.ENTRY)).isNull();
    assertThat(Verdict.of(artifact).ok()).isTrue();
    assertThat(Verdict.of(artifact).reason()).startsWith("DL4J ");
    ModelArtifact read = ModelArtifact.read(artifact.toBytes());
    assertThat(new RnnModelLoader().needsProof(read)).isFalse();
    assertThat(new RnnModelLoader().loadOnDl4j(read).kernel()).isEqualTo("dl4j");
  }

  private static Network dense(int inputs, int outputs) {
    return new Network(
        inputs,
        1,
        List.of(
            new Layer.Flatten(),
            new Layer.Dense(
                outputs, ActivationFunction.LINEAR, noise(inputs * outputs), new float[outputs])));
  }

  private static float[] noise(int count) {
    Random random = new Random(1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() / 1000;
    }
    return values;
  }
}
