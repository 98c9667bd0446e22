package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of a series whose vectors came with holes and gaps between them. */
final class FilledSeriesIT {
  private static final Map<String, String> FILLING =
      Map.of(
          "missing.fill",
          "last",
          "missing.limit",
          "5",
          "gap.fill",
          "last",
          "gap.limit",
          "5",
          "step.interval",
          "1h");

  @TempDir Path directory;

  /** Of a place and of a wind, unless that is absent. */
  private static String vector(int hour, Integer wind) {
    return "{\"timestamp\": %d, \"lat\": 25, \"long\": -65%s}"
        .formatted(at(hour), wind == null ? "" : ", \"wind\": " + wind);
  }

  private static long at(int hour) {
    return WatchedStream.START + hour * 3_600_000L;
  }

  private static long[] at(int... hours) {
    return Arrays.stream(hours).mapToLong(FilledSeriesIT::at).toArray();
  }

  private static long[] longs(JsonNode array) {
    return LongStream.range(0, array.size()).map(i -> array.get((int) i).asLong()).toArray();
  }

  /** A wind that is made up is a target; nothing at all came at three of the hours. */
  @Test
  void series_holesAndGaps_areNotToldAsWhatCame() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        WatchedStream watched =
            new WatchedStream(broker.bootstrapServers(), directory.resolve("state"), FILLING)) {
      watched.serve("a".repeat(64));
      await().until(watched::isReady);
      for (int hour = 0; hour < 3; hour++) {
        watched.produceJunk("s", vector(hour, 30 + hour));
      }
      watched.produceJunk("s", vector(3, null));
      watched.produceJunk("s", vector(6, 50));
      await()
          .ignoreExceptions()
          .until(() -> watched.json("/api/series/s").get("lastTime").asLong() == at(6));

      JsonNode series = watched.json("/api/series/s");
      List<String> rows = new ArrayList<>();
      series.get("vectors").forEach(row -> rows.add(row.toString()));
      assertThat(rows)
          .containsExactly(
              "[%d,25.0,-65.0,30.0]".formatted(at(0)),
              "[%d,25.0,-65.0,31.0]".formatted(at(1)),
              "[%d,25.0,-65.0,32.0]".formatted(at(2)),
              "[%d,25.0,-65.0,32.0]".formatted(at(3)),
              "[%d,null,null,null]".formatted(at(4)),
              "[%d,null,null,null]".formatted(at(5)),
              "[%d,25.0,-65.0,50.0]".formatted(at(6)));
      assertThat(longs(series.at("/filled/targets"))).containsExactly(at(3, 4, 5));
      assertThat(series.at("/filled/inputs")).isEmpty();
    }
  }
}
