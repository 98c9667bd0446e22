package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.serde.Prediction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The numbers of the question, pushed one row at a time. */
class QuestionTopologyTest {
  private static final float[][] ROWS = {
    {1, 2, 3, 4}, {2, 5, 6, 7}, {3, 8, 9, 10}, {4, 11, 12, 13}
  };
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void push_rowsOfTheQuestion_givesItsWindowsAndTheRowsThatFollow() throws Exception {
    try (var harness =
        new ForecastTestHarness(Map.of("features", "a,b,c,d", "window.steps", "2"))) {
      RecordingForecaster model =
          new RecordingForecaster("question", harness.schema(), 2, 1, 0, 0, 0, 0);
      harness.serve(model);

      for (int i = 0; i < ROWS.length; i++) {
        harness.push("x", START.plusSeconds(i), ROWS[i]);
      }

      assertThat(model.windows().stream().map(FeatureWindow::toArray).toArray(float[][][]::new))
          .isDeepEqualTo(
              new float[][][] {
                {ROWS[0], ROWS[1]}, {ROWS[1], ROWS[2]}, {ROWS[2], ROWS[3]},
              });
      assertThat(harness.predictions())
          .extracting(Prediction::timeMs)
          .containsExactly(
              START.plusSeconds(1).toEpochMilli(),
              START.plusSeconds(2).toEpochMilli(),
              START.plusSeconds(3).toEpochMilli());
      List<float[]> actuals = new ArrayList<>();
      List<Long> madeAt = new ArrayList<>();
      for (String score : harness.scores()) {
        JsonNode json = new ObjectMapper().readTree(score);
        float[] actual = new float[4];
        for (int f = 0; f < 4; f++) {
          actual[f] = json.at("/features/" + "abcd".charAt(f) + "/actual").floatValue();
        }
        actuals.add(actual);
        madeAt.add(json.get("madeAt").longValue());
      }
      assertThat(actuals.toArray(float[][]::new)).isDeepEqualTo(new float[][] {ROWS[2], ROWS[3]});
      assertThat(madeAt)
          .containsExactly(
              START.plusSeconds(1).toEpochMilli(), START.plusSeconds(2).toEpochMilli());
    }
  }
}
