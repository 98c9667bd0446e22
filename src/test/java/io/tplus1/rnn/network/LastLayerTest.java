package io.tplus1.rnn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LastLayerTest {
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
  void isLinear_layersThatHandOn_areLookedThrough(List<Layer> layers, boolean expected) {
    assertThat(LastLayer.of(new Network(2, 3, layers)).isLinear()).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void givesProbabilities_activations_areThoseThatEndInThem(ActivationFunction function) {
    boolean expected =
        switch (function) {
          case SOFTMAX, SIGMOID, HARD_SIGMOID -> true;
          default -> false;
        };

    LastLayer last = LastLayer.of(new Network(2, 3, List.of(dense(function), new Layer.Flatten())));

    assertThat(last.givesProbabilities()).isEqualTo(expected);
    assertThat(last.activation()).contains(function);
    assertThat(last.width()).isEqualTo(2);
  }

  private static Layer dense(ActivationFunction activation) {
    return new Layer.Dense(2, activation, new float[4], new float[2]);
  }
}
