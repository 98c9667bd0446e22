package io.tplus1.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topology.ForecastListener;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class ForecastApplicationTest {
  @TempDir Path directory;

  /** A port that takes its time makes no start wait for it twice. */
  @Test
  @Timeout(60)
  void of_portOfABroker_isAskedOnceBeforeClientsAreMade() throws Exception {
    try (ServerSocket port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      List<String> askedBy = new CopyOnWriteArrayList<>();
      new Thread(() -> answer(port, askedBy), "broker").start();
      Configuration configuration =
          new Configuration(
              Map.of(
                  "features",
                  "x",
                  "bootstrap.servers",
                  "127.0.0.1:" + port.getLocalPort(),
                  "state.dir",
                  directory.toString()));
      ModelRegistry registry = configuration.registry(configuration.schema());

      var application =
          ForecastApplication.of(
              configuration,
              configuration.schema(),
              registry,
              Role.FORECAST,
              ForecastListener.NONE,
              Topology::new);
      try (application) {
        await().atMost(Duration.ofSeconds(30)).until(() -> askedBy.contains("tplus1-topics"));
      }
      assertThat(Collections.frequency(askedBy, "tplus1")).isEqualTo(1);
    }
  }

  /** Reads who asks, as the header of each request says, and answers as brokers begin to. */
  private static void answer(ServerSocket port, List<String> askedBy) {
    while (!port.isClosed()) {
      try (Socket client = port.accept();
          DataInputStream in = new DataInputStream(client.getInputStream())) {
        byte[] beforeName = new byte[3 * Integer.BYTES];
        in.readFully(beforeName);
        askedBy.add(new String(in.readNBytes(in.readShort()), UTF_8));
        client.getOutputStream().write(new byte[] {0, 0, 1, 0});
      } catch (IOException e) {
        // Whoever has heard enough goes, and at last this closes.
      }
    }
  }
}
