package io.tplus1.rnn.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LearnerMemoryTest {

  /** Long windows, wide layers, many words, each where another array is the largest. */
  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(network(0, List.of(1), 128, 5), new BatchSize(1000, 50, 1)),
        Arguments.of(network(0, List.of(1, 1), 200, 3), new BatchSize(96, 40, 48)),
        Arguments.of(network(0, List.of(2), 64, 7), new BatchSize(300, 128, 300)),
        Arguments.of(network(0, List.of(0), 300, 900), new BatchSize(24, 64, 1)),
        Arguments.of(network(20_000, List.of(0), 50, 100), new BatchSize(40, 50, 1)),
        Arguments.of(network(0, List.of(3, 0), 33, 1), new BatchSize(24, 512, 12)));
  }

  /**
   * @param kinds of recurrent layers, as {@link LearnNetworks#recurrent} counts them
   */
  private static Network network(int words, List<Integer> kinds, int units, int outputs) {
    LearnNetworks draw = new LearnNetworks(1, false);
    List<Layer> layers = new ArrayList<>();
    int width = 7;
    if (words > 0) {
      layers.add(new Layer.Embedding(words, width, false, draw.weights(words * width, 1)));
    }
    for (int kind : kinds) {
      layers.add(draw.recurrent(kind, width, units, true));
      width = units;
    }
    layers.add(
        new Layer.Dense(
            outputs,
            ActivationFunction.LINEAR,
            draw.weights(width * outputs, width),
            new float[outputs]));
    return new Network(words > 0 ? 1 : 7, Shape.ANY_STEPS, layers);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void bytes_anyShape_areWhatIsAllocated(Network network, BatchSize most) {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    NetworkLearner learner =
        new NetworkLearner(network, PlainLearning.mse(), PlainLearning.adam(0.01), most);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    long held = allocated + Float.BYTES * network.parameters();

    assertThat(learner.updates()).isZero();
    assertThat((double) NetworkLearner.bytes(network, most)).isBetween(0.95 * held, 1.1 * held);
  }
}
