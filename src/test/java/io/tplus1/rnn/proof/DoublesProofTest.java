package io.tplus1.rnn.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a pass in doubles sees of kernels of networks that DL4J refuses, as for their masks. */
class DoublesProofTest {
  private static final int STEPS = 6;
  private static final int VOCABULARY = 1_000;

  @Test
  void agreesWithDoubles_kernelMasksNothing_differs() {
    assertSeen(new Layer.Masking(-9), new Layer.Dropout(0), 1);
  }

  @Test
  void agreesWithDoubles_kernelMasksAnotherValue_differs() {
    assertSeen(new Layer.Masking(-9), new Layer.Masking(0), 2);
  }

  @Test
  void agreesWithDoubles_kernelOfAnEmbeddingMasksNothing_differs() {
    float[] table = weights(VOCABULARY * 2);
    assertSeen(
        new Layer.Embedding(VOCABULARY, 2, true, table),
        new Layer.Embedding(VOCABULARY, 2, false, table),
        1);
  }

  /** A table costs memory, and no time. */
  @Test
  void certify_largeVocabulary_onFullWindows() {
    Layer embedding = new Layer.Embedding(3_000_000, 1, true, new float[3_000_000]);
    Network network = network(1, embedding, 1, 100);

    Certificate certificate =
        Prover.certify("m", List.of(network), 100, List.of(Optional.empty()), List.of());

    assertThat(certificate.windows()).isEqualTo(12);
    assertThat(certificate.agrees()).isTrue();
  }

  private static void assertSeen(Layer right, Layer wrong, int inputs) {
    int width = right instanceof Layer.Embedding embedding ? embedding.width() : inputs;
    Network network = network(inputs, right, width, STEPS);
    Network other = network(inputs, wrong, width, STEPS);

    assertThat(Prover.agreesWithDoubles(network, STEPS, kernel(network))).isTrue();
    assertThat(Prover.agreesWithDoubles(network, STEPS, kernel(other))).isFalse();
  }

  private static Network network(int inputs, Layer first, int width, int steps) {
    Layer.Gru gru =
        new Layer.Gru(
            3,
            ActivationFunction.TANH,
            ActivationFunction.SIGMOID,
            true,
            false,
            false,
            weights(width * 9),
            weights(27),
            weights(18));
    return new Network(inputs, steps, List.of(first, gru));
  }

  private static List<Kernel> kernel(Network network) {
    return List.of(Kernels.compile(network, STEPS, KernelKind.PLAIN));
  }

  private static float[] weights(int count) {
    Random random = new Random(count);
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (float) random.nextGaussian() / 2;
    }
    return weights;
  }
}
