package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.learn.LossSpec;
import io.tplus1.rnn.learn.NetworkLearner;
import io.tplus1.rnn.learn.SequenceBatch;
import io.tplus1.rnn.learn.UpdateRule;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LearnerProverTest {
  private static final int OUTPUTS = 24;
  private static final int STEPS = 10;
  private static final int UNITS = 32;

  /** A network of step inputs, whose last layer does not put out zeros. */
  private static Network network(Random random) {
    Network planned =
        new NetworkPlan(
                StepTasks.task(STEPS + 4, OUTPUTS, true),
                StepTasks.settings(1, TrainingSettings.Loss.MSE))
            .network();
    List<Layer> layers = new ArrayList<>(planned.layers());
    int last = layers.size() - 1;
    Layer.Dense dense = (Layer.Dense) layers.get(last);
    float[] kernel = new float[dense.kernel().length];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (float) random.nextGaussian();
    }
    layers.set(last, new Layer.Dense(dense.units(), dense.activation(), kernel, dense.bias()));
    return new Network(planned.inputs(), planned.steps(), layers);
  }

  /** Errors whose root of squares is too large, though none of them is. */
  @Test
  void column_manySmallErrors_isTheLargestOfThem() {
    Random random = new Random(3);
    Network network = network(random);
    NetworkLearner reference =
        new NetworkLearner(network, LossSpec.mse(), UpdateRule.adam(1), STEPS, 1);
    SequenceBatch batch = new SequenceBatch(STEPS, 1, network.inputs(), OUTPUTS);
    batch.resize(STEPS, 1);
    for (int i = 0; i < STEPS * network.inputs(); i++) {
      batch.inputs()[i] = (float) random.nextGaussian();
    }
    Kernel kernel = Kernels.compile(network, STEPS, KernelKind.PLAIN);
    float[] output = new float[OUTPUTS];
    kernel.forward(batch.inputs(), 0, STEPS, kernel.newScratch(), output);
    int at = (STEPS - 1) * OUTPUTS;
    for (int i = 0; i < OUTPUTS; i++) {
      batch.targets()[at + i] = output[i] + (i == 7 ? -1e-3f : 5e-4f);
    }
    batch.weights()[STEPS - 1] = 1;
    double squares = reference.loss(batch) * OUTPUTS;

    assertThat(Math.sqrt(squares)).isGreaterThan(2e-3);
    assertThat(LearnerProver.column(reference, batch, at, 1, squares))
        .isCloseTo(1e-3, within(2e-6));
    assertThat(LearnerProver.column(reference, batch, at, 100, squares))
        .isCloseTo(1e-3, within(2e-5));
  }

  /** Recurrent weights that make more of a rounding at each step, some of more than is granted. */
  @Test
  void certify_whatFloat32Loses_isGrantedToTheKernel() {
    List<Certificate> all = new ArrayList<>();
    for (int i = 20; i < 60; i++) {
      all.add(LearnerProver.certify("m", List.of(restless(1.2 + i * 0.02, i)), 48));
    }

    assertThat(all)
        .anyMatch(each -> each.reference().equals("a pass in doubles"))
        .anyMatch(each -> !each.kernelServes());
  }

  /** DL4J has no GRU, so nothing but the kernel can serve one that loses as much. */
  @Test
  void certify_gruThatLosesMoreThanIsGranted_theKernelServesAndItIsSaidWhy() {
    List<Certificate> all = new ArrayList<>();
    for (int seed = 0; seed < 10; seed++) {
      all.add(LearnerProver.certify("m", List.of(restlessGru(1.6 + 0.08 * seed, seed)), 48));
    }

    assertThat(all).anyMatch(each -> !each.isRight());
    assertThat(all)
        .allMatch(Certificate::kernelServes)
        .allMatch(each -> each.refusal().equals("DL4J has no GRU layer"));
  }

  private static Network restless(double gain, long seed) {
    Random random = new Random(seed);
    return network(
        random,
        new Layer.SimpleRnn(
            UNITS,
            ActivationFunction.TANH,
            false,
            false,
            RawUnits.gaussian(random, 4 * UNITS, 0.1),
            RawUnits.gaussian(random, UNITS * UNITS, gain / Math.sqrt(UNITS)),
            new float[UNITS]));
  }

  /** Its gates stand so that its state is the candidate, which makes it a SimpleRNN. */
  private static Network restlessGru(double gain, long seed) {
    Random random = new Random(seed);
    float[] bias = new float[2 * 3 * UNITS];
    Arrays.fill(bias, 0, UNITS, -8);
    Arrays.fill(bias, UNITS, 2 * UNITS, 8);
    return network(
        random,
        new Layer.Gru(
            UNITS,
            ActivationFunction.TANH,
            ActivationFunction.SIGMOID,
            true,
            false,
            false,
            RawUnits.gaussian(random, 4 * 3 * UNITS, 0.1),
            RawUnits.gaussian(random, UNITS * 3 * UNITS, gain / Math.sqrt(UNITS)),
            bias));
  }

  private static Network network(Random random, Layer recurrent) {
    return new Network(
        4,
        48,
        List.of(
            recurrent,
            new Layer.Dense(
                2,
                ActivationFunction.LINEAR,
                RawUnits.gaussian(random, 2 * UNITS, 0.2),
                new float[2])));
  }
}
