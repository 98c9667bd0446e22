package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a champion where forecasts ask no network and nothing is trained. */
final class UnaskedChampionIT {
  @TempDir Path directory;

  @Test
  void champion_expertsWithoutANetwork_isThereAndNotSaidToServe() throws Exception {
    String hash = "a".repeat(64);
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        WatchedStream watched =
            new WatchedStream(
                broker.bootstrapServers(),
                directory.resolve("state"),
                Map.of("experts", "last,series"))) {
      watched.serve(hash);
      await().until(watched::isReady);
      watched.produce(List.of("s"), 0, 6);
      await()
          .ignoreExceptions()
          .until(
              () -> watched.json("/api/series/s").at("/forecast/model").asText().equals("experts"));
      await().until(() -> watched.get("/metrics").body().contains("model=\"experts\""));

      assertThat(watched.json("/api/models").at("/champion/hash").asText()).isEqualTo(hash);
      assertThat(watched.json("/api/models").at("/champion/asked").toString()).isEqualTo("false");
      assertThat(watched.get("/metrics").body())
          .contains("tplus1_network_wished 0.0", "tplus1_champion_age_seconds NaN")
          .doesNotContain("tplus1_champion_info{");
      await().until(() -> watched.get("/metrics").body().contains("tplus1_model_events_total{"));
      assertThat(watched.get("/metrics").body())
          .doesNotContain("tplus1_consecutive_training_failures");
    }
  }
}
