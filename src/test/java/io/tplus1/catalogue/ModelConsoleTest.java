package io.tplus1.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.config.Configuration;
import io.tplus1.serde.ModelCommand;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConsoleTest {
  /** Exactly once, Kafka Streams lets a producer try for ever. */
  @ParameterizedTest
  @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
  void producerSettings_anyGuarantee_triesNoLongerThanTheCallerWaits(String guarantee) {
    Duration timeout = Duration.ofSeconds(5);
    Configuration configuration =
        new Configuration(
            Map.of(
                "bootstrap.servers", "127.0.0.1:1",
                "features", "x",
                "window.steps", "2",
                "processing.guarantee", guarantee));
    try (ModelConsole console = new ModelConsole(configuration, timeout)) {
      Map<String, Object> settings = console.producerSettings();

      assertThat(settings)
          .containsEntry("delivery.timeout.ms", 5_000)
          .containsEntry("max.block.ms", 5_000)
          .containsEntry("request.timeout.ms", 4_000)
          .doesNotContainKey("transactional.id");
      // They are such that a producer takes them.
      new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())
          .close(Duration.ZERO);
    }
  }

  /** They accept, and say nothing: of a command that may have been sent the failure is another. */
  @Test
  void order_brokersThatDoNotAnswer_saysThatNothingWasSent() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Configuration configuration =
          new Configuration(
              Map.of(
                  "bootstrap.servers",
                  "127.0.0.1:" + silent.getLocalPort(),
                  "features",
                  "x",
                  "window.steps",
                  "2"));
      ModelCommand command = new ModelCommand("1", ModelCommand.Kind.ROLLBACK, Optional.empty(), 0);
      try (ModelConsole console = new ModelConsole(configuration, Duration.ofSeconds(1))) {
        for (ThrowingCallable sending :
            List.<ThrowingCallable>of(() -> console.order(command), () -> console.ask(command))) {
          assertThatThrownBy(sending)
              .isInstanceOf(KafkaException.class)
              .isNotInstanceOf(TimeoutException.class)
              .hasMessageStartingWith("nothing was sent: no broker of bootstrap.servers=");
        }
      }
    }
  }
}
