package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More instances than partitions: one of them has none. */
final class TasklessIT {
  @TempDir Path directory;

  @Test
  void series_thatNobodyHas_isAbsentWhicheverInstanceIsAsked() throws Exception {
    Map<String, String> settings = Map.of("topics.features.partitions", "1");
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        WatchedStream first =
            new WatchedStream(broker.bootstrapServers(), directory.resolve("1"), settings);
        WatchedStream second =
            new WatchedStream(broker.bootstrapServers(), directory.resolve("2"), settings)) {
      List<WatchedStream> both = List.of(first, second);
      await().until(() -> both.stream().allMatch(WatchedStream::isReady));
      first.produce(List.of("a"), 0, 6);
      await()
          .until(
              () -> both.stream().allMatch(each -> each.get("/api/series/a").statusCode() == 200));

      for (WatchedStream each : both) {
        HttpResponse<String> unknown = each.get("/api/series/typo");

        assertThat(unknown.statusCode()).as(unknown.body()).isEqualTo(404);
        assertThat(unknown.body()).contains("there is no series 'typo'");
      }
    }
  }
}
