package io.tplus1.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.topology.notice.UnknownWords;
import io.tplus1.wire.WireVector;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Words that no vocabulary holds are counted, and the first of each category is said. */
class UnknownWordsTopologyTest {
  private static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");

  private final LogCapture log = LogCapture.of(UnknownWords.class);
  private final ForecastTestHarness harness =
      new ForecastTestHarness(
          Map.of(
              "features", "kind,colour",
              "categories", "kind,colour",
              "vocabulary.kind", "storm,calm",
              "vocabulary.colour", "red,green,blue"));

  @AfterEach
  void close() {
    log.close();
    harness.close();
  }

  private void push(int second, String kind, String colour) {
    harness.push(
        "k", T0.plusSeconds(second), "{\"kind\":\"%s\",\"colour\":\"%s\"}".formatted(kind, colour));
  }

  private long unknown() {
    return harness.counters().events(ForecastCounters.Event.UNKNOWN_WORD);
  }

  @Test
  void push_wordsOfNoVocabulary_areCountedAndTheFirstOfEachCategoryIsSaid() {
    push(0, "storm", "red");
    assertThat(unknown()).isZero();

    push(1, "Storm", "green");
    push(2, "STORM", "grün");
    push(3, "calm", "blau");

    assertThat(unknown()).isEqualTo(4);
    assertThat(log.messages())
        .satisfiesExactly(
            kind ->
                assertThat(kind)
                    .startsWith("'kind' came as 'Storm', which is none of the 2 words")
                    .contains("give vocabulary.kind"),
            colour -> assertThat(colour).startsWith("'colour' came as 'grün', which is none of"));
  }

  @Test
  void push_recordThatIsDeadLettered_isNotCounted() {
    harness.push("k", T0, "{\"kind\":\"Storm\"}");

    assertThat(harness.counters().deadLetters()).isEqualTo(1);
    assertThat(unknown()).isZero();
  }

  @Test
  void push_placeOfNoWord_isCounted() {
    harness.pushRecord(
        "k".getBytes(UTF_8),
        new WireVector(T0.toEpochMilli(), new float[] {0, 2}).toBytes(),
        T0.toEpochMilli());

    assertThat(unknown()).isEqualTo(1);
    assertThat(log.messages()).hasSize(1);
  }
}
