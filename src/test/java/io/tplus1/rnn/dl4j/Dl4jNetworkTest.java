package io.tplus1.rnn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.rnn.RandomNetworks;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Weights;
import io.tplus1.rnn.proof.ReferenceNetwork;
import io.tplus1.rnn.training.TestTasks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
    Dl4jNetwork restored =
        Dl4jNetwork.restore(dl4j.save(), network.inputs(), steps, Long.MAX_VALUE);
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
    for (int i = 0; i < network.layers().size(); i++) {
      Layer layer = network.layers().get(i);
      if (layer instanceof Layer.Flatten || layer instanceof Layer.Bidirectional) {
        return false;
      }
      if (!network.shapes().get(i).isSequence()) {
        return true;
      }
    }
    return false;
  }

  static Stream<Network> networksThatDl4jDoesNotTrain() {
    Layer.SimpleRnn forward = cell(false, false);
    return Stream.of(
        new Network(
            2,
            3,
            List.of(
                new Layer.Bidirectional(forward, cell(false, true), Layer.Merge.SUM),
                dense(ActivationFunction.LINEAR))),
        new Network(2, 3, List.of(new Layer.Masking(0), forward, dense(ActivationFunction.LINEAR))),
        decoder(dense(ActivationFunction.SIGMOID)),
        decoder(
            dense(ActivationFunction.SIGMOID),
            new Layer.Dropout(0.1),
            new Layer.Activation(ActivationFunction.LINEAR)),
        decoder(dense(ActivationFunction.LINEAR), new Layer.Activation(ActivationFunction.RELU)),
        decoder(new Layer.Activation(ActivationFunction.TANH), new Layer.Dropout(0.1)));
  }

  @ParameterizedTest
  @MethodSource("networksThatDl4jDoesNotTrain")
  void trainingRefusal_whatFailsAsItIsTrained_saysSo(Network network) {
    TargetLoss loss = loss(network);

    assertThat(Dl4jNetwork.trainingRefusal(network, loss)).isPresent();
    assertThatThrownBy(() -> fit(network, loss)).isInstanceOf(RuntimeException.class);
  }

  static Stream<Network> networksThatDl4jTrains() {
    Layer linear = new Layer.Activation(ActivationFunction.LINEAR);
    return Stream.of(
        new Network(2, 3, List.of(cell(false, false), dense(ActivationFunction.SIGMOID))),
        decoder(dense(ActivationFunction.LINEAR), linear),
        decoder(dense(ActivationFunction.LINEAR), new Layer.Dropout(0.1)),
        decoder(cell(true, false)),
        new Network(
            2,
            3,
            List.of(
                cell(true, false),
                new Layer.Dropout(0.1),
                new Layer.Bidirectional(cell(true, false), cell(true, true), Layer.Merge.SUM),
                new Layer.Flatten(),
                new Layer.Dense(2, ActivationFunction.LINEAR, new float[12], new float[2]))));
  }

  @ParameterizedTest
  @MethodSource("networksThatDl4jTrains")
  void trainingRefusal_whatIsTrained_isEmpty(Network network) {
    TargetLoss loss = loss(network);

    assertThat(Dl4jNetwork.trainingRefusal(network, loss)).isEmpty();
    assertThat(fit(network, loss)).isFinite();
  }

  private static TargetLoss loss(Network network) {
    return new TargetLoss(
        new int[] {1, 1}, new boolean[2], false, Math.max(1, network.output().steps()));
  }

  private static double fit(Network network, TargetLoss loss) {
    int rows = Math.max(1, network.output().steps());
    return Dl4jNetwork.trainable(network, loss, TestTasks.settings().build())
        .fit(new float[] {1, 2, 3, 4, 5, 6}, new int[] {3}, 3, new float[2 * rows], rows);
  }

  private static Network decoder(Layer... end) {
    List<Layer> layers = new ArrayList<>(List.of(cell(false, false), new Layer.RepeatVector(2)));
    layers.addAll(List.of(end));
    return new Network(2, 3, layers);
  }

  private static Layer.SimpleRnn cell(boolean sequences, boolean backwards) {
    return new Layer.SimpleRnn(
        2,
        ActivationFunction.TANH,
        sequences,
        backwards,
        new float[] {1, 2, 3, 4},
        new float[4],
        new float[2]);
  }

  private static Layer dense(ActivationFunction activation) {
    return new Layer.Dense(2, activation, new float[] {1, 2, 3, 4}, new float[2]);
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
