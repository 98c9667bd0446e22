package io.tplus1.topology;

import static io.tplus1.topology.SmallMix.HORIZON;
import static io.tplus1.topology.SmallMix.SEASON;
import static io.tplus1.topology.SmallMix.T0;
import static io.tplus1.topology.SmallMix.harness;
import static io.tplus1.topology.SmallMix.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.tplus1.expert.LastErrors;
import io.tplus1.expert.Stacked;
import io.tplus1.expert.StackedShape;
import io.tplus1.expert.StackedWorkspace;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.ExpertMix;
import io.tplus1.score.MixPlan;
import io.tplus1.score.Mixes;
import io.tplus1.serde.Prediction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

/** The expert that stands on the others, in the topology. */
class StackedTopologyTest {
  /** How one feature has changed since a season ago tells the next of the other. */
  @Test
  void push_twoTargets_learnsWhatOneTargetSaysOfAnother() {
    double alone = meanErrorOfLaggingFeature("last,seasonal", false, 1);
    double stacked = meanErrorOfLaggingFeature("last,seasonal,stacked", false, 1);

    assertThat(stacked).isLessThan(.75 * alone);
  }

  /** Series of a dozen vectors learn it from those before them, and only together. */
  @Test
  void push_shortSeries_learnTogether() {
    double alone = meanErrorOfLaggingFeature("last,seasonal,stacked", false, 50);
    double together = meanErrorOfLaggingFeature("last,seasonal,stacked", true, 50);

    assertThat(together).isLessThan(.8 * alone);
  }

  private static double meanErrorOfLaggingFeature(String experts, boolean pool, int series) {
    double sum = 0;
    try (var harness =
        harness(
            "features",
            "x,y",
            "experts",
            experts,
            "forecast.horizon",
            "1",
            "stacked.pool",
            Boolean.toString(pool))) {
      Random random = new Random(3);
      float[] y = new float[600];
      for (int i = 0; i < y.length; i++) {
        y[i] = (float) random.nextGaussian();
        float x = i < SEASON ? 0 : y[i - 1] - y[i - SEASON];
        List<Prediction> before = harness.predictions();
        boolean begins = i % (y.length / series) == 0;
        if (i > 300 && !begins) {
          sum += Math.abs(x - before.get(0).values()[0]);
        }
        harness.push("k" + i * series / y.length, T0.plusSeconds(i), x, y[i]);
      }
    }
    return sum;
  }

  /** By definition: on the mix of the others, before that learns; then one more expert of it. */
  @Test
  void push_threeHorizons_equalsTheNaiveOne() {
    FeatureSchema schema = FeatureSchema.ofNumbers("x");
    MixPlan plan = new MixPlan(schema, HORIZON, new byte[] {0, 1, 7}, Mixes.settings(6, .999));
    ExpertMix mix = plan.start();
    ExpertMix pool = plan.start();
    StackedShape shape = new StackedShape(schema, 2, List.of(0, 1, 1), 10, .998, .5);
    Stacked stacked = new Stacked(shape);
    StackedWorkspace workspace = new StackedWorkspace(shape);
    LastErrors last = new LastErrors(shape);
    List<float[][]> made = new ArrayList<>();
    try (var harness = harness("experts", "last,seasonal,stacked")) {
      for (int i = 0; i < 60; i++) {
        harness.push("k", T0.plusSeconds(i), value(i));

        float[] actual = {value(i)};
        float[] mixed = new float[HORIZON];
        for (int from = Math.max(0, i - HORIZON); from < i; from++) {
          float[][] others = {made.get(from)[0], made.get(from)[1], null};
          mix.mix(others, mixed, pool);
          float[][] said = {others[0], others[1]};
          stacked.learn(workspace, i - from - 1, actual, said, mixed, last);
        }
        for (int from = Math.max(0, i - HORIZON); from < i; from++) {
          int h = i - from - 1;
          mix.update(h, actual, made.get(from), h, pool);
        }
        float[][] experts = {new float[HORIZON], new float[HORIZON], null};
        for (int h = 0; h < HORIZON; h++) {
          int next = i + h + 1;
          experts[0][h] = value(i);
          experts[1][h] = next < SEASON ? Float.NaN : value(next - SEASON);
        }
        mix.mix(experts, mixed, pool);
        float[] own = new float[HORIZON];
        if (stacked.forecast(workspace, new float[][] {experts[0], experts[1]}, mixed, last, own)) {
          experts[2] = own;
        }
        float[] expected = new float[HORIZON];
        mix.mix(experts, expected, pool);
        made.add(experts);
        assertThat(harness.predictions().get(0).values()).containsExactly(expected, offset(1e-5f));
      }
    }
  }

  /** A jump that nobody had forecast, because the window had begun anew, tells nothing. */
  @Test
  void push_afterASilence_forgetsTheLastError() {
    try (var harness =
        harness(
            "experts", "last,seasonal,stacked",
            "forecast.horizon", "1",
            "history.minimum", "3",
            "window.max.age", "60s",
            "stacked.ridge", "0.1",
            "stacked.huber", "0")) {
      float level = 0;
      Random random = new Random(4);
      for (int i = 0; i < 300; i++) {
        level += random.nextFloat() - .5f;
        harness.push("k", T0.plusSeconds(i), level);
      }
      harness.predictions();
      Instant after = T0.plusSeconds(1_000);
      harness.push("k", after, level + 50);
      harness.push("k", after.plusSeconds(1), level);
      harness.push("k", after.plusSeconds(2), level);

      List<Prediction> predictions = harness.predictions();
      assertThat(predictions).hasSize(1);
      assertThat(predictions.get(0).values()[0]).isCloseTo(level, offset(.5f));
    }
  }

  /** Rows in which a target is absent teach nothing; the others do. */
  @Test
  void push_targetAbsentNowAndThen_learnsFromTheRest() {
    try (var harness =
        harness(
            "features", "x,y",
            "experts", "last,seasonal,stacked",
            "forecast.horizon", "1",
            "missing.fill", "last")) {
      Random random = new Random(3);
      float[] y = new float[900];
      double sum = 0;
      for (int i = 0; i < y.length; i++) {
        y[i] = (float) random.nextGaussian();
        float x = i < SEASON ? 0 : y[i - 1] - y[i - SEASON];
        List<Prediction> before = harness.predictions();
        if (i > 600) {
          sum += Math.abs(x - before.get(0).values()[0]) / 299;
        }
        String row =
            i % 10 == 9
                ? "{\"x\":%s,\"y\":null}".formatted(x)
                : "{\"x\":%s,\"y\":%s}".formatted(x, y[i]);
        y[i] = i % 10 == 9 ? y[i - 1] : y[i];
        harness.push("k", T0.plusSeconds(i), row);
      }

      assertThat(sum).as("of %s without it", Math.sqrt(3)).isLessThan(1.1);
    }
  }

  @Test
  void push_nobodyToStandOn_isRefused() {
    assertThatThrownBy(() -> harness("experts", "stacked"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'stacked' stands on other experts, and there are none");
  }
}
