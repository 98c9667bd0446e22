package io.tplus1.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureVector;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of records changes nothing of what is said. */
class BinaryTopologyTest {
  private static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");

  private static ForecastTestHarness harness(String features, String output) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("features", "x,y,sky");
    settings.put("categories", "sky");
    settings.put("vocabulary.sky", "clear,rain");
    settings.put("window.steps", "3");
    settings.put("history.minimum", "1");
    settings.put("forecast.horizon", "2");
    settings.put("linear.lags", "1-2");
    settings.put("experts", "last,linear,markov");
    settings.put("features.format", features);
    settings.put("output.format", output);
    return new ForecastTestHarness(settings);
  }

  private static List<String> outcome(String features, String output) {
    try (ForecastTestHarness harness = harness(features, output)) {
      for (int i = 0; i < 60; i++) {
        float[] values = {(float) Math.sin(i), i % 7, i % 3};
        harness.push("k" + i % 2, new FeatureVector(T0.plusSeconds(i).toEpochMilli(), values));
      }
      List<String> outcome = new ArrayList<>();
      PredictionSerde serde = new PredictionSerde(harness.schema());
      harness
          .predictions()
          .forEach(one -> outcome.add(new String(serde.serializer().serialize("t", one), UTF_8)));
      outcome.addAll(harness.scores());
      assertThat(harness.deadLetters()).isEmpty();
      return outcome;
    }
  }

  @Test
  void push_sameVectors_sameForecastsAndScoresInEveryForm() {
    List<String> json = outcome("json", "json");

    assertThat(json).hasSizeGreaterThan(150);
    assertThat(outcome("binary", "binary")).isEqualTo(json);
    assertThat(outcome("auto", "binary")).isEqualTo(json);
    assertThat(outcome("binary", "json")).isEqualTo(json);
  }

  /** Where an end is no number, neither form says one. */
  @ParameterizedTest
  @ValueSource(strings = {"json", "binary"})
  void push_intervalsReachBeyondTheRangeOfFloats_haveNoEndThere(String output) {
    int oneSided = 0;
    try (ForecastTestHarness harness = harness("json", output)) {
      for (int i = 0; i < 60; i++) {
        harness.push("k", T0.plusSeconds(i), i % 2 == 0 ? 3e38f : -3e38f, i % 7, i % 3);
      }
      for (Prediction one : harness.predictions()) {
        for (int i = 0; i < one.lower().length; i++) {
          assertThat(one.lower()[i]).isNotEqualTo(Float.NEGATIVE_INFINITY);
          assertThat(one.upper()[i]).isNotEqualTo(Float.POSITIVE_INFINITY);
          oneSided += Float.isNaN(one.lower()[i]) == Float.isNaN(one.upper()[i]) ? 0 : 1;
        }
      }
    }
    assertThat(oneSided).isGreaterThan(20);
  }

  @Test
  void push_onlyBinaryIsTaken_jsonIsDeadLettered() {
    try (ForecastTestHarness harness = harness("binary", "binary")) {
      harness.push("k", T0, "{\"x\":1,\"y\":2,\"sky\":\"rain\"}");
      harness.push("k", T0, 1, 2, 2);

      assertThat(harness.predictions()).hasSize(1);
      assertThat(harness.deadLetters())
          .singleElement()
          .satisfies(
              letter ->
                  assertThat(
                          new String(letter.headers().lastHeader(DeadLetter.DETAIL).value(), UTF_8))
                      .startsWith("the value is not binary"));
    }
  }
}
