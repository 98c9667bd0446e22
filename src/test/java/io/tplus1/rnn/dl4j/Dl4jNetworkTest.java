package io.tplus1.rnn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.rnn.RandomNetworks;
import io.tplus1.rnn.ReferenceNetwork;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Weights;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class Dl4jNetworkTest {

  @Property(tries = 150, seed = "20261124")
  void output_anyNetworkThatDl4jCanExpress_equalsReference(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int steps)
      throws InvalidArtifactException {
    RandomNetworks networks = new RandomNetworks(seed);
    Network network = networks.next(steps);
    if (Dl4jNetwork.refusal(network).isPresent()) {
      return;
    }
    Dl4jNetwork dl4j = Dl4jNetwork.of(network);
    double[][][] windows = {networks.window(network, steps), networks.window(network, steps)};
    int[] lengths = {steps, steps};
    assertSame(network, windows, dl4j.output(flat(windows, steps), lengths, steps));

    if (dl4jFollowsMasks(network)) {
      double[][][] uneven = {networks.window(network, 1), networks.window(network, steps)};
      assertSame(network, uneven, dl4j.output(flat(uneven, steps), new int[] {1, steps}, steps));
    }

    assertSameWeights(network, dl4j.toNetwork(steps));
    Dl4jNetwork restored = Dl4jNetwork.restore(dl4j.save(), network.inputs());
    assertThat(restored.output(flat(windows, steps), lengths, steps))
        .isEqualTo(dl4j.output(flat(windows, steps), lengths, steps));
    Network read = restored.toNetwork(steps);
    for (double[][] window : windows) {
      assertThat(ReferenceNetwork.forward(read, window))
          .isEqualTo(ReferenceNetwork.forward(network, window));
    }
  }

  /** Not within its bidirectional layers, nor where masked steps are put out or flattened. */
  private static boolean dl4jFollowsMasks(Network network) {
    return network.layers().stream()
            .noneMatch(
                layer -> layer instanceof Layer.Flatten || layer instanceof Layer.Bidirectional)
        && network.shapes().stream().anyMatch(shape -> !shape.isSequence());
  }

  private static void assertSame(Network network, double[][][] windows, float[] found) {
    double[] expected =
        Arrays.stream(windows)
            .flatMapToDouble(window -> Arrays.stream(ReferenceNetwork.forward(network, window)))
            .toArray();
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      double tolerance = 1e-5 * Math.max(1, Math.abs(expected[i]));
      assertThat(Math.abs(found[i] - expected[i]))
          .as("output %d of %s", i, network)
          .isLessThan(tolerance);
    }
  }

  private static void assertSameWeights(Network expected, Network found) {
    float[][] a = weights(expected);
    float[][] b = weights(found);
    assertThat(b).isEqualTo(a);
  }

  private static float[][] weights(Network network) {
    return network.layers().stream()
        .flatMap(layer -> Weights.of(layer).stream())
        .toArray(float[][]::new);
  }

  /** Left-padded. */
  private static float[] flat(double[][][] windows, int steps) {
    int inputs = windows[0][0].length;
    float[] flat = new float[windows.length * steps * inputs];
    for (int w = 0; w < windows.length; w++) {
      int at = ((w + 1) * steps - windows[w].length) * inputs;
      for (double[] row : windows[w]) {
        for (double value : row) {
          flat[at++] = (float) value;
        }
      }
    }
    return flat;
  }
}
