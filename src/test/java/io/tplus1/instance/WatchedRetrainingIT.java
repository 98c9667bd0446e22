package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What watches a role that retrains alone. */
final class WatchedRetrainingIT {
  @TempDir Path directory;

  /** The role raises what was set for the forecasts' sake; who watches it must not refuse that. */
  @Test
  void start_producerTooSmallForTheForecasts_answers() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream =
          new StreamUnderTest(
              broker.bootstrapServers(),
              "alone",
              directory.resolve("state"),
              Map.of("features", "a", "http.port", "8080", "producer.max.request.size", "1048576"));
      try (WatchedRetraining retraining =
          new WatchedRetraining(stream, directory.resolve("learner"))) {
        assertThat(retraining.status("/health/live", "")).isEqualTo(200);
      }
    }
  }
}
