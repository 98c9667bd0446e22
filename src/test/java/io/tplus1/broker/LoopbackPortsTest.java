package io.tplus1.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LoopbackPortsTest {
  @Test
  void free_many_distinctAndBelowEphemeralRange() {
    List<Integer> ports = LoopbackPorts.free(50);

    assertThat(ports).doesNotHaveDuplicates().hasSize(50).allMatch(p -> p >= 20_000 && p < 32_768);
  }

  @Test
  void isFree_listeningAndClosed_falseThenTrue() throws IOException {
    int port = LoopbackPorts.free(1).get(0);
    try (ServerSocket listener = LoopbackPorts.bind(port).orElseThrow()) {
      assertThat(listener.isBound()).isTrue();
      assertThat(LoopbackPorts.isFree(port)).isFalse();
    }

    assertThat(LoopbackPorts.isFree(port)).isTrue();
  }
}
