package io.tplus1.rnn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.rnn.RnnArtifacts;
import io.tplus1.rnn.RnnModelLoader;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Networks that users built and saved with DL4J itself. */
class ForeignNetworkTest {
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");
  private static final Provenance PROVENANCE =
      new Provenance("dl4j", 0, 0, 0, 0, Map.of(), Map.of());
  private static final float[] ROW_0 = {1, -1};
  private static final float[] ROW_1 = {0.5f, 2};

  private static MultiLayerNetwork network(BaseRecurrentLayer layer) {
    Native.start();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new RmsProp(1e-3))
                .list()
                .layer(new LastTimeStep(layer))
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(4)
                        .nOut(2)
                        .build())
                .build());
    network.init();
    return network;
  }

  @Test
  void ofDl4j_layerThatTheKernelKnows_isServedByTheKernel() throws InvalidArtifactException {
    assertServed(
        network(new LSTM.Builder().nIn(2).nOut(4).activation(Activation.TANH).build()), false);
  }

  @Test
  @SuppressWarnings("deprecation") // peepholes are what no kernel of ours has
  void ofDl4j_layerThatTheKernelLacks_isServedByDl4j() throws InvalidArtifactException {
    assertServed(
        network(new GravesLSTM.Builder().nIn(2).nOut(4).activation(Activation.TANH).build()), true);
  }

  /** Else rows of padding would be published as forecasts. */
  @Test
  @SuppressWarnings("deprecation") // peepholes are what no kernel of ours has
  void ofDl4j_outputPerStepServedByDl4j_isAskedWithFullWindows() throws InvalidArtifactException {
    Native.start();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new RmsProp(1e-3))
                .list()
                .layer(new GravesLSTM.Builder().nIn(2).nOut(4).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(4)
                        .nOut(2)
                        .build())
                .build());
    network.init();
    ModelArtifact artifact =
        RnnArtifacts.ofDl4j(NetworkZip.write(network, true), TWO, 2, 2, PROVENANCE);

    Forecaster forecaster = new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes()));

    assertThat(forecaster.kernel()).isEqualTo("dl4j");
    assertThat(forecaster.fewestSteps()).isEqualTo(2);
  }

  @Test
  @SuppressWarnings("deprecation") // peepholes are what no kernel of ours has
  void ofDl4j_networkOfMoreInputsThanTheSchema_isRefused() {
    assertRefused(new GravesLSTM.Builder().nIn(3).nOut(4).activation(Activation.TANH).build());
    assertRefused(new LSTM.Builder().nIn(3).nOut(4).activation(Activation.TANH).build());
  }

  private static void assertRefused(BaseRecurrentLayer layer) {
    assertThatThrownBy(() -> artifact(network(layer)))
        .isInstanceOfAny(IllegalArgumentException.class, InvalidArtifactException.class)
        .hasMessageStartingWith(
            "the network reads 3 values a step, and the schema's inputs are 2 (");
  }

  private static void assertServed(MultiLayerNetwork network, boolean byDl4j)
      throws InvalidArtifactException {
    float[] expected =
        network
            .output(
                Nd4j.create(
                    new float[] {ROW_0[0], ROW_1[0], ROW_0[1], ROW_1[1]}, new long[] {1, 2, 2}))
            .dup('c')
            .data()
            .asFloat();

    ModelArtifact artifact = artifact(network);
    Forecaster forecaster = new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes()));

    assertThat(forecaster.kernel().equals("dl4j")).isEqualTo(byDl4j);
    assertThat(RnnArtifacts.verdict(artifact).servedBy()).isEqualTo(byDl4j ? "dl4j" : "kernel");
    float[] found = new float[2];
    FeatureWindow window =
        FeatureWindow.of(new FeatureVector(0, ROW_0), new FeatureVector(1, ROW_1));
    forecaster.newSession().forecast(window, found);
    for (int i = 0; i < 2; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  private static ModelArtifact artifact(MultiLayerNetwork network) throws InvalidArtifactException {
    return RnnArtifacts.ofDl4j(NetworkZip.write(network, true), TWO, 2, 1, PROVENANCE);
  }
}
