package io.tplus1.rnn.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.RandomNetworks;
import io.tplus1.rnn.proof.ReferenceNetwork;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class JoinedActivationsTest {
  @Property(tries = 200, seed = "20261127")
  void of_anyNetwork_computesTheSame(@ForAll long seed) {
    RandomNetworks networks = new RandomNetworks(seed);
    Network network = networks.next(4);
    double[][] window = networks.window(network, 4);

    Network joined = JoinedActivations.of(network);

    assertThat(ReferenceNetwork.forward(joined, window))
        .isEqualTo(ReferenceNetwork.forward(network, window));
  }
}
