package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * DL4J's {@code output} of the same network with the same weights; the figure is per call, so that
 * batch 256 is to be divided.
 *
 * <p>{@code mvn -Pjmh -DskipTests test-compile exec:exec@jmh -Djmh.args="Dl4j -prof gc"}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class Dl4jBenchmark {

  @Param({"A", "B", "C"})
  public BenchmarkShape shape;

  @Param({"1", "256"})
  public int batch;

  private MultiLayerNetwork dl4j;
  private INDArray input;

  @Setup
  public void build() {
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    Network network = shape.network();
    FeedForwardLayer recurrent =
        shape.lstm
            ? new LSTM.Builder()
                .nOut(shape.units)
                .activation(Activation.TANH)
                .gateActivationFunction(Activation.SIGMOID)
                .build()
            : new SimpleRnn.Builder().nOut(shape.units).activation(Activation.TANH).build();
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .weightInit(WeightInit.XAVIER)
            .list()
            .layer(new LastTimeStep(recurrent))
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                    .nOut(shape.features)
                    .activation(Activation.IDENTITY)
                    .build())
            .setInputType(InputType.recurrent(shape.features, shape.steps))
            .build();
    dl4j = new MultiLayerNetwork(configuration);
    dl4j.init();
    copyWeights(network);

    float[] windows = shape.windows(batch);
    input =
        Nd4j.create(windows, new int[] {batch, shape.steps, shape.features}, 'c')
            .permute(0, 2, 1)
            .dup('f');
    check(network, windows);
  }

  private void copyWeights(Network network) {
    if (network.layers().get(0) instanceof Layer.Lstm lstm) {
      dl4j.setParam("0_W", gates(lstm.kernel(), shape.features));
      dl4j.setParam("0_RW", gates(lstm.recurrentKernel(), shape.units));
      dl4j.setParam("0_b", gates(lstm.bias(), 1));
    } else if (network.layers().get(0) instanceof Layer.SimpleRnn rnn) {
      dl4j.setParam("0_W", Nd4j.create(rnn.kernel(), shape.features, shape.units));
      dl4j.setParam("0_RW", Nd4j.create(rnn.recurrentKernel(), shape.units, shape.units));
      dl4j.setParam("0_b", Nd4j.create(rnn.bias(), 1, shape.units));
    }
    Layer.Dense dense = (Layer.Dense) network.layers().get(1);
    dl4j.setParam("1_W", Nd4j.create(dense.kernel(), shape.units, shape.features));
    dl4j.setParam("1_b", Nd4j.create(dense.bias(), 1, shape.features));
  }

  /** From Keras' i, f, c, o to DL4J's c, f, o, i. */
  private INDArray gates(float[] keras, int rows) {
    int[] order = {2, 1, 3, 0};
    int units = shape.units;
    float[] out = new float[keras.length];
    for (int i = 0; i < rows; i++) {
      for (int g = 0; g < 4; g++) {
        System.arraycopy(keras, (i * 4 + order[g]) * units, out, (i * 4 + g) * units, units);
      }
    }
    return Nd4j.create(out, rows, 4L * units);
  }

  private void check(Network network, float[] windows) {
    Kernel kernel = Kernels.compile(network, 0, KernelKind.AUTO);
    float[] expected = new float[kernel.outputs()];
    kernel.forward(windows, 0, shape.steps, kernel.newScratch(), expected);
    INDArray actual = dl4j.output(input);
    for (int j = 0; j < expected.length; j++) {
      if (Math.abs(actual.getFloat(0, j) - expected[j]) > 1e-5f) {
        throw new IllegalStateException(
            "DL4J gives " + actual.getFloat(0, j) + ", the kernel " + expected[j]);
      }
    }
  }

  @Benchmark
  public INDArray output() {
    return dl4j.output(input);
  }
}
