package io.tplus1.rnn.dl4j;

import static io.tplus1.rnn.dl4j.Dl4jSamples.embedding;
import static io.tplus1.rnn.dl4j.Dl4jSamples.lstm;
import static io.tplus1.rnn.dl4j.Dl4jSamples.network;
import static io.tplus1.rnn.dl4j.Dl4jSamples.output;
import static io.tplus1.rnn.dl4j.Dl4jSamples.outputs;
import static io.tplus1.rnn.dl4j.Dl4jSamples.peepholes;
import static io.tplus1.rnn.dl4j.Dl4jSamples.simple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.model.InvalidArtifactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class NetworkSizeTest {
  private static final int STEPS = 5;

  @TempDir Path folder;

  /** Each layer hands on what its weights say, over steps that others make more or fewer. */
  static Stream<MultiLayerNetwork> networksThatRun() {
    Layer repeat = new RepeatVector.Builder<>(7).build();
    return Stream.of(
        network(lstm(2), outputs(3)),
        network(new LastTimeStep(peepholes(2)), output(3, Activation.IDENTITY)),
        network(new LastTimeStep(simple(2)), repeat, activation(), outputs(3)),
        network(embedding(1, 3), simple(3), outputs(3)),
        network(
            activation(),
            new DropoutLayer.Builder(0.5).build(),
            lstm(2),
            new RnnLossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build()),
        network(new Bidirectional(Bidirectional.Mode.CONCAT, lstm(2)), simple(8), outputs(2)),
        network(
            new LastTimeStep(lstm(2)),
            new BatchNormalization.Builder().nIn(4).nOut(4).build(),
            output(3, Activation.IDENTITY)),
        // A dense layer takes steps for results of a window each, and DL4J goes on with so many.
        between(List.of(new RnnToFeedForwardPreProcessor()), dense(2, 6), repeat, lstm(6)),
        between(
            List.of(new RnnToFeedForwardPreProcessor()),
            dense(2, 6),
            repeat,
            new LastTimeStep(lstm(6)),
            repeat),
        between(
            List.of(new RnnToFeedForwardPreProcessor(), new FeedForwardToRnnPreProcessor()),
            dense(2, 6),
            new LastTimeStep(lstm(6)),
            repeat),
        between(List.of(new FlattenSequence(STEPS, 2)), dense(2 * STEPS, 6), repeat),
        // What nobody builds, and a file may say.
        network(new LastTimeStep(lstm(2)), dense(4, 6), embedding(1, 9), outputsOf(9, 2)));
  }

  private static Layer activation() {
    return new ActivationLayer.Builder().activation(Activation.TANH).build();
  }

  private static Layer dense(int inputs, int units) {
    return new DenseLayer.Builder().nIn(inputs).nOut(units).activation(Activation.TANH).build();
  }

  private static Layer outputsOf(int inputs, int width) {
    return new RnnOutputLayer.Builder(LossFunction.MSE)
        .activation(Activation.IDENTITY)
        .nIn(inputs)
        .nOut(width)
        .build();
  }

  /**
   * @param preProcessors before the first layers
   */
  private static MultiLayerNetwork between(List<InputPreProcessor> preProcessors, Layer... layers) {
    Native.start();
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
    for (int i = 0; i < layers.length; i++) {
      list.layer(layers[i]);
      if (i < preProcessors.size()) {
        list.inputPreProcessor(i, preProcessors.get(i));
      }
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    return network;
  }

  @ParameterizedTest
  @MethodSource("networksThatRun")
  void values_ofANetwork_areAtLeastWhatItHandsOnAndLittleMore(MultiLayerNetwork network) {
    Layer first = network.getLayerWiseConfigurations().getConf(0).getLayer();
    int inputs = first instanceof EmbeddingSequenceLayer ? 1 : 2;
    INDArray window = Nd4j.zeros(1, inputs, STEPS);

    long handedOn = network.feedForward(window).stream().mapToLong(INDArray::length).sum();

    long values = NetworkSize.values(network.getLayerWiseConfigurations(), inputs, STEPS);
    assertThat(values).isGreaterThanOrEqualTo(handedOn).isLessThanOrEqualTo(3 * handedOn);
  }

  @Test
  void restore_networkOfMoreValuesThanMayBe_isRefused() throws Exception {
    Layer repeat = new RepeatVector.Builder<>(1 << 16).build();
    byte[] large = zip(network(new LastTimeStep(lstm(2)), repeat, outputs(2)));
    byte[] endless = zip(network(lstm(2), repeat, repeat, repeat, repeat, outputs(2)));
    long values = 2 * 3 + 4 * (3 + 1 + (1 << 16)) + 2 * (1 << 16);

    assertThat(Dl4jNetwork.restore(large, 0, 3, values).inputs()).isEqualTo(2);
    assertThatThrownBy(() -> Dl4jNetwork.restore(large, 0, 3, values - 1))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageEndingWith("hand on at most %d values, found %d", values - 1, values);
    assertThatThrownBy(() -> Dl4jNetwork.restore(endless, 0, 3, Long.MAX_VALUE))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageEndingWith("found more than can be counted");
  }

  private byte[] zip(MultiLayerNetwork network) throws IOException {
    return Files.readAllBytes(Dl4jSamples.save(network, folder.resolve("m.zip")));
  }
}
