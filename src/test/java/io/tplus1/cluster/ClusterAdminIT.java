package io.tplus1.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.config.Configuration;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterAdminIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir static Path directory;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(directory);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  /** Kafka's client begins with an address by chance, and stays with one that says nothing. */
  @RepeatedTest(10)
  void answer_addressThatHangsBesideOneThatIsWell_comes() throws Exception {
    try (ServerSocket hung = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Configuration configuration =
          new Configuration(
              Map.of(
                  "bootstrap.servers",
                  "127.0.0.1:%d,%s".formatted(hung.getLocalPort(), broker.bootstrapServers()),
                  "features",
                  "x",
                  "window.steps",
                  "2"));
      try (ClusterAdmin cluster = new ClusterAdmin(configuration, "test", TIMEOUT)) {
        assertThat(cluster.answer(cluster.admin().describeCluster().nodes())).hasSize(1);
      }
    }
  }

  /** Brokers that answer all the time, if not with what was asked for. */
  @Test
  void answer_brokersSayWhyThereIsNone_isTold() {
    CoordinatorNotAvailableException why =
        new CoordinatorNotAvailableException("The coordinator is not available.");
    Configuration configuration =
        new Configuration(Map.of("bootstrap.servers", broker.bootstrapServers(), "features", "x"));
    try (ClusterAdmin cluster = new ClusterAdmin(configuration, "test", TIMEOUT)) {
      assertThatThrownBy(
              () ->
                  cluster.answer(
                      CompletableFuture.failedFuture(new TimeoutException("timed out", why))))
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("had no answer within 10 s: The coordinator is not available.");
      assertThatThrownBy(
              () -> cluster.answer(CompletableFuture.failedFuture(new TimeoutException("no"))))
          .hasMessageContaining("no broker of bootstrap.servers=");
    }
  }
}
