package io.tplus1.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokerIdentityTest {
  @TempDir Path directory;

  @Test
  void load_nothingStored_empty() throws IOException {
    assertThat(BrokerIdentity.load(directory)).isEmpty();
  }

  @Test
  void load_stored_equal() throws IOException {
    BrokerIdentity identity = BrokerIdentity.alone();
    identity.store(directory);

    assertThat(BrokerIdentity.load(directory)).contains(identity);
  }

  @Test
  void load_portNoNumber_errorNamesFileAndValue() throws IOException {
    BrokerIdentity.alone().store(directory);
    Path file = directory.resolve("broker.properties");
    Files.writeString(file, Files.readString(file).replaceAll("(?m)^port=.*$", "port=http"));

    assertThatThrownBy(() -> BrokerIdentity.load(directory))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(file + ": port is 'http', expected an integer");
  }

  @Test
  void load_valueAbsent_errorNamesFileAndSetting() throws IOException {
    Path file = directory.resolve("broker.properties");
    Files.writeString(file, "node.id=1\n");

    assertThatThrownBy(() -> BrokerIdentity.load(directory))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(file + ": cluster.id is absent");
  }

  @Test
  void onFreePorts_controllerPortTaken_voterMovesWithIt() throws IOException {
    BrokerIdentity identity = BrokerIdentity.alone();
    try (ServerSocket taker = LoopbackPorts.bind(identity.controllerPort()).orElseThrow()) {
      BrokerIdentity moved = identity.onFreePorts();

      assertThat(moved.port()).isEqualTo(identity.port());
      assertThat(moved.controllerPort()).isNotEqualTo(taker.getLocalPort());
      assertThat(moved.voters()).isEqualTo("1@127.0.0.1:" + moved.controllerPort());
      assertThat(moved.clusterId()).isEqualTo(identity.clusterId());
    }
  }

  /** As one was stored that had drawn the port that it kept. */
  @Test
  void onFreePorts_bothAreOne_movesOne() {
    int port = LoopbackPorts.free(1).get(0);
    BrokerIdentity identity = new BrokerIdentity(1, "id", port, port, "1@127.0.0.1:" + port);

    BrokerIdentity moved = identity.onFreePorts();

    assertThat(moved.port()).isEqualTo(port);
    assertThat(moved.controllerPort()).isNotEqualTo(port);
    assertThat(moved.voters()).isEqualTo("1@127.0.0.1:" + moved.controllerPort());
  }
}
