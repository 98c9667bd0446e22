package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.serde.Prediction;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A score says whether what came lies in the interval that was sent, of its horizon and target. */
class ScoredIntervalsTest {
  private static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");
  private static final int HORIZON = 3;
  private static final List<String> TARGETS = List.of("x", "y");

  @Test
  void push_threeHorizonsOfTwoTargets_areHeldAgainstTheIntervalsThatWereSent() throws Exception {
    Map<Long, Prediction> sent = new HashMap<>();
    Map<Integer, Integer> told = new HashMap<>();
    int outside = 0;
    try (var harness =
        new ForecastTestHarness(
            Map.of(
                "features", "x,y",
                "window.steps", "2",
                "forecast.horizon", Integer.toString(HORIZON),
                "window.max.age", "1h"))) {
      Random random = new Random(20261127);
      double x = 0;
      double y = 0;
      for (int i = 0; i < 200; i++) {
        // Walks of two sizes, so that no two intervals are alike.
        x += random.nextGaussian();
        y += 50 * random.nextGaussian();
        harness.push("k", T0.plusSeconds(i), (float) x, (float) y);
        for (String score : harness.scores()) {
          JsonNode json = new ObjectMapper().readTree(score);
          int at = json.get("horizon").asInt() - 1;
          Prediction forecast = sent.get(json.get("madeAt").asLong());
          for (int t = 0; t < TARGETS.size(); t++) {
            JsonNode target = json.get("features").get(TARGETS.get(t));
            float lower = of(forecast.lower(), at * TARGETS.size() + t);
            float upper = of(forecast.upper(), at * TARGETS.size() + t);
            if (Float.isNaN(lower)) {
              assertThat(target.hasNonNull("inside")).isFalse();
              continue;
            }
            double actual = target.get("actual").asDouble();
            boolean inside = target.get("inside").asBoolean();
            assertThat(inside).isEqualTo(lower <= actual && actual <= upper);
            told.merge(at + 1, 1, Integer::sum);
            outside += inside ? 0 : 1;
          }
        }
        harness.predictions().forEach(one -> sent.put(one.timeMs(), one));
      }
    }
    assertThat(told).containsOnlyKeys(1, 2, 3).allSatisfy((h, of) -> assertThat(of).isPositive());
    assertThat(outside).isGreaterThan(50);
  }

  private static float of(float[] bounds, int at) {
    return bounds.length == 0 ? Float.NaN : bounds[at];
  }
}
