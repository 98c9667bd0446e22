package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances that do not say, each for itself, by which address others reach them. */
final class AdvertisedIT {
  private static final List<String> KEYS =
      IntStream.range(0, 40).mapToObj(i -> "key-" + i).toList();

  @TempDir Path directory;

  @Test
  void series_ofAnInstanceWithTheSameAddress_isNotSaidToBeAbsent() throws Exception {
    assertOthers(Map.of("http.advertised", "127.0.0.1:8080"), 503, "127.0.0.1:8080");
  }

  @Test
  void series_ofAnInstanceThatNobodyCanAsk_isAbsentHereWithAdvice() throws Exception {
    assertOthers(Map.of("http.host", "0.0.0.0"), 404, "on this instance; if there are others");
  }

  private void assertOthers(Map<String, String> settings, int status, String reason)
      throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        WatchedStream first =
            new WatchedStream(broker.bootstrapServers(), directory.resolve("1"), settings);
        WatchedStream second =
            new WatchedStream(broker.bootstrapServers(), directory.resolve("2"), settings)) {
      await().until(() -> first.isReady() && second.isReady());
      first.produce(KEYS, 0, 6);
      await()
          .until(
              () ->
                  KEYS.stream()
                      .allMatch(
                          key ->
                              first.get("/api/series/" + key).statusCode() == 200
                                  || second.get("/api/series/" + key).statusCode() == 200));

      List<HttpResponse<String>> others =
          KEYS.stream()
              .map(key -> first.get("/api/series/" + key))
              .filter(answer -> answer.statusCode() != 200)
              .toList();

      assertThat(others)
          .isNotEmpty()
          .allSatisfy(
              answer -> {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
                assertThat(answer.body()).contains(reason).contains("http.advertised");
              });
    }
  }
}
