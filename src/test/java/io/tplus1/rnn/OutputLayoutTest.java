package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OutputLayoutTest {
  private static final Layer LINEAR = new Layer.Activation(ActivationFunction.LINEAR);
  private static final Layer SOFTMAX = new Layer.Activation(ActivationFunction.SOFTMAX);

  static Stream<Arguments> ends() {
    Layer dense = dense(ActivationFunction.LINEAR);
    return Stream.of(
        arguments(List.of(dense), true),
        arguments(List.of(dense, LINEAR), true),
        arguments(List.of(dense, new Layer.Flatten()), true),
        arguments(List.of(dense, new Layer.Dropout(0.5), LINEAR), true),
        arguments(List.of(dense, SOFTMAX), false),
        arguments(List.of(dense, SOFTMAX, LINEAR), false),
        arguments(List.of(dense(ActivationFunction.SOFTMAX), LINEAR), false),
        arguments(List.of(dense(ActivationFunction.SOFTMAX), new Layer.Flatten()), false),
        arguments(List.of(LINEAR), false));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void endsLinearly_layersThatHandOn_areLookedThrough(List<Layer> layers, boolean expected) {
    assertThat(OutputLayout.endsLinearly(new Network(2, 3, layers))).isEqualTo(expected);
  }

  private static Layer dense(ActivationFunction activation) {
    return new Layer.Dense(2, activation, new float[4], new float[2]);
  }
}
