package io.tplus1.rnn.learn;

import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
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
 * One step of learning: an LSTM of 32 units and one dense output over 48 steps of 20 inputs, 448
 * sequences, the loss at every step from the 13th on; and DL4J's {@code fit} of the same, its loss
 * at every step.
 *
 * <p>A step takes 0.75 G multiplications and additions in matrix products (forward and weights:
 * {@code 4 · rows · (inputs + units) · 4 units}, back to the state: {@code 2 · rows · units · 4
 * units}), so that GFLOP/s are 749 by the milliseconds.
 *
 * <p>{@code mvn -Pjmh -DskipTests test-compile exec:exec@jmh -Djmh.args="Learn -prof gc"}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class LearnBenchmark {
  private static final int STEPS = 48;
  private static final int INPUTS = 20;
  private static final int UNITS = 32;

  @Param("448")
  public int batch;

  private NetworkLearner plain;
  private NetworkLearner vector;
  private SequenceBatch sequences;
  private MultiLayerNetwork dl4j;
  private INDArray input;
  private INDArray labels;

  @Setup
  public void build() {
    Random random = new Random(3);
    Network network = network(random);
    sequences = new SequenceBatch(new BatchSize(STEPS, batch, STEPS), INPUTS, 1);
    sequences.resize(STEPS, batch);
    for (int row = 0; row < STEPS * batch; row++) {
      for (int j = 0; j < INPUTS; j++) {
        sequences.inputs()[row * INPUTS + j] = (float) random.nextGaussian();
      }
      sequences.targets()[row] = (float) random.nextGaussian();
      sequences.weights()[row] = row / batch >= 12 ? 1 : 0;
    }
    plain = learner(network, KernelKind.PLAIN);
    vector = learner(network, KernelKind.VECTOR);
    buildDl4j();
  }

  private NetworkLearner learner(Network network, KernelKind kind) {
    UpdateRule rule = new UpdateRule(UpdateRule.Kind.ADAM, 1e-3, 1e-3, 1);
    return new NetworkLearner(
        network,
        new LossSpec(LossSpec.Kind.HUBER, 1, List.of()),
        rule,
        new BatchSize(STEPS, batch, STEPS),
        kind);
  }

  private static Network network(Random random) {
    Layer lstm =
        new Layer.Lstm(
            UNITS,
            ActivationFunction.TANH,
            ActivationFunction.SIGMOID,
            false,
            false,
            weights(random, INPUTS * 4 * UNITS),
            weights(random, UNITS * 4 * UNITS),
            new float[4 * UNITS]);
    Layer dense =
        new Layer.Dense(1, ActivationFunction.LINEAR, weights(random, UNITS), new float[1]);
    return new Network(INPUTS, Shape.ANY_STEPS, List.of(lstm, dense));
  }

  private static float[] weights(Random random, int count) {
    float[] w = new float[count];
    for (int i = 0; i < count; i++) {
      w[i] = 0.2f * (2 * random.nextFloat() - 1);
    }
    return w;
  }

  private void buildDl4j() {
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .weightInit(WeightInit.XAVIER)
            .updater(new Adam(1e-3))
            .l2(1e-3)
            .list()
            .layer(
                new LSTM.Builder()
                    .nOut(UNITS)
                    .activation(Activation.TANH)
                    .gateActivationFunction(Activation.SIGMOID)
                    .build())
            .layer(
                new RnnOutputLayer.Builder(LossFunctions.LossFunction.MSE)
                    .nOut(1)
                    .activation(Activation.IDENTITY)
                    .build())
            .setInputType(InputType.recurrent(INPUTS, STEPS))
            .build();
    dl4j = new MultiLayerNetwork(configuration);
    dl4j.init();
    input = steps(sequences.inputs(), INPUTS);
    labels = steps(sequences.targets(), 1);
  }

  /** From {@code [steps][batch][width]} to DL4J's {@code [batch][width][steps]}. */
  private INDArray steps(float[] values, int width) {
    return Nd4j.create(values.clone(), new long[] {STEPS, batch, width}, 'c')
        .permute(1, 2, 0)
        .dup('f');
  }

  @Benchmark
  public double plain() {
    return plain.step(sequences);
  }

  @Benchmark
  public double vector() {
    return vector.step(sequences);
  }

  @Benchmark
  public double dl4j() {
    dl4j.fit(input, labels);
    return dl4j.score();
  }
}
