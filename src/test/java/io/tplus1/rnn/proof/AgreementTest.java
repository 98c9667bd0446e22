package io.tplus1.rnn.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgreementTest {
  private static final DoubleUnaryOperator EXACT = DoubleUnaryOperator.identity();

  /** An output that cancels to nothing has the rounding of its column, which is in the hundreds. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void certify_headThatCancels_agreesWithDl4j(long seed) {
    Network network = RawUnits.simple(ActivationFunction.TANH, 0.02, seed);
    Dl4jNetwork dl4j = Dl4jNetwork.of(network);
    assertThat(worstByItsOwnSize(network, dl4j)).isGreaterThan(Certificate.TOLERANCE);

    Certificate certificate =
        Prover.certify(
            "m", List.of(network), RawUnits.STEPS, List.of(Optional.of(dl4j)), List.of());

    assertThat(certificate.agrees()).isTrue();
    assertThat(certificate.tolerance()).isEqualTo(Certificate.TOLERANCE);
  }

  private static double worstByItsOwnSize(Network network, Dl4jNetwork dl4j) {
    int count = 32;
    float[] windows = Probes.windows(network, count, RawUnits.STEPS, new Random(1));
    int[] lengths = new int[count];
    Arrays.fill(lengths, RawUnits.STEPS);
    float[] expected = dl4j.output(windows, lengths, RawUnits.STEPS);
    Kernel kernel = Kernels.compile(network, RawUnits.STEPS, KernelKind.PLAIN);
    float[] output = new float[kernel.outputs()];
    double worst = 0;
    for (int i = 0; i < count; i++) {
      int offset = i * RawUnits.STEPS * network.inputs();
      kernel.forward(windows, offset, RawUnits.STEPS, kernel.newScratch(), output);
      for (int c = 0; c < output.length; c++) {
        double e = expected[i * output.length + c];
        worst = Math.max(worst, Math.abs(output[c] - e) / Math.max(1, Math.abs(e)));
      }
    }
    return worst;
  }

  /** DL4J's softplus is infinite from a sum of 88.8 on: that is none of the kernel's mistakes. */
  @Test
  void certify_softplusThatDl4jOverflows_isHeldAgainstDoublesThere() {
    Network network = counts(200, 190.5f);
    Certificate certificate = certify(network, network);

    assertThat(certificate.agrees()).isTrue();
    assertThat(certificate.kernelServes()).isTrue();
    assertThat(certificate.windows()).isPositive();
    assertThat(certificate.reference()).isEqualTo("a pass in doubles");
  }

  /** Of Infinity a sigmoid makes 1, which is a number, and wrong. */
  @Test
  void certify_softplusThatDl4jOverflowsBeforeTheEnd_isHeldAgainstDoubles() {
    Network network = shares(200, .01f);

    assertThat(certify(network, network).kernelServes()).isTrue();
    assertThat(certify(network, network).reference()).isEqualTo("a pass in doubles");
    assertThat(certify(shares(2, .01f), shares(2, .01f)).reference()).startsWith("DL4J");
    assertThat(certify(shares(2, .01f), shares(2, .5f)).agrees()).isFalse();
  }

  /** Nor where another column is none: Infinity less Infinity. */
  @Test
  void certify_softplusesThatDl4jOverflowsBeforeTheEnd_areHeldAgainstDoublesInAllColumns() {
    List<Layer> layers = new ArrayList<>(counts(200, 200).layers());
    float[] weights = {.005f, .005f, .005f, -.005f};
    layers.add(new Layer.Dense(2, ActivationFunction.SIGMOID, weights, new float[2]));
    Network network = new Network(2, RawUnits.STEPS, layers);

    assertThat(certify(network, network).kernelServes()).isTrue();
    assertThat(certify(network, network).reference()).isEqualTo("a pass in doubles");
  }

  /** A share of what was counted. */
  private static Network shares(float bias, float weight) {
    List<Layer> layers = new ArrayList<>(counts(bias).layers());
    layers.add(
        new Layer.Dense(1, ActivationFunction.SIGMOID, new float[] {weight}, new float[] {0}));
    return new Network(2, RawUnits.STEPS, layers);
  }

  /** A value that DL4J has is held against it, also beside one that it has not. */
  @Test
  void certify_columnBesideOneThatDl4jOverflows_isHeldAgainstDl4j() {
    assertThat(certify(counts(200, 0.5f), counts(200, 0.5f)).reference()).startsWith("DL4J");
    assertThat(certify(counts(200, 0.5f), counts(200, 0.5f)).agrees()).isTrue();
    assertThat(certify(counts(200, 0.5f), counts(200, 0.7f)).agrees()).isFalse();
  }

  /** Of some steps, with a head that counts, whose sums are hardly more than its biases. */
  private static Network counts(float... biases) {
    Random random = new Random(1);
    Layer rnn =
        new Layer.SimpleRnn(
            3,
            ActivationFunction.TANH,
            false,
            false,
            RawUnits.gaussian(random, 2 * 3, 0.5),
            RawUnits.gaussian(random, 3 * 3, 0.5),
            new float[3]);
    Layer head =
        new Layer.Dense(
            biases.length,
            ActivationFunction.SOFTPLUS,
            RawUnits.gaussian(random, 3 * biases.length, 0.1),
            biases);
    return new Network(2, RawUnits.STEPS, List.of(rnn, head));
  }

  private static Certificate certify(Network network, Network inDl4j) {
    return Prover.certify(
        "m",
        List.of(network),
        RawUnits.STEPS,
        List.of(Optional.of(Dl4jNetwork.of(inDl4j))),
        List.of());
  }

  /** Another order of sums, in float32, is the same network; and so is what no float32 rounded. */
  @Test
  void certify_goldenThatFloat32Rounded_agrees() {
    Network network = RawUnits.simple(ActivationFunction.RELU, 0.5, 2);

    Certificate.GoldenResult rounded = golden(network, network, value -> (float) value);
    Certificate.GoldenResult exact = golden(network, network, EXACT);

    assertThat(rounded.maxError()).isBetween(1.2e-5, 3e-5);
    assertThat(rounded.tolerance()).isBetween(4e-5, Certificate.MOST_TOLERANCE);
    assertThat(rounded.agrees()).isTrue();
    assertThat(exact.agrees()).isTrue();
  }

  @Test
  void certify_wrongSimpleRnn_differs() {
    Network right = RawUnits.simple(ActivationFunction.RELU, 0.5, 2);
    Layer.SimpleRnn rnn = (Layer.SimpleRnn) right.layers().get(0);
    Layer.Dense head = (Layer.Dense) right.layers().get(1);
    int units = rnn.units();

    for (ActivationFunction function :
        List.of(ActivationFunction.RELU6, ActivationFunction.ELU, ActivationFunction.SILU)) {
      assertDiffers(right, simple(rnn, function, rnn.recurrentKernel(), rnn.bias()), head);
    }
    float[] turned = transposed(rnn.recurrentKernel(), units);
    assertDiffers(right, simple(rnn, rnn.activation(), turned, rnn.bias()), head);
    assertDiffers(
        right, simple(rnn, rnn.activation(), rnn.recurrentKernel(), new float[units]), head);
    float[] one = rnn.recurrentKernel().clone();
    one[5] += 1e-3f;
    assertDiffers(right, simple(rnn, rnn.activation(), one, rnn.bias()), head);
    assertDiffers(
        right, rnn, new Layer.Dense(4, ActivationFunction.LINEAR, head.kernel(), new float[4]));
    assertDiffers(
        right, rnn, new Layer.Dense(4, ActivationFunction.RELU, minus(head.kernel()), head.bias()));
  }

  private static Layer.SimpleRnn simple(
      Layer.SimpleRnn of, ActivationFunction activation, float[] recurrent, float[] bias) {
    return new Layer.SimpleRnn(of.units(), activation, false, false, of.kernel(), recurrent, bias);
  }

  @Test
  void certify_wrongLstm_differs() {
    Network right = RawUnits.lstm(1);
    Layer.Lstm lstm = (Layer.Lstm) right.layers().get(0);
    Layer head = right.layers().get(1);
    assertThat(golden(right, right, EXACT).agrees()).isTrue();
    for (int[] order : new int[][] {{0, 2, 1, 3}, {1, 0, 2, 3}, {0, 1, 3, 2}}) {
      assertDiffers(
          right,
          lstm(
              lstm,
              ActivationFunction.SIGMOID,
              gates(lstm.kernel(), lstm.units(), order),
              gates(lstm.recurrentKernel(), lstm.units(), order),
              gates(lstm.bias(), lstm.units(), order)),
          head);
    }
    assertDiffers(
        right,
        lstm(
            lstm,
            ActivationFunction.HARD_SIGMOID,
            lstm.kernel(),
            lstm.recurrentKernel(),
            lstm.bias()),
        head);
    assertDiffers(
        right,
        lstm(
            lstm,
            ActivationFunction.SIGMOID,
            lstm.kernel(),
            lstm.recurrentKernel(),
            new float[lstm.bias().length]),
        head);
  }

  private static Layer.Lstm lstm(
      Layer.Lstm of, ActivationFunction gate, float[] kernel, float[] recurrent, float[] bias) {
    return new Layer.Lstm(of.units(), of.activation(), gate, false, false, kernel, recurrent, bias);
  }

  /** Whether one layer's mistake is seen in the outputs that Keras would have given. */
  private static void assertDiffers(Network right, Layer first, Layer second) {
    Network wrong = new Network(right.inputs(), right.steps(), List.of(first, second));

    Certificate.GoldenResult result = golden(wrong, right, EXACT);

    assertThat(result.agrees()).as("%s", result).isFalse();
  }

  private static Certificate.GoldenResult golden(
      Network read, Network meant, DoubleUnaryOperator rounding) {
    Golden golden = RawUnits.golden(meant, RawUnits.inputs(8), rounding);
    return Prover.certify(
            "m", List.of(read), RawUnits.STEPS, List.of(Optional.empty()), List.of(golden))
        .goldens()
        .get(0);
  }

  private static float[] transposed(float[] square, int n) {
    float[] out = new float[square.length];
    for (int i = 0; i < square.length; i++) {
      out[i % n * n + i / n] = square[i];
    }
    return out;
  }

  private static float[] gates(float[] values, int units, int[] order) {
    float[] out = new float[values.length];
    int row = units * order.length;
    for (int i = 0; i < out.length; i++) {
      int gate = i % row / units;
      out[i - gate * units + order[gate] * units] = values[i];
    }
    return out;
  }

  private static float[] minus(float[] values) {
    float[] out = values.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = -out[i];
    }
    return out;
  }
}
