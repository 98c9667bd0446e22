package io.tplus1.rnn.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.RandomNetworks;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class WeightsTest {
  @Property(tries = 200, seed = "20261130")
  void in_aLayersOwnWeights_isTheLayer(@ForAll long seed) {
    for (Layer layer : new RandomNetworks(seed).next(4).layers()) {
      assertThat(Weights.in(layer, Weights.of(layer))).isEqualTo(layer);
    }
  }
}
