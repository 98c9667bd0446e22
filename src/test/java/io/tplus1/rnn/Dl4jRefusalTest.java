package io.tplus1.rnn;

import static io.tplus1.rnn.dl4j.Dl4jSamples.embedding;
import static io.tplus1.rnn.dl4j.Dl4jSamples.lstm;
import static io.tplus1.rnn.dl4j.Dl4jSamples.network;
import static io.tplus1.rnn.dl4j.Dl4jSamples.output;
import static io.tplus1.rnn.dl4j.Dl4jSamples.outputs;
import static io.tplus1.rnn.dl4j.Dl4jSamples.peepholes;
import static io.tplus1.rnn.dl4j.Dl4jSamples.save;
import static io.tplus1.rnn.dl4j.Dl4jSamples.simple;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.rnn.dl4j.Dl4jSamples;
import io.tplus1.rnn.imported.ImportedArtifacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

/** Files of DL4J's that are refused, and with which words. */
class Dl4jRefusalTest {
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");
  private static final Feature WORD = Feature.category("word", List.of("x", "y", "z"));

  @TempDir Path folder;

  @Test
  void read_networkThatDoesNotFit_isRefusedWithWhatItReadsOrPutsOut() {
    for (boolean byDl4j : List.of(false, true)) {
      LastTimeStep three = new LastTimeStep(byDl4j ? peepholes(3) : lstm(3));
      LastTimeStep two = new LastTimeStep(byDl4j ? peepholes(2) : lstm(2));
      assertRefused(
          network(three, output(2, Activation.IDENTITY)),
          TWO,
          "the network reads 3 values a step, and the schema's inputs are 2 (");
      assertRefused(
          network(two, output(3, Activation.IDENTITY)),
          TWO,
          "the network puts out 3 values, and the schema's targets over 1 steps ahead are 1 × 2");
      FeatureSchema words = FeatureSchema.of(List.of(WORD));
      LastTimeStep four = new LastTimeStep(byDl4j ? peepholes(4) : lstm(4));
      assertRefused(
          network(four, output(4, Activation.SIGMOID)),
          words,
          "the network ends in sigmoid, which");
      LastTimeStep embedded = new LastTimeStep(byDl4j ? peepholes(3) : lstm(3));
      assertRefused(
          network(embedding(3, 3), embedded, output(4, Activation.SOFTMAX)),
          words,
          "the network's embedding has 3 rows, and 'word' has 4 ids");
    }
  }

  /** The kernel would be given a column more; of what DL4J alone runs, no weights are written. */
  @Test
  void read_oneOutputForTwoWordsByDl4jAlone_isRefusedWithTheRemedy() {
    FeatureSchema yesOrNo = FeatureSchema.of(List.of(Feature.category("word", List.of("n", "y"))));
    for (Activation end : List.of(Activation.SIGMOID, Activation.IDENTITY)) {
      assertRefused(
          network(new LastTimeStep(peepholes(3)), output(1, end)),
          yesOrNo,
          "one output for two classes, and DL4J alone runs it: build it with these weights and an"
              + " output layer of nOut(2) with softmax, its weights and bias with zeros before the");
    }
  }

  @Test
  void read_outputLayerOverAllSteps_isRefusedWithTheRemedy() {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(lstm(2))
            .layer(output(2, Activation.IDENTITY));
    MultiLayerNetwork network =
        new MultiLayerNetwork(list.setInputType(InputType.recurrent(2)).build());
    network.init();

    assertRefused(network, TWO, "DL4J makes 3 results of one window: end in RnnOutputLayer for");
  }

  @Test
  void read_layersThatDoNotFit_isRefusedAsDl4jCannotRunIt() {
    assertRefused(
        network(embedding(4, 3), new LastTimeStep(simple(2)), output(2, Activation.IDENTITY)),
        FeatureSchema.of(List.of(WORD)),
        "DL4J cannot run the network on a window of 3 steps of 1 values: ");
  }

  @Test
  void read_layerOfAnotherKind_isRefusedByName() {
    Convolution1DLayer convolution =
        new Convolution1DLayer.Builder(1).nIn(2).nOut(4).activation(Activation.TANH).build();

    assertRefused(
        network(convolution, outputs(2)),
        TWO,
        "names the class 'org.deeplearning4j.nn.conf.layers.Convolution1DLayer', which");
  }

  /** DL4J would take a minute for it, and far more memory than anybody has for a larger one. */
  @Test
  void read_networkThatHandsOnTooMuch_isRefusedBeforeItRuns() {
    SimpleRnn wide = new SimpleRnn.Builder().nIn(4).nOut(300).activation(Activation.GELU).build();
    SimpleRnn narrow = new SimpleRnn.Builder().nIn(300).nOut(4).activation(Activation.TANH).build();

    assertRefused(
        network(
            new LastTimeStep(lstm(2)),
            new RepeatVector.Builder<>(65_536).build(),
            wide,
            narrow,
            outputs(2)),
        TWO,
        "hand on at most 16777216 values, found");
  }

  @Test
  void read_layersWithoutClasses_areRefusedWithTheRemedy() throws IOException {
    Path file = save(Dl4jSamples.lastStep(2), folder.resolve("m.zip"));
    Map<String, byte[]> entries = new TreeMap<>(Zipped.unzip(Files.readAllBytes(file)));
    entries.put("configuration.json", "{\"confs\":[{\"layer\":{\"lstm\":{}}}]}".getBytes(UTF_8));
    Files.write(file, Zipped.zip(entries));

    assertRefused(file, TWO, "as releases before 1.0 wrote them: load it with DL4J 1.0.0-M2.1");
  }

  @Test
  void read_stepsBeforeFeatures_isRefused() {
    LSTM steps =
        new LSTM.Builder()
            .nIn(2)
            .nOut(4)
            .dataFormat(RNNFormat.NWC)
            .activation(Activation.TANH)
            .build();

    assertRefused(
        network(new LastTimeStep(steps), output(2, Activation.IDENTITY)),
        TWO,
        "it reads [mini-batch][time][features] (RNNFormat.NWC), and");
  }

  @Test
  void read_weightsInDouble_isRefusedWithTheRemedy() {
    assertRefused(
        Dl4jSamples.lastStep(2).convertDataType(DataType.DOUBLE),
        TWO,
        "the weights are of the type DOUBLE, and FLOAT is read: save network.convertDataType(");
  }

  @Test
  void read_computationGraph_isRefusedAsOne() {
    ComputationGraph graph = Dl4jSamples.lastStep(2).toComputationGraph();
    Path file = save(graph, folder.resolve("m.zip"));

    assertRefused(file, TWO, "it is a ComputationGraph, and a MultiLayerNetwork alone is read");
  }

  @Test
  void read_normalizerInTheZip_isRefusedWithWhereItsFiguresBelong() {
    Path file = save(Dl4jSamples.lastStep(2), folder.resolve("m.zip"));
    NormalizerStandardize normalizer =
        new NormalizerStandardize(Nd4j.create(new float[] {1, 2}), Nd4j.create(new float[] {3, 4}));
    ModelSerializer.addNormalizerToModel(file.toFile(), normalizer);

    assertRefused(
        file,
        TWO,
        "found an entry 'normalizer.bin', which tplus1 does not read, as it reads no normalizers: put"
            + " the figures of that normalizer into NAME.scaling.json beside NAME.zip, and take it"
            + " out (zip -d NAME.zip normalizer.bin)");
  }

  @Test
  void read_zipThatBreaksOff_isRefusedWithTheRemedy() throws IOException {
    Path file = save(Dl4jSamples.lastStep(2), folder.resolve("m.zip"));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 100));

    assertRefused(file, TWO, "it begins as a zip archive and breaks off (");
  }

  @Test
  void read_zipWithoutWeights_isRefused() throws IOException {
    Path file = save(Dl4jSamples.lastStep(2), folder.resolve("m.zip"));
    Map<String, byte[]> entries = new TreeMap<>(Zipped.unzip(Files.readAllBytes(file)));
    entries.remove("coefficients.bin");
    Files.write(file, Zipped.zip(entries));
    assertRefused(file, TWO, "a DL4J network without coefficients.bin");

    entries.put("noParams.marker", new byte[1]);
    Files.write(file, Zipped.zip(entries));
    assertRefused(file, TWO, "'noParams.marker', which tplus1 does not read: it says that the");

    entries.remove("noParams.marker");
    entries.put("coefficients.bin", "none".getBytes(UTF_8));
    Files.write(file, Zipped.zip(entries));
    assertRefused(file, TWO, "a DL4J array that is cut short");
  }

  private void assertRefused(MultiLayerNetwork network, FeatureSchema schema, String message) {
    assertRefused(save(network, folder.resolve("m.zip")), schema, message);
  }

  private static void assertRefused(Path file, FeatureSchema schema, String message) {
    assertThatThrownBy(
            () ->
                ImportedArtifacts.read(
                    file,
                    Optional.of(new ImportedArtifacts.Fit(schema, 3, 1, 3)),
                    Optional.empty()))
        .hasMessageContaining(message);
  }
}
