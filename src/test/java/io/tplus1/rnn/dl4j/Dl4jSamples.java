package io.tplus1.rnn.dl4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks as users build, run and save them with DL4J itself. */
public final class Dl4jSamples {
  private static final int UNITS = 4;

  private Dl4jSamples() {}

  /** Weights, and biases, that are not zero. */
  public static MultiLayerNetwork network(Layer... layers) {
    return network(new NeuralNetConfiguration.Builder(), layers);
  }

  /**
   * As {@link #network(Layer...)}.
   *
   * @param common settings of all layers
   */
  public static MultiLayerNetwork network(NeuralNetConfiguration.Builder common, Layer... layers) {
    Native.start();
    NeuralNetConfiguration.ListBuilder list = common.seed(5).updater(new Adam(1e-3)).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    Random random = new Random(7);
    float[] weights = new float[Math.toIntExact(network.numParams())];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextFloat() - 0.5f;
    }
    network.setParams(Nd4j.create(weights, new long[] {1, weights.length}));
    return network;
  }

  public static LSTM lstm(int inputs) {
    return new LSTM.Builder().nIn(inputs).nOut(UNITS).activation(Activation.TANH).build();
  }

  /** Peepholes are what no kernel of ours has. */
  @SuppressWarnings("deprecation")
  public static GravesLSTM peepholes(int inputs) {
    return new GravesLSTM.Builder().nIn(inputs).nOut(UNITS).activation(Activation.TANH).build();
  }

  public static SimpleRnn simple(int inputs) {
    return new SimpleRnn.Builder().nIn(inputs).nOut(UNITS).activation(Activation.TANH).build();
  }

  public static EmbeddingSequenceLayer embedding(int ids, int width) {
    return new EmbeddingSequenceLayer.Builder().nIn(ids).nOut(width).build();
  }

  /** An output for each step. */
  public static RnnOutputLayer outputs(int width) {
    return outputs(width, Activation.IDENTITY);
  }

  public static RnnOutputLayer outputs(int width, Activation activation) {
    return new RnnOutputLayer.Builder(loss(activation))
        .activation(activation)
        .nIn(UNITS)
        .nOut(width)
        .build();
  }

  public static OutputLayer output(int width, Activation activation) {
    return new OutputLayer.Builder(loss(activation))
        .activation(activation)
        .nIn(UNITS)
        .nOut(width)
        .build();
  }

  private static LossFunction loss(Activation activation) {
    return switch (activation) {
      case SOFTMAX -> LossFunction.MCXENT;
      case SIGMOID -> LossFunction.XENT;
      default -> LossFunction.MSE;
    };
  }

  public static MultiLayerNetwork outputsOfEachStep(int inputs) {
    return network(lstm(inputs), outputs(inputs));
  }

  public static MultiLayerNetwork lastStep(int inputs) {
    return network(new LastTimeStep(lstm(inputs)), output(inputs, Activation.IDENTITY));
  }

  /** What DL4J alone can run. */
  public static MultiLayerNetwork withPeepholes(int inputs) {
    return network(new LastTimeStep(peepholes(inputs)), output(inputs, Activation.IDENTITY));
  }

  /** The probabilities of as many words as it reads. */
  public static MultiLayerNetwork classifier(int ids) {
    return network(embedding(ids, 3), new LastTimeStep(simple(3)), output(ids, Activation.SOFTMAX));
  }

  /** The file, as {@code MultiLayerNetwork.save} writes it too. */
  public static Path save(Model network, Path file) {
    try {
      ModelSerializer.writeModel(network, file.toFile(), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /**
   * What DL4J makes of a window, of each step where it puts out that: {@code float[steps][width]}.
   *
   * @param window {@code float[steps][inputs]}
   */
  public static float[][] output(MultiLayerNetwork network, float[][] window) {
    int inputs = window[0].length;
    INDArray in = Nd4j.create(1, inputs, window.length); // [mini-batch][features][time]
    for (int t = 0; t < window.length; t++) {
      for (int f = 0; f < inputs; f++) {
        in.putScalar(0, f, t, window[t][f]);
      }
    }
    INDArray out = network.output(in);
    if (out.rank() == 2) {
      return out.toFloatMatrix();
    }
    return out.slice(0).transpose().dup('c').toFloatMatrix();
  }
}
