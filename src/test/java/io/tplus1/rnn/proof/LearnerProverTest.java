package io.tplus1.rnn.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.learn.BatchSize;
import io.tplus1.rnn.learn.NetworkLearner;
import io.tplus1.rnn.learn.PlainLearning;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LearnerProverTest {
  private static final int UNITS = 32;
  private static final int STEPS = 48;

  /** Recurrent weights that make more of a rounding at each step, some of more than is granted. */
  @Test
  void certify_whatFloat32Loses_isGrantedToTheKernel() {
    List<Certificate> all = new ArrayList<>();
    for (int i = 20; i < 60; i++) {
      all.add(certify(restless(1.2 + i * 0.02, i)));
    }

    assertThat(all)
        .anyMatch(each -> each.reference().equals("a pass in doubles"))
        .anyMatch(each -> !each.kernelServes());
  }

  /** Full windows come to more than floats hold, in both: the short one alone shows something. */
  @Test
  void certify_networkThatOverflows_differsFromItsLearnerNowhere() {
    float[] one = {1};
    Layer rnn =
        new Layer.SimpleRnn(
            UNITS,
            ActivationFunction.RELU,
            false,
            false,
            filled(UNITS, 1),
            filled(UNITS * UNITS, 1),
            filled(UNITS, 1));
    Layer head = new Layer.Dense(1, ActivationFunction.LINEAR, filled(UNITS, 1e-6f), one);

    Certificate certificate = certify(new Network(1, STEPS, List.of(rnn, head)));

    assertThat(certificate.maxError()).isLessThan(Certificate.TOLERANCE);
    assertThat(certificate.kernelServes()).isTrue();
    assertThat(certificate.windows()).isEqualTo(1);
  }

  private static float[] filled(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }

  /** DL4J has no GRU, so nothing but the kernel can serve one that loses as much. */
  @Test
  void certify_gruThatLosesMoreThanIsGranted_theKernelServesAndItIsSaidWhy() {
    List<Certificate> all = new ArrayList<>();
    for (int seed = 0; seed < 10; seed++) {
      all.add(certify(restlessGru(1.6 + 0.08 * seed, seed)));
    }

    assertThat(all).anyMatch(each -> !each.isRight());
    assertThat(all)
        .allMatch(Certificate::kernelServes)
        .allMatch(each -> each.refusal().equals("DL4J has no GRU layer"));
  }

  /**
   * A second one has all weights five times, for which nobody has left room. One copy is the
   * network that is compiled; vectors take some room, too, until C2 has compiled their loops.
   */
  @Test
  void certify_whatLearnt_makesNoSecondLearner() {
    int words = 200_000;
    int width = 8;
    Random random = new Random(1);
    Layer table =
        new Layer.Embedding(words, width, false, RawUnits.gaussian(random, words * width, 1));
    Network network = network(random, 1, table, simple(random, width, 0.5));
    List<NetworkLearner> members = List.of(learner(network));
    LearnerProver.certify("m", members, STEPS); // loads classes
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    Certificate certificate = LearnerProver.certify("m", members, STEPS);

    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(certificate.agrees()).isTrue();
    assertThat(allocated).isLessThan(4 * Float.BYTES * network.parameters());
  }

  private static Certificate certify(Network network) {
    return LearnerProver.certify("m", List.of(learner(network)), STEPS);
  }

  private static NetworkLearner learner(Network network) {
    return new NetworkLearner(
        network, PlainLearning.mse(), PlainLearning.adam(1), new BatchSize(STEPS, 4, 2));
  }

  private static Network restless(double gain, long seed) {
    Random random = new Random(seed);
    return network(random, 4, simple(random, 4, gain));
  }

  private static Layer simple(Random random, int inputs, double gain) {
    return new Layer.SimpleRnn(
        UNITS,
        ActivationFunction.TANH,
        false,
        false,
        RawUnits.gaussian(random, inputs * UNITS, 0.1),
        RawUnits.gaussian(random, UNITS * UNITS, gain / Math.sqrt(UNITS)),
        new float[UNITS]);
  }

  /** Its gates stand so that its state is the candidate, which makes it a SimpleRNN. */
  private static Network restlessGru(double gain, long seed) {
    Random random = new Random(seed);
    float[] bias = new float[2 * 3 * UNITS];
    Arrays.fill(bias, 0, UNITS, -8);
    Arrays.fill(bias, UNITS, 2 * UNITS, 8);
    return network(
        random,
        4,
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

  private static Network network(Random random, int inputs, Layer... layers) {
    List<Layer> all = new ArrayList<>(List.of(layers));
    all.add(
        new Layer.Dense(
            2, ActivationFunction.LINEAR, RawUnits.gaussian(random, 2 * UNITS, 0.2), new float[2]));
    return new Network(inputs, STEPS, all);
  }
}
