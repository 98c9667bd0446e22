package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import io.tplus1.feature.FeatureSchema;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OperationsTest {
  /** So wide that the largest heap of a test has no room for as many series as are usual. */
  private static final String[] TARGETS =
      IntStream.range(0, 300).mapToObj(i -> "f" + i).toArray(String[]::new);

  /** What is said at the start, on any free port. */
  private static List<String> said(Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(Map.of("features", String.join(",", TARGETS)));
    settings.putAll(more);
    Configuration configuration = new Configuration(settings);
    HttpSettings http =
        new HttpSettings(
            0,
            "http.port",
            "127.0.0.1",
            0,
            Optional.empty(),
            Optional.empty(),
            1,
            1,
            configuration.http().series(),
            true,
            0);
    try (LogCapture log = LogCapture.of(Operations.class)) {
      Operations.ofForecasts(configuration, http, configuration.schema(), Clock.systemUTC())
          .close();
      return log.messages();
    }
  }

  private static String held(String notOf) {
    FeatureSchema schema = FeatureSchema.ofNumbers(TARGETS);
    return "The dashboard holds forecasts and scores of %d series%s: of %d bytes each, more do not fit into 0.1 of the heap"
        .formatted(
            Operations.roomForSeries(schema, 1, Runtime.getRuntime().maxMemory()),
            notOf,
            LiveEntry.bytes(schema, 1));
  }

  @Test
  void ofForecasts_noRoomForTheUsualSeries_namesNoSettingThatNobodySet() {
    assertThat(said(Map.of())).containsExactly(held(""));
  }

  @Test
  void ofForecasts_noRoomForTheSeriesThatAreSet_namesTheSetting() {
    assertThat(said(Map.of("http.series", "900000")))
        .containsExactly(held(", not of http.series=900000"));
  }

  @Test
  void ofForecasts_roomForAll_saysNothing() {
    assertThat(said(Map.of("http.series", "16"))).isEmpty();
  }
}
