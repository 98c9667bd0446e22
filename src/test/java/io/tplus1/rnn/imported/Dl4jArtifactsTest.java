package io.tplus1.rnn.imported;

import static io.tplus1.rnn.dl4j.Dl4jSamples.embedding;
import static io.tplus1.rnn.dl4j.Dl4jSamples.lstm;
import static io.tplus1.rnn.dl4j.Dl4jSamples.network;
import static io.tplus1.rnn.dl4j.Dl4jSamples.output;
import static io.tplus1.rnn.dl4j.Dl4jSamples.outputs;
import static io.tplus1.rnn.dl4j.Dl4jSamples.peepholes;
import static io.tplus1.rnn.dl4j.Dl4jSamples.save;
import static io.tplus1.rnn.dl4j.Dl4jSamples.simple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.LogCapture;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.Verdict;
import io.tplus1.rnn.dl4j.Dl4jSamples;
import io.tplus1.rnn.proof.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks that users built and saved with DL4J itself. */
class Dl4jArtifactsTest {
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");
  private static final float[][] WINDOW = {{1, -1}, {0.5f, 2}, {-0.25f, 0.75f}};
  private static final float[][] IDS = {{2}, {0}, {3}};
  private static final Feature WORD = Feature.category("word", List.of("x", "y", "z"));

  @TempDir Path folder;

  @Test
  void read_lstmWithAnOutputForEachStep_isServedByTheKernelAsDl4jForecastsTheLast()
      throws Exception {
    assertServed(Dl4jSamples.outputsOfEachStep(2), false);
  }

  @Test
  void read_lastTimeStepOfAnLstm_isServedByTheKernelAsDl4jForecasts() throws Exception {
    assertServed(Dl4jSamples.lastStep(2), false);
  }

  @Test
  void read_outputWithoutBias_isServedByTheKernelAsDl4jForecasts() throws Exception {
    OutputLayer output =
        new OutputLayer.Builder(LossFunction.MSE)
            .activation(Activation.IDENTITY)
            .nIn(4)
            .nOut(2)
            .hasBias(false)
            .build();

    assertServed(network(new LastTimeStep(simple(2)), output), false);
  }

  /** DL4J writes each as a schedule, though the user set none. */
  @Test
  void read_penaltyOfTheWeights_isServedByTheKernelAsDl4jForecasts() throws Exception {
    for (NeuralNetConfiguration.Builder common :
        List.of(
            new NeuralNetConfiguration.Builder().l2(1e-4),
            new NeuralNetConfiguration.Builder().l1(1e-4),
            new NeuralNetConfiguration.Builder().weightDecay(1e-4))) {
      assertServed(
          network(common, new LastTimeStep(lstm(2)), output(2, Activation.IDENTITY)), false);
    }
  }

  @Test
  void read_layerThatTheKernelLacks_isServedByDl4j() throws Exception {
    assertServed(Dl4jSamples.withPeepholes(2), true);
    assertServed(network(peepholes(2), outputs(2)), true);
    assertServed(
        network(
            new LastTimeStep(new Bidirectional(Bidirectional.Mode.ADD, lstm(2))),
            output(2, Activation.IDENTITY)),
        true);
  }

  /** One that is made is not one that serves. */
  @Test
  void read_layerThatTheKernelLacks_leavesTheWarningToTheLoad() throws Exception {
    try (LogCapture lines = LogCapture.of(RnnModelLoader.class)) {
      ModelArtifact artifact = read(Dl4jSamples.withPeepholes(2), TWO, 1, Optional.empty());
      assertThat(lines.messages()).isEmpty();

      new RnnModelLoader().load(artifact);

      assertThat(lines.messages())
          .singleElement()
          .asString()
          .startsWith("DL4J serves model " + artifact.hash())
          .endsWith("Forecasts are slower and wait for each other.");
    }
  }

  private void assertServed(MultiLayerNetwork network, boolean byDl4j) throws Exception {
    ModelArtifact artifact = read(network, TWO, 1, Optional.empty());
    Forecaster forecaster = new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes()));
    Verdict verdict = Verdict.of(artifact);

    assertThat(forecaster.kernel().equals("dl4j")).isEqualTo(byDl4j);
    assertThat(verdict.servedBy()).isEqualTo(byDl4j ? "dl4j" : "kernel");
    assertThat(verdict.ok()).isTrue();
    assertThat(verdict.reason())
        .startsWith(byDl4j ? "DL4J alone: the plain form of networks has no layer like" : "DL4J 1.")
        .matches(byDl4j ? ".* of DL4J" : ".* on \\d\\d windows: .*");
    float[][] expected = Dl4jSamples.output(network, WINDOW);
    assertClose(forecast(forecaster, WINDOW), expected[expected.length - 1]);
  }

  /** Else rows of padding would be published as forecasts. */
  @Test
  void read_outputPerStepServedByDl4j_isAskedWithFullWindows() throws Exception {
    MultiLayerNetwork network = network(peepholes(2), outputs(2));

    Forecaster forecaster = new RnnModelLoader().load(read(network, TWO, 3, Optional.empty()));

    assertThat(forecaster.fewestSteps()).isEqualTo(3);
    float[] found = forecast(forecaster, WINDOW);
    float[][] expected = Dl4jSamples.output(network, WINDOW);
    for (int t = 0; t < 3; t++) {
      assertThat(found[2 * t]).isCloseTo(expected[t][0], within(1e-5f));
      assertThat(found[2 * t + 1]).isCloseTo(expected[t][1], within(1e-5f));
    }
  }

  @Test
  void read_embeddingAndSoftmax_readsIdsAndGivesProbabilities() throws Exception {
    assertProbabilities(Dl4jSamples.classifier(4), false);
    assertProbabilities(network(embedding(4, 3), simple(3), outputs(4, Activation.SOFTMAX)), false);
    assertProbabilities(
        network(embedding(4, 3), new LastTimeStep(peepholes(3)), output(4, Activation.SOFTMAX)),
        true);
  }

  /** Which does nothing in DL4J, and stood before the embedding here. */
  @Test
  void read_dropoutOfTheEmbedding_readsIds() throws Exception {
    NeuralNetConfiguration.Builder dropout = new NeuralNetConfiguration.Builder().dropOut(0.8);
    MultiLayerNetwork network =
        network(
            dropout, embedding(4, 3), new LastTimeStep(simple(3)), output(4, Activation.SOFTMAX));

    assertProbabilities(network, false);
    assertThat(
            ImportedArtifacts.read(folder.resolve("m.zip"), Optional.empty(), Optional.empty())
                .manifest()
                .schema()
                .feature(0)
                .vocabulary())
        .containsExactly("w1", "w2", "w3");
  }

  private void assertProbabilities(MultiLayerNetwork network, boolean byDl4j) throws Exception {
    ModelArtifact artifact = read(network, FeatureSchema.of(List.of(WORD)), 1, Optional.empty());
    Forecaster forecaster = new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes()));

    assertThat(forecaster.kernel().equals("dl4j")).isEqualTo(byDl4j);
    float[][] expected = Dl4jSamples.output(network, IDS);
    assertClose(forecast(forecaster, IDS), expected[expected.length - 1]);
    assertThat(ImportedWords.of(folder.resolve("m.zip"), artifact, Optional.empty()))
        .contains("; its 4 columns of 'word' are every unknown word, then \"x\", \"y\", \"z\"; ")
        .contains("a word's id is its place in the vocabulary, from 1");
  }

  @Test
  void read_sigmoidForTwoWords_givesBothAProbability() throws Exception {
    MultiLayerNetwork network = network(new LastTimeStep(lstm(3)), output(1, Activation.SIGMOID));
    Feature two = Feature.category("word", List.of("no", "yes"));
    float[][] oneHot = {{0, 0, 1}, {0, 1, 0}, {0, 0, 1}};

    Forecaster forecaster =
        new RnnModelLoader()
            .load(read(network, FeatureSchema.of(List.of(two)), 1, Optional.empty()));

    float yes = Dl4jSamples.output(network, oneHot)[0][0];
    assertThat(forecaster.kernel()).isNotEqualTo("dl4j");
    assertClose(forecast(forecaster, new float[][] {{2}, {1}, {2}}), 0, 1 - yes, yes);
  }

  /** Whatever it is served by. */
  @Test
  void read_golden_isHeldToIt() throws Exception {
    for (MultiLayerNetwork network :
        List.of(Dl4jSamples.lastStep(2), Dl4jSamples.withPeepholes(2))) {
      float[][] right = Dl4jSamples.output(network, WINDOW);
      float[][] wrong = {{right[0][0] + 0.001f, right[0][1]}};

      assertThat(golden(network, right, false).golden()).isTrue();
      assertThat(golden(network, right, false).reason()).contains("1 golden outputs: ");
      assertThat(golden(network, wrong, false).golden()).isFalse();
      assertThat(golden(network, wrong, false).ok()).isFalse();
      assertThat(golden(network, wrong, false).maxAbsError().getAsDouble())
          .isCloseTo(0.001, within(1e-5));
    }
  }

  @Test
  void read_goldenInRawUnits_holdsScalingAndOrderToIt() throws Exception {
    String columns = "{\"shift\": [10, 20], \"scale\": [2, 4]}";
    Files.writeString(
        folder.resolve("m.scaling.json"),
        "{\"inputs\": %s, \"targets\": %s}".formatted(columns, columns));
    for (MultiLayerNetwork network :
        List.of(Dl4jSamples.lastStep(2), Dl4jSamples.withPeepholes(2))) {
      float[][] scaled = new float[3][];
      for (int t = 0; t < 3; t++) {
        scaled[t] = new float[] {(WINDOW[t][0] - 10) / 2, (WINDOW[t][1] - 20) / 4};
      }
      float[] own = Dl4jSamples.output(network, scaled)[0];
      float[][] right = {{own[0] * 2 + 10, own[1] * 4 + 20}};
      float[][] turned = {{own[1] * 2 + 10, own[0] * 4 + 20}};

      assertThat(golden(network, right, true).golden()).isTrue();
      assertThat(golden(network, turned, true).golden()).isFalse();
    }
  }

  private Verdict golden(MultiLayerNetwork network, float[][] outputs, boolean raw)
      throws Exception {
    Golden golden = new Golden("m.json", new float[][][] {WINDOW}, outputs, raw);
    return Verdict.of(read(network, TWO, 1, Optional.of(golden)));
  }

  /** Of what a kernel runs it is asked, too. */
  @Test
  void requireFinite_networkOfDl4jAloneThatOverflows_isRefused() throws Exception {
    MultiLayerNetwork network = network(new LastTimeStep(lstm(2)), output(2, Activation.CUBE));
    ModelArtifact sound = read(network, TWO, 1, Optional.empty());
    assertThat(Verdict.of(sound).servedBy()).isEqualTo("dl4j");
    ImportedArtifacts.requireFinite(sound);
    network.setParams(network.params().mul(1e30));
    ModelArtifact overflowing = read(network, TWO, 1, Optional.empty());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImportedArtifacts.requireFinite(overflowing))
        .withMessageStartingWith(
            "the network gives nothing finite on any of 32 windows of 3 steps of values of size 1");
  }

  /** As a stream that names no settings has it, and whether DL4J wrote its updater or not. */
  @Test
  void read_withoutSettings_makesNamesUpAfterTheNetwork() throws Exception {
    for (MultiLayerNetwork network :
        List.of(Dl4jSamples.outputsOfEachStep(2), network(peepholes(2), outputs(2)))) {
      Path file = save(network, folder.resolve("m.zip"));
      ModelArtifact artifact = ImportedArtifacts.read(file, Optional.empty(), Optional.empty());
      ModelSerializer.writeModel(network, file.toFile(), false);

      assertThat(artifact.manifest().schema().names()).containsExactly("f0", "f1");
      assertThat(artifact.manifest().horizon()).isEqualTo(1);
      assertThat(artifact.manifest().provenance().source()).isEqualTo("dl4j");
      assertThat(ImportedWords.of(file, artifact, Optional.empty()))
          .startsWith("N=2 (the network leaves it open: give --config), H=1, inputs f0,f1 → ");
      assertThat(ImportedArtifacts.read(file, Optional.empty(), Optional.empty()).hash())
          .isEqualTo(artifact.hash());
    }
  }

  private ModelArtifact read(
      MultiLayerNetwork network, FeatureSchema schema, int horizon, Optional<Golden> golden)
      throws Exception {
    Path file = save(network, folder.resolve("m.zip"));
    return ImportedArtifacts.read(file, Optional.of(fit(schema, horizon)), golden);
  }

  private static ImportedArtifacts.Fit fit(FeatureSchema schema, int horizon) {
    return new ImportedArtifacts.Fit(schema, 3, horizon, 3);
  }

  private static float[] forecast(Forecaster forecaster, float[][] window) {
    FeatureVector[] vectors = new FeatureVector[window.length];
    for (int t = 0; t < window.length; t++) {
      vectors[t] = new FeatureVector(t, window[t]);
    }
    float[] found = new float[forecaster.outputLength()];
    forecaster.newSession().forecast(FeatureWindow.of(vectors), found);
    return found;
  }

  private static void assertClose(float[] found, float... expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }
}
