package io.tplus1.rnn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Weights;
import io.tplus1.rnn.training.TestTasks;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is dropped teaches nothing to the layers before it. */
class DropoutTrainingTest {
  private static final int STEPS = 3;
  private static final int UNITS = 4;
  private static final Layer.Dropout ALL = new Layer.Dropout(0.999999);

  private final Random random = new Random(3);

  static Stream<Network> networksThatDropAll() {
    DropoutTrainingTest draw = new DropoutTrainingTest();
    Layer last = draw.cell(2, false, false);
    Layer each = draw.cell(2, true, false);
    Layer relu = new Layer.Activation(ActivationFunction.RELU);
    Layer tanh = new Layer.Activation(ActivationFunction.TANH);
    Layer repeat = new Layer.RepeatVector(2);
    Layer flatten = new Layer.Flatten();
    Layer dense = draw.dense(UNITS, 2);
    Layer ofAll = draw.dense(STEPS * UNITS, 2);
    Layer both =
        new Layer.Bidirectional(
            draw.cell(UNITS, true, false), draw.cell(UNITS, true, true), Layer.Merge.SUM);
    return Stream.of(
        network(last, ALL, dense),
        network(last, ALL, draw.dense(UNITS, UNITS), dense),
        network(last, ALL, relu, dense),
        network(last, ALL, repeat, dense),
        network(last, ALL, tanh, repeat, draw.cell(UNITS, true, false), dense),
        network(last, repeat, ALL, draw.lstm(true), dense),
        network(each, ALL, draw.lstm(false), dense),
        network(each, ALL, draw.cell(UNITS, false, false), dense),
        network(each, ALL, both, flatten, ofAll),
        network(each, ALL, flatten, ofAll),
        network(each, draw.dense(UNITS, UNITS), ALL, flatten, ofAll));
  }

  @ParameterizedTest
  @MethodSource("networksThatDropAll")
  void fit_allIsDropped_layersBeforeStayAsTheyAre(Network network) {
    Dl4jNetwork dl4j = trainable(network);
    float[] labels = new float[2 * rows(network)];
    Arrays.fill(labels, 1);

    double loss =
        dl4j.fit(new float[] {1, 2, 3, 4, 5, 6}, new int[] {STEPS}, STEPS, labels, rows(network));

    assertThat(loss).isPositive().isFinite();
    List<float[]> before = weights(network);
    List<float[]> after = weights(dl4j.toNetwork(STEPS));
    assertThat(after.get(after.size() - 1)).isNotEqualTo(before.get(before.size() - 1));
    List<float[]> dropped = weights(network.layers().subList(0, network.layers().indexOf(ALL)));
    for (int i = 0; i < dropped.size(); i++) {
      assertThat(after.get(i)).as("weights %d", i).isEqualTo(dropped.get(i));
    }
  }

  static Stream<Network> networksWhoseDropoutIsLost() {
    DropoutTrainingTest draw = new DropoutTrainingTest();
    Layer last = draw.cell(2, false, false);
    Layer dense = draw.dense(UNITS, 2);
    Layer dropout = new Layer.Dropout(0.2);
    Layer sigmoid = new Layer.Activation(ActivationFunction.SIGMOID);
    return Stream.of(
        network(last, dropout, sigmoid, dense),
        network(last, dropout, new Layer.RepeatVector(2), sigmoid, dense),
        network(last, dense, dropout, new Layer.Activation(ActivationFunction.TANH)),
        network(last, dense, dropout, new Layer.RepeatVector(2)));
  }

  @ParameterizedTest
  @MethodSource("networksWhoseDropoutIsLost")
  void trainingRefusal_nothingWithWeightsReadsWhatIsDropped_saysSo(Network network) {
    assertThat(Dl4jNetwork.trainingRefusal(network, loss(network)))
        .contains("DL4J drops values only on their way into a layer with weights");
    assertThat(Dl4jNetwork.refusal(network)).isEmpty();
  }

  /** So that a file that is imported again is the same artifact. */
  @Test
  void of_dropoutBeforeALayerWithoutWeights_staysInItsPlace() {
    DropoutTrainingTest draw = new DropoutTrainingTest();
    Network network =
        network(draw.cell(2, false, false), ALL, new Layer.RepeatVector(2), draw.dense(UNITS, 2));

    assertThat(kinds(Dl4jNetwork.of(network).toNetwork(STEPS))).isEqualTo(kinds(network));
    assertThat(kinds(trainable(network).toNetwork(STEPS)))
        .containsExactly(
            Layer.SimpleRnn.class,
            Layer.RepeatVector.class,
            Layer.Dropout.class,
            Layer.Dense.class);
  }

  private static List<Class<?>> kinds(Network network) {
    return network.layers().stream().<Class<?>>map(Layer::getClass).toList();
  }

  private static Network network(Layer... layers) {
    return new Network(2, STEPS, List.of(layers));
  }

  private static Dl4jNetwork trainable(Network network) {
    return Dl4jNetwork.trainable(
        network, loss(network), TestTasks.settings().rmsProp(0.01).build());
  }

  private static TargetLoss loss(Network network) {
    return new TargetLoss(new int[] {1, 1}, new boolean[2], false, rows(network));
  }

  private static int rows(Network network) {
    return Math.max(1, network.output().steps());
  }

  private static List<float[]> weights(Network network) {
    return weights(network.layers());
  }

  private static List<float[]> weights(List<Layer> layers) {
    return layers.stream().flatMap(layer -> Weights.of(layer).stream()).toList();
  }

  private Layer.SimpleRnn cell(int inputs, boolean sequences, boolean backwards) {
    return new Layer.SimpleRnn(
        UNITS,
        ActivationFunction.TANH,
        sequences,
        backwards,
        draw(inputs * UNITS),
        draw(UNITS * UNITS),
        draw(UNITS));
  }

  private Layer lstm(boolean sequences) {
    return new Layer.Lstm(
        UNITS,
        ActivationFunction.TANH,
        ActivationFunction.SIGMOID,
        sequences,
        false,
        draw(UNITS * 4 * UNITS),
        draw(UNITS * 4 * UNITS),
        draw(4 * UNITS));
  }

  private Layer dense(int inputs, int units) {
    return new Layer.Dense(units, ActivationFunction.LINEAR, draw(inputs * units), draw(units));
  }

  private float[] draw(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
