package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many series whose newest state waits on the heap to be written. */
final class UnwrittenStateIT {
  /** More than are written in some seconds. */
  private static final List<String> MANY =
      IntStream.range(0, 8_000).mapToObj("storm-%04d"::formatted).toList();

  private static final String LAST = MANY.get(MANY.size() - 1);

  @TempDir Path directory;

  @Test
  void series_vectorBehindTheStoredState_isToldBesideItsForecast() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        WatchedStream watched =
            new WatchedStream(
                broker.bootstrapServers(),
                directory.resolve("state"),
                Map.of(
                    "http.token",
                    WatchedStream.TOKEN,
                    "processing.guarantee",
                    "at_least_once",
                    "commit.interval.ms",
                    "10000"))) {
      await().until(watched::isReady);
      watched.produce(MANY, 0, 2);
      tellsForecastOf(watched, LAST, 1);

      watched.produce(MANY, 2, 3);

      // The last ones are written last.
      for (String key : MANY.subList(MANY.size() - 20, MANY.size())) {
        JsonNode series = tellsForecastOf(watched, key, 2);
        long newest = series.at("/forecast/madeAt").asLong();
        assertThat(series.get("lastTime").asLong()).isEqualTo(newest);
        assertThat(series.get("vectors")).hasSize(3);
        assertThat(series.at("/vectors/2/0").asLong()).isEqualTo(newest);
      }
    }
  }

  private static JsonNode tellsForecastOf(WatchedStream watched, String key, int hour) {
    long timeMs = WatchedStream.START + Duration.ofHours(hour).toMillis();
    await().until(() -> watched.get("/api/series/" + key).statusCode() == 200);
    return await()
        .until(
            () -> watched.json("/api/series/" + key),
            series -> series.at("/forecast/madeAt").asLong() == timeMs);
  }
}
