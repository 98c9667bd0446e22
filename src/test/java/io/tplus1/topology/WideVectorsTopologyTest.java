package io.tplus1.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.TestSettings;
import io.tplus1.harness.ForecastTestHarness;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors of more features than a header has room to name. */
class WideVectorsTopologyTest {
  private static final String NAMES =
      IntStream.rangeClosed(1, 120).mapToObj("sensor_%03d"::formatted).collect(joining(","));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"features\":[1,2]}|found 2",
        "{\"ts\":1,\"features\":[1,2]}|time.field",
        "{\"schema\":{},\"payload\":{}}|value.converter.schemas.enable=false",
        "{\"features\":{\"other\":1}}|features.extra=ignore",
        "{}|'sensor_001' is absent",
      })
  void push_noVector_detailSaysWhatWasFoundAndWhatToDo(String value, String expected) {
    try (var harness =
        new ForecastTestHarness(
            TestSettings.with(Map.of("features", NAMES, "window.steps", "2")))) {
      harness.push("k", Instant.EPOCH, value);

      assertThat(detail(harness)).contains(expected).contains("sensor_001");
    }
  }

  @ParameterizedTest
  @CsvSource({"'',no feature has a value", "0,in missing.values"})
  void push_nothingThere_detailSaysSo(String missing, String expected) {
    try (var harness =
        new ForecastTestHarness(
            TestSettings.with(
                Map.of("features", NAMES, "window.steps", "2", "missing.fill", "last"),
                "missing.values",
                missing))) {
      harness.push("k", Instant.EPOCH, "{\"sensor_001\":" + (missing.isEmpty() ? null : 0) + "}");

      assertThat(detail(harness)).contains(expected).contains("sensor_001");
    }
  }

  @Test
  void push_nothingToFillFrom_detailSaysSo() {
    try (var harness =
        new ForecastTestHarness(
            TestSettings.with(
                Map.of("features", NAMES, "window.steps", "2", "missing.fill", "last")))) {
      harness.push("k", Instant.EPOCH, "{\"sensor_120\":1}");

      assertThat(detail(harness)).contains("to fill from").contains("sensor_001");
    }
  }

  private static String detail(ForecastTestHarness harness) {
    return new String(
        harness.deadLetters().get(0).headers().lastHeader(DeadLetter.DETAIL).value(), UTF_8);
  }
}
