package io.tplus1.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tplus1.feature.FeatureVector;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the harness makes of what is pushed where a producer's client would complete it. */
final class PushedRecordsTest {
  private static final Map<String, String> KINDS =
      Map.of("features", "kind", "categories", "kind", "vocabulary.kind", "storm,calm");

  @ParameterizedTest
  @ValueSource(floats = {-1, 1.5f, 3})
  void push_vectorWithAnIdOfNoWord_isRefused(float id) {
    try (var harness = new ForecastTestHarness(KINDS)) {
      FeatureVector vector = new FeatureVector(0, new float[] {id});

      assertThatIllegalArgumentException()
          .isThrownBy(() -> harness.push("k", vector))
          .withMessage("'kind' takes the ids 0 (none of its words) to 2, found " + id);
    }
  }

  /** In JSON as in the binary form, where it always was. */
  @ParameterizedTest
  @ValueSource(strings = {"json", "binary"})
  void push_categoryThatIsNaN_isAbsent(String format) {
    Map<String, String> settings =
        Map.of(
            "features", "x,kind",
            "window.steps", "2",
            "categories", "kind",
            "vocabulary.kind", "storm,calm",
            "missing.fill", "last",
            "features.format", format);
    try (var harness = new ForecastTestHarness(settings)) {
      harness.push("k", Instant.EPOCH, 1, 2);
      harness.push("k", Instant.EPOCH.plusSeconds(1), 1, Float.NaN);

      assertThat(harness.deadLetters()).isEmpty();
      assertThat(harness.window("k"))
          .extracting(vector -> vector.values()[1])
          .containsExactly(2f, 2f);
    }
  }

  /** As on a cluster, where the producer gives the record its own time. */
  @Test
  void push_timeBefore1970InTheValue_isDeadLettered() {
    Map<String, String> settings =
        Map.of("features", "x", "window.steps", "2", "time.source", "field");
    Instant time = Instant.ofEpochMilli(-1_000);
    try (var harness = new ForecastTestHarness(settings)) {
      harness.push("k", time, 1);
      harness.push("k", new FeatureVector(time.toEpochMilli(), new float[] {1}));

      assertThat(harness.deadLetters())
          .extracting(
              dead -> new String(dead.headers().lastHeader("tplus1.dlq.reason").value(), UTF_8))
          .containsExactly("NEGATIVE_TIME", "NEGATIVE_TIME");
    }
  }

  @Test
  void pushRecord_withoutATimestamp_hasTheClocksTime() {
    try (var harness = new ForecastTestHarness(Map.of("features", "x", "window.steps", "2"))) {
      for (int i = 0; i < 2; i++) {
        harness.pushRecord(new TestRecord<>("k".getBytes(UTF_8), "{\"x\":1}".getBytes(UTF_8)));
        harness.advanceWallClock(Duration.ofHours(1));
      }

      assertThat(harness.window("k"))
          .extracting(FeatureVector::timeMs)
          .containsExactly(
              ForecastTestHarness.START.toEpochMilli(),
              ForecastTestHarness.START.plus(Duration.ofHours(1)).toEpochMilli());
      assertThat(harness.predictions()).hasSize(1);
    }
  }
}
