package io.tplus1.topology;

import static io.tplus1.JsonSchemas.assertValid;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import io.tplus1.JsonSchemas;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What consumers get: target times, categories, and values that fit the published schemas. */
class OutputTopologyTest {
  private static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");
  private static final long T0_MS = T0.toEpochMilli();

  @Test
  void push_fixedInterval_targetsFollowIt() {
    try (var harness =
        new ForecastTestHarness(
            Map.of(
                "features", "x",
                "window.steps", "1",
                "forecast.horizon", "2",
                "step.interval", "6h"))) {
      harness.push("k", T0, 1);

      assertThat(harness.predictions().get(0).targetTimesMs())
          .containsExactly(T0_MS + 21_600_000, T0_MS + 43_200_000);
    }
  }

  @Test
  void push_noFixedInterval_targetsFollowTheMedianOnceThereIsOne() {
    try (var harness =
        new ForecastTestHarness(
            Map.of(
                "features", "x",
                "window.steps", "4",
                "history.minimum", "1",
                "forecast.horizon", "2"))) {
      harness.push("k", T0, 1);
      harness.push("k", T0.plusMillis(100), 1);
      harness.push("k", T0.plusMillis(200), 1);
      harness.push("k", T0.plusMillis(900), 1);

      List<Prediction> predictions = harness.predictions();
      assertThat(predictions.get(0).targetTimesMs())
          .containsExactly(Prediction.UNKNOWN_TIME, Prediction.UNKNOWN_TIME);
      assertThat(predictions.get(1).targetTimesMs()).containsExactly(T0_MS + 200, T0_MS + 300);
      assertThat(predictions.get(3).targetTimesMs()).containsExactly(T0_MS + 1_000, T0_MS + 1_100);
    }
  }

  @Test
  void push_categoriesAndNumbers_areForecastScoredAndFitTheSchemas() throws Exception {
    Schema predictionSchema = JsonSchemas.schema("prediction");
    Schema scoreSchema = JsonSchemas.schema("score");
    Schema featuresSchema = JsonSchemas.schema("features");
    try (var harness =
        new ForecastTestHarness(
            Map.of(
                "features", "wind,status",
                "categories", "status",
                "vocabulary.status", "storm,hurricane",
                "targets", "status,wind",
                "window.steps", "2",
                "history.minimum", "1",
                "forecast.horizon", "2"))) {
      harness.push("k", T0, "{\"wind\":30,\"status\":\"storm\"}"); // NO_MODEL
      RecordingForecaster model =
          new RecordingForecaster("m", harness.schema(), 2, 2, 0.1f, 0.2f, 0.7f, 40);
      harness.serve(model);
      List<String> inputs =
          List.of(
              "{\"wind\":35,\"status\":\"hurricane\",\"timestamp\":\"2025-12-31T00:00:01Z\"}",
              "{\"features\":{\"wind\":45,\"status\":\"depression\"},\"timestamp\":"
                  + (T0_MS + 2_000)
                  + "}",
              "{\"features\":[50,\"storm\"],\"timestamp\":\"2025-12-31 00:00:03\"}");
      for (String input : inputs) {
        assertValid(featuresSchema, input);
        harness.push("k", T0, input);
      }

      assertThat(harness.deadLetters()).isEmpty();
      assertThat(model.windows().get(1).toArray()).isDeepEqualTo(new float[][] {{35, 2}, {45, 0}});
      List<Prediction> predictions = harness.predictions();
      assertThat(predictions).hasSize(4);
      assertThat(predictions.get(0).values()).containsExactly(0, 1, 0, 30, 0, 1, 0, 30);
      for (Prediction prediction : predictions) {
        assertValid(
            predictionSchema,
            new String(
                new PredictionSerde(harness.schema()).serializer().serialize("t", prediction),
                StandardCharsets.UTF_8));
      }
      List<String> scores = harness.scores();
      assertThat(scores).hasSize(5);
      scores.forEach(score -> assertValid(scoreSchema, score));
      assertThat(scores.get(0))
          .contains(
              "\"status\":{\"actual\":\"hurricane\",\"forecast\":\"storm\",\"probability\":0.0",
              "\"correct\":false,\"persistenceCorrect\":false},\"wind\":{\"actual\":35.0,"
                  + "\"forecast\":30.0,\"error\":-5.0,\"persistenceError\":-5.0}");
      assertThat(scores.get(2))
          .contains("\"actual\":\"<unknown>\",\"forecast\":\"hurricane\",\"probability\":0.1");
    }
  }

  @Test
  void push_everyStatus_fitsTheSchemas() throws Exception {
    try (var harness =
        new ForecastTestHarness(
            Map.of("features", "x", "window.steps", "2", "history.minimum", "1"))) {
      Schema predictionSchema = JsonSchemas.schema("prediction");
      harness.push("ключ \"\u0001", T0, 1);
      harness.serve(new RecordingForecaster("m", harness.schema(), 2, 1, 3e38f));
      harness.push("new", T0, 1);
      harness.push("new", T0.plusSeconds(1), -3e38f);
      harness.serve(new RecordingForecaster("b", harness.schema(), 2, 1, Float.NaN));
      harness.push("new", T0.plusSeconds(2), 1);

      List<Prediction> predictions = harness.predictions();
      assertThat(predictions).extracting(Prediction::status).doesNotHaveDuplicates().hasSize(4);
      for (Prediction prediction : predictions) {
        assertValid(
            predictionSchema,
            new String(
                new PredictionSerde(harness.schema()).serializer().serialize("t", prediction),
                StandardCharsets.UTF_8));
      }
      List<String> scores = harness.scores();
      assertThat(scores).hasSize(2);
      scores.forEach(score -> assertValid(JsonSchemas.schema("score"), score));
    }
  }
}
