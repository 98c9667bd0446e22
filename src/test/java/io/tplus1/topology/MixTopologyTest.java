package io.tplus1.topology;

import static io.tplus1.topology.SmallMix.HORIZON;
import static io.tplus1.topology.SmallMix.SEASON;
import static io.tplus1.topology.SmallMix.T0;
import static io.tplus1.topology.SmallMix.harness;
import static io.tplus1.topology.SmallMix.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.model.ForecastStatus;
import io.tplus1.score.ConformalInterval;
import io.tplus1.score.ExpertMix;
import io.tplus1.score.IntervalPlan;
import io.tplus1.score.Intervals;
import io.tplus1.score.MixPlan;
import io.tplus1.score.Mixes;
import io.tplus1.serde.Prediction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What experts, mixed by their matured errors, put out. */
class MixTopologyTest {
  /** Last value, two seasons and a network, each by its own definition, and the mix over them. */
  @Test
  void push_fourExperts_equalsTheNaiveMixAndIntervals() throws Exception {
    FeatureSchema schema = FeatureSchema.ofNumbers("x");
    MixPlan plan = new MixPlan(schema, HORIZON, new byte[] {0, 1, 17, 6}, Mixes.settings(6, .999));
    ExpertMix mix = plan.start();
    ExpertMix pool = plan.start();
    ConformalInterval intervals = new IntervalPlan(schema, HORIZON, .9).start();
    List<float[][]> made = new ArrayList<>();
    List<float[]> sent = new ArrayList<>();
    List<float[]> halfWidths = new ArrayList<>();
    try (var harness = harness("experts", "last,seasonal,rnn", "season.steps", "4,7")) {
      assertThat(harness.experts()).containsExactly("last", "seasonal", "seasonal-7", "rnn");
      harness.serve(new RecordingForecaster("m", harness.schema(), 8, HORIZON, 3, 2, 1));
      for (int i = 0; i < 60; i++) {
        harness.push("k", T0.plusSeconds(i), value(i));

        float[] actual = {value(i)};
        for (int from = Math.max(0, i - HORIZON); from < i; from++) {
          int h = i - from - 1;
          mix.update(h, actual, made.get(from), h, pool);
          Intervals.update(intervals, h, actual, sent.get(from), h, halfWidths.get(from));
        }
        float[][] experts = new float[4][HORIZON];
        for (int h = 0; h < HORIZON; h++) {
          int next = i + h + 1;
          experts[0][h] = value(i);
          experts[1][h] = next < SEASON ? Float.NaN : value(next - SEASON);
          experts[2][h] = next < 7 ? Float.NaN : value(next - 7);
          experts[3][h] = HORIZON - h;
        }
        float[] expected = new float[HORIZON];
        mix.mix(experts, expected, pool);
        float[] half = new float[HORIZON];
        intervals.halfWidths(half);
        Prediction prediction = harness.predictions().get(0);
        assertThat(prediction.values()).containsExactly(expected, within());
        assertThat(prediction.model()).isEqualTo("m");
        if (prediction.lower().length > 0) {
          for (int h = 0; h < HORIZON; h++) {
            assertThat(prediction.upper()[h] - prediction.values()[h])
                .isCloseTo(half[h], org.assertj.core.data.Offset.offset(1e-3f));
          }
        } else {
          assertThat(half[0]).isNaN();
        }
        made.add(experts);
        sent.add(prediction.values());
        halfWidths.add(half);
      }
    }
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.data.Offset.offset(1e-5f);
  }

  @Test
  void push_withoutModel_isMixedOfTheOthersAndSaysSo() {
    try (var harness = harness("experts", "last,seasonal,rnn")) {
      for (int i = 0; i < 20; i++) {
        harness.push("k", T0.plusSeconds(i), i % SEASON);
      }

      List<Prediction> predictions = harness.predictions();
      Prediction newest = predictions.get(predictions.size() - 1);
      assertThat(newest.status()).isEqualTo(ForecastStatus.NO_MODEL);
      assertThat(newest.model()).isEqualTo("experts");
      assertThat(newest.values()[0]).as("19 was 3, 20 will be 0").isLessThan(.1f);
    }
  }

  @Test
  void push_expertsWithoutANetwork_areOk() throws Exception {
    try (var harness = harness("experts", "last,seasonal")) {
      harness.serve(new RecordingForecaster("m", harness.schema(), 8, HORIZON, 1e6f));
      for (int i = 0; i < 8; i++) {
        harness.push("k", T0.plusSeconds(i), 1);
      }

      Prediction newest = harness.predictions().get(7);
      assertThat(newest.status()).isEqualTo(ForecastStatus.OK);
      assertThat(newest.values()).containsExactly(1, 1, 1);
    }
  }

  @Test
  void push_networkFails_isLeftOutOfTheMix() throws Exception {
    try (var harness = harness("experts", "last,rnn")) {
      harness.serve(new RecordingForecaster("m", harness.schema(), 8, HORIZON, Float.NaN));
      harness.push("k", T0, 5);

      Prediction prediction = harness.predictions().get(0);
      assertThat(prediction.status()).isEqualTo(ForecastStatus.MODEL_FAILED);
      assertThat(prediction.model()).isEqualTo("m");
      assertThat(prediction.values()).containsExactly(5, 5, 5);
    }
  }

  /** A series of its own law: what it alone has learnt beats the last value. */
  @Test
  void push_linearExpertOfEachSeries_followsALine() {
    try (var harness = harness("experts", "last,series", "series.lags", "1-2")) {
      for (int i = 0; i < 60; i++) {
        harness.push("up", T0.plusSeconds(i), 2 * i + i % 3);
        harness.push("down", T0.plusSeconds(i), -5 * i + i % 2);
      }

      List<Prediction> predictions = harness.predictions();
      assertThat(predictions.get(118).values()[2]).isBetween(121f, 127f);
      assertThat(predictions.get(119).values()[2]).isBetween(-313f, -307f);
    }
  }

  @Test
  void push_countsOfSymbols_learnWhatFollows() throws Exception {
    try (var harness =
        new ForecastTestHarness(
            Map.of(
                "features", "s",
                "categories", "s",
                "vocabulary.s", "a,b,c",
                "window.steps", "3",
                "history.minimum", "1",
                "experts", "last,markov"))) {
      for (int i = 0; i < 60; i++) {
        harness.push("k", T0.plusSeconds(i), "{\"s\":\"" + "abc".charAt(i % 3) + "\"}");
      }

      List<Prediction> predictions = harness.predictions();
      assertThat(predictions.get(59).values()[1]).as("a follows c").isGreaterThan(.9f);
      assertThat(predictions.get(59).lower()).isEmpty();
    }
  }

  /** No forecast is made from a step that was made up, so none is learnt to follow one. */
  @Test
  void push_countsOfSymbolsWhereStepsAreAbsent_learnWhatFollowsAtTheNextStep() throws Exception {
    Random random = new Random(5);
    try (var harness =
        new ForecastTestHarness(
            Map.of(
                "features", "s",
                "categories", "s",
                "vocabulary.s", "a,b,c",
                "window.steps", "3",
                "history.minimum", "1",
                "step.interval", "1s",
                "gap.fill", "last",
                "gap.limit", "20",
                "markov.contexts", "1",
                "experts", "markov"))) {
      int followsAtTheNextStep = 0;
      for (int i = 0; i < 300; i++) {
        if (random.nextInt(3) > 0) {
          harness.push("k", T0.plusSeconds(i), "{\"s\":\"" + "abc".charAt(i % 3) + "\"}");
          followsAtTheNextStep = 1 + (i + 1) % 3; // behind what is unknown
        }
      }

      List<Prediction> predictions = harness.predictions();
      assertThat(harness.counters().events(ForecastCounters.Event.STEP_FILLED)).isGreaterThan(80);
      assertThat(predictions.get(predictions.size() - 1).values()[followsAtTheNextStep])
          .isGreaterThan(.95f);
    }
  }

  /** A step on the line to what comes next tells it, and stands in no window of a forecast so. */
  @Test
  void push_linearExpertOfASeriesWhereStepsAreAbsent_doesNotLearnTheLineThatFillsThem() {
    Random random = new Random(5);
    try (var harness =
        harness(
            "experts", "series",
            "series.lags", "1-2",
            "forecast.horizon", "1",
            "step.interval", "1s",
            "gap.fill", "linear",
            "gap.limit", "20")) {
      float walk = 0;
      for (int i = 0; i < 2_000; i++) {
        walk += (float) random.nextGaussian();
        if (random.nextBoolean()) {
          harness.push("k", T0.plusSeconds(i), walk);
        }
      }
      harness.push("k", T0.plusSeconds(2_000), walk);
      harness.push("k", T0.plusSeconds(2_001), walk + 10);

      List<Prediction> predictions = harness.predictions();
      float said = predictions.get(predictions.size() - 1).values()[0];
      assertThat(harness.counters().events(ForecastCounters.Event.STEP_FILLED)).isGreaterThan(800);
      assertThat(said - (walk + 10)).as("a walk does not go on as it went").isBetween(-1f, 1f);
    }
  }

  /** A series' linear expert holds its vectors for longer than windows do. */
  @Test
  void push_countsOfSymbolsBesideWhatHoldsMore_areTheSameAsWithoutIt() throws Exception {
    List<List<float[]>> counts = countsOf("last,series,markov");

    assertThat(counts).hasSize(7);
    assertThat(counts).usingRecursiveComparison().isEqualTo(countsOf("last,markov"));
  }

  /** Windows hold one vector before another, of which nothing is left beside the next. */
  @ParameterizedTest
  @ValueSource(strings = {"last,markov", "last,series,markov"})
  void push_countsOfSymbolsWhereAgeEndsWindows_askForWhatTheyLearn(String experts)
      throws Exception {
    List<float[]> afterFive = countsOf(experts).get(4);
    int b = 2; // behind what is unknown, and a

    assertThat(afterFive.get(1)[b])
        .as("it followed a, and nothing else did")
        .isGreaterThan(afterFive.get(0)[b] + .2f);
  }

  /** What the counts of no symbol and of two say after each vector. */
  private static List<List<float[]>> countsOf(String experts) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("features", "x,s");
    settings.put("categories", "s");
    settings.put("vocabulary.s", "a,b");
    settings.put("window.steps", "2");
    settings.put("history.minimum", "1");
    settings.put("window.max.age", "25s");
    settings.put("max.lateness", "10s");
    settings.put("window.retention", "200s");
    settings.put("markov.contexts", "2");
    settings.put("experts", experts);
    List<List<float[]>> counts = new ArrayList<>();
    try (var harness = new ForecastTestHarness(settings)) {
      int[] seconds = {0, 20, 40, 60, 80, 100, 110};
      for (int i = 0; i < seconds.length; i++) {
        String symbol = List.of("a", "b", "a", "b", "a", "a", "b").get(i);
        harness.push("k", T0.plusSeconds(seconds[i]), "{\"x\":1,\"s\":\"%s\"}".formatted(symbol));
        Map<String, float[]> given = harness.predictions().get(0).receipt().orElseThrow().given();
        counts.add(List.of(given.get("markov-0"), given.get("markov-2")));
      }
    }
    return counts;
  }

  @Test
  void push_countsOfSymbolsAloneAndTwoHorizons_nothingIsCertain() throws Exception {
    try (var harness =
        new ForecastTestHarness(
            Map.of(
                "features", "s",
                "categories", "s",
                "vocabulary.s", "a,b,c",
                "window.steps", "3",
                "history.minimum", "1",
                "forecast.horizon", "2",
                "experts", "markov"))) {
      for (int i = 0; i < 60; i++) {
        harness.push("k", T0.plusSeconds(i), "{\"s\":\"" + "abc".charAt(i % 3) + "\"}");
      }

      assertThat(harness.predictions())
          .hasSize(60)
          .allSatisfy(
              prediction -> {
                for (float probability : prediction.values()) {
                  assertThat(probability).isGreaterThan(0).isLessThan(1);
                }
              });
    }
  }

  @Test
  void push_intervals_areAbsentAtFirstAndThenHoldWhatComes() throws Exception {
    try (var harness = harness("forecast.horizon", "1", "interval.coverage", "0.8")) {
      long inside = 0;
      long with = 0;
      for (int i = 0; i < 2_000; i++) {
        harness.push("k", T0.plusSeconds(i), (float) Math.sin(i * i));
        if (i == 0) {
          assertThat(harness.predictions().get(0).lower()).isEmpty();
        }
        for (String score : harness.scores()) {
          JsonNode x = new ObjectMapper().readTree(score).at("/features/x");
          with += x.has("inside") ? 1 : 0;
          inside += x.path("inside").asBoolean() ? 1 : 0;
        }
      }
      assertThat(with).isEqualTo(1_998);
      assertThat(inside / (double) with).isBetween(.79, .81);
      assertThat(harness.counters().events(ForecastCounters.Event.INTERVALS)).isEqualTo(with);
      assertThat(harness.counters().events(ForecastCounters.Event.COVERED)).isEqualTo(inside);
    }
  }

  /** What is followed are the errors of what was sent, whoever sent it. */
  @Test
  void serve_anotherModel_intervalsGoOnFromThoseOfTheFormer() throws Exception {
    try (var harness = harness("forecast.horizon", "1", "interval.coverage", "0.9")) {
      Random random = new Random(6);
      double of = halfWidth(harness, random, "good", 0, 400);
      assertThat(of).isBetween(1.3, 2.2);

      assertThat(halfWidth(harness, random, "bad", 20, 1))
          .as("at once")
          .isBetween(.9 * of, 1.1 * of);
      assertThat(halfWidth(harness, random, "bad", 20, 60)).as("soon").isGreaterThan(19);
      assertThat(halfWidth(harness, random, "good again", 0, 1)).isGreaterThan(10);
      assertThat(halfWidth(harness, random, "good again", 0, 120)).isLessThan(6);
    }
  }

  private int pushed;

  /** Half the width of the last of so many forecasts of a model that is off by so much. */
  private double halfWidth(
      ForecastTestHarness harness, Random random, String model, float off, int rows)
      throws Exception {
    harness.serve(new RecordingForecaster(model, harness.schema(), 8, 1, off));
    for (int i = 0; i < rows; i++) {
      harness.push("k", T0.plusSeconds(pushed++), (float) random.nextGaussian());
    }
    List<Prediction> predictions = harness.predictions();
    Prediction last = predictions.get(predictions.size() - 1);
    assertThat(last.model()).isEqualTo(model);
    return (last.upper()[0] - last.lower()[0]) / 2;
  }

  @Test
  void push_coverageZero_hasNoIntervals() {
    try (var harness = harness("interval.coverage", "0")) {
      for (int i = 0; i < 9; i++) {
        harness.push("k", T0.plusSeconds(i), i);
      }

      assertThat(harness.predictions())
          .isNotEmpty()
          .allSatisfy(one -> assertThat(one.lower()).isEmpty());
      assertThat(harness.scores()).isNotEmpty().noneMatch(score -> score.contains("inside"));
    }
  }
}
