package io.tplus1.rnn.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import io.tplus1.rnn.proof.ReferenceNetwork;
import java.util.Arrays;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Both kernels against the reference, over random networks, masks and window lengths. */
class KernelPropertyTest {
  private static final int LONGEST = 12;

  @Property(tries = 3000, seed = "20261124")
  void forward_anyNetwork_equalsReference(@ForAll long seed) {
    RandomNetworks draw = new RandomNetworks(seed);
    Network network = draw.network();
    Kernel plain = Kernels.compile(network, LONGEST, KernelKind.PLAIN);
    Kernel vector = Kernels.compile(network, LONGEST, KernelKind.VECTOR);
    Kernel.Scratch plainScratch = plain.newScratch();
    Kernel.Scratch vectorScratch = vector.newScratch();
    for (int i = 0; i < 3; i++) {
      int steps = draw.steps(network);
      float[] window = draw.window(network, steps);
      double[] expected = ReferenceNetwork.forward(network, rows(window, network.inputs()));
      Assume.that(Arrays.stream(expected).allMatch(v -> Math.abs(v) < 1e4));
      assertClose(network, run(plain, plainScratch, window, steps), expected);
      assertClose(network, run(vector, vectorScratch, window, steps), expected);
    }
  }

  /** Only Flatten and an output for each step show the padding of a short window. */
  @Property(tries = 1000, seed = "20261124")
  void forward_shortWindowOfAFixedNumberOfSteps_equalsThatOfAnyNumber(@ForAll long seed) {
    RandomNetworks draw = new RandomNetworks(seed);
    Network network = draw.network();
    Assume.that(network.layers().stream().noneMatch(Layer.Flatten.class::isInstance));
    Assume.that(!network.isStepwise());
    Network open = new Network(network.inputs(), Shape.ANY_STEPS, network.layers());
    int steps = draw.steps(network);
    float[] window = draw.window(network, steps);
    for (KernelKind kind : new KernelKind[] {KernelKind.PLAIN, KernelKind.VECTOR}) {
      Kernel kernel = Kernels.compile(network, LONGEST, kind);
      Kernel unpadded = Kernels.compile(open, LONGEST, kind);
      assertThat(run(kernel, kernel.newScratch(), window, steps))
          .isEqualTo(run(unpadded, unpadded.newScratch(), window, steps));
    }
  }

  @Property(tries = 1000, seed = "20261124")
  void forwardProjected_anyNetwork_equalsForwardBitForBit(@ForAll long seed) {
    RandomNetworks draw = new RandomNetworks(seed);
    Network network = draw.unmasked();
    for (KernelKind kind : new KernelKind[] {KernelKind.PLAIN, KernelKind.VECTOR}) {
      Kernel kernel = Kernels.compile(network, LONGEST, kind);
      Kernel.Scratch scratch = kernel.newScratch();
      int steps = draw.steps(network);
      float[] window = draw.window(network, steps);
      float[] expected = run(kernel, scratch, window, steps);
      int width = kernel.projectionWidth();
      assertThat(width).isPositive();
      float[] projections = new float[5 + steps * width];
      for (int t = steps - 1; t >= 0; t--) {
        kernel.project(window, t * network.inputs(), scratch, projections, 5 + t * width);
      }
      float[] output = new float[kernel.outputs()];
      kernel.forwardProjected(projections, 5, steps, scratch, output);
      assertThat(output).isEqualTo(expected);
    }
  }

  @Property(tries = 300, seed = "20261124")
  void forward_usedScratch_givesWhatANewOneGives(@ForAll long seed) {
    RandomNetworks draw = new RandomNetworks(seed);
    Network network = draw.network();
    for (KernelKind kind : new KernelKind[] {KernelKind.PLAIN, KernelKind.VECTOR}) {
      Kernel kernel = Kernels.compile(network, LONGEST, kind);
      Kernel.Scratch used = kernel.newScratch();
      for (int i = 0; i < 4; i++) {
        int steps = draw.steps(network);
        float[] window = draw.window(network, steps);
        assertThat(run(kernel, used, window, steps))
            .isEqualTo(run(kernel, kernel.newScratch(), window, steps));
      }
    }
  }

  private static float[] run(Kernel kernel, Kernel.Scratch scratch, float[] window, int steps) {
    float[] output = new float[kernel.outputs()];
    float[] shifted = new float[window.length + 3];
    System.arraycopy(window, 0, shifted, 3, window.length);
    kernel.forward(shifted, 3, steps, scratch, output);
    return output;
  }

  private static double[][] rows(float[] window, int inputs) {
    double[][] rows = new double[window.length / inputs][inputs];
    for (int i = 0; i < window.length; i++) {
      rows[i / inputs][i % inputs] = window[i];
    }
    return rows;
  }

  private static void assertClose(Network network, float[] actual, double[] expected) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    double tolerance = 1e-5 * Math.max(1, largest);
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
        throw new AssertionError(
            "output %d of %s is %s, the reference gives %s"
                .formatted(i, network.layers(), actual[i], expected[i]));
      }
    }
  }
}
