package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.harness.ForecastTestHarness;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Where a target's values stand in a forecast depends on those in front of it, and nothing else.
 */
class TargetOrderTopologyTest {
  private static final Instant T0 = Instant.parse("2025-12-31T00:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What came of the vectors.
   *
   * @param covered how many intervals held what came, as counted
   */
  private record Run(List<JsonNode> predictions, List<JsonNode> scores, AtomicLong covered) {
    /** Values at a path of all scores; where it leads nowhere, there is none. */
    List<JsonNode> ofScores(String path) {
      return scores.stream().map(one -> one.at(path)).filter(one -> !one.isMissingNode()).toList();
    }
  }

  @Test
  void push_numberBehindAWordOrBeforeIt_isMixedHeldInIntervalsAndScoredAlike() throws Exception {
    Run behind = run("status,wind");
    Run before = run("wind,status");

    assertThat(behind.predictions()).hasSize(80).isEqualTo(before.predictions());
    assertThat(behind.scores()).hasSize(79 + 78).isEqualTo(before.scores());
    List<JsonNode> inside = behind.ofScores("/features/wind/inside");
    long covered = inside.stream().filter(JsonNode::asBoolean).count();
    assertThat(covered).isPositive().isLessThan(inside.size());
    assertThat(List.of(behind.covered().get(), before.covered().get())).containsOnly(covered);
    assertThat(behind.predictions())
        .filteredOn(one -> one.at("/forecasts/0").has("lower"))
        .hasSizeGreaterThan(70)
        .allSatisfy(TargetOrderTopologyTest::windLiesInItsInterval);
  }

  private static void windLiesInItsInterval(JsonNode prediction) {
    for (JsonNode horizon : prediction.get("forecasts")) {
      if (horizon.has("lower")) {
        assertThat(horizon.at("/values/wind").asDouble())
            .isBetween(horizon.at("/lower/wind").asDouble(), horizon.at("/upper/wind").asDouble());
      }
    }
  }

  private static Run run(String targets) throws Exception {
    Run run = new Run(new ArrayList<>(), new ArrayList<>(), new AtomicLong());
    try (var harness =
        new ForecastTestHarness(
            Map.of(
                "features", "status,wind",
                "categories", "status",
                "vocabulary.status", "storm,hurricane",
                "targets", targets,
                "window.steps", "4",
                "history.minimum", "1",
                "forecast.horizon", "2",
                "experts", "last,seasonal,markov",
                "season.steps", "3",
                "interval.coverage", "0.8"))) {
      for (int i = 0; i < 80; i++) {
        harness.push("k", T0.plusSeconds(i), vector(i));
        for (String text : harness.predictionTexts()) {
          ObjectNode prediction = (ObjectNode) JSON.readTree(text);
          prediction.remove("receipt");
          run.predictions.add(prediction);
        }
        for (String text : harness.scores()) {
          run.scores.add(JSON.readTree(text));
        }
      }
      run.covered.set(harness.counters().events(ForecastCounters.Event.COVERED));
    }
    return run;
  }

  /** A season of three steps, and beside it what no expert foresees. */
  private static String vector(int i) {
    String status = i % 3 == 0 || i % 7 == 0 ? "hurricane" : "storm";
    double wind = 30 + 10 * (i % 3) + 4 * Math.sin(i * i);
    return "{\"wind\":%s,\"status\":\"%s\"}".formatted((float) wind, status);
  }
}
