package io.tplus1.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
}
