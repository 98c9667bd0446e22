package io.tplus1.topology.state;

import io.tplus1.config.ForecastSettings;
import io.tplus1.expert.StackedWorkspace;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.ForecastStatus;
import io.tplus1.score.Intervals;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** States of series, such as those of two features with everything that settings ask for. */
public final class LearntStates {
  /** Of a series of which nothing is kept. */
  public static final Learnt NOTHING = new Learnt(null, null, null, null, null, null, null);

  private LearntStates() {}

  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("x", "y");

  /** A state of which nothing is kept but times and forecasts. */
  public static SeriesState bare(long lastTimeMs) {
    return new SeriesState(lastTimeMs, NOTHING);
  }

  static ForecastSettings mixed(int horizon, String experts) {
    return RigSettings.of(
        RigSettings.windows(4, horizon, 1_000, 1, 1),
        true,
        Map.of(
            "experts",
            experts,
            "season.steps",
            experts.contains("seasonal") ? "auto" : "2",
            "series.lags",
            "1-2",
            "gap.fill",
            "last"));
  }

  static StateLayout layout(ForecastSettings settings) {
    return new ForecastLayout(TWO, settings).states();
  }

  /** A state with every part, after a few dozen steps of learning. */
  static SeriesState learnt(ForecastSettings settings, long seed, boolean pooled) {
    Random random = new Random(seed);
    int horizon = settings.windows().horizon();
    SeriesState state = layout(settings).start(5);
    state.startWindow(3);
    state.setIntervalMs(7);
    Learnt learnt = state.learnt();
    int experts = settings.experts().experts().size();
    for (int i = 0; i < 30; i++) {
      float[] actual = {random.nextFloat(), random.nextFloat()};
      float[] forecast = new float[2 * horizon];
      float[] half = new float[2 * horizon];
      learnt.intervals().halfWidths(half);
      Intervals.update(learnt.intervals(), i % horizon, actual, forecast, 2 * (i % horizon), half);
      float[][] said = experts(random, experts, horizon);
      learnt.mix().update(i % horizon, actual, said, 0, null);
      if (learnt.stacked() != null) {
        stack(settings, learnt, i % horizon, actual, said);
      }
      learnt.changes().update(forecast, actual);
      if (learnt.season() != null) {
        learnt.season().learn(window(random), actual);
      }
    }
    for (int i = 0; i < horizon; i++) {
      state
          .pending()
          .addLast(
              new PendingForecast(
                  i,
                  ForecastStatus.GAP_FILLED,
                  "m",
                  horizon - 1 - i,
                  new float[] {1, 2},
                  experts(random, 1, horizon)[0],
                  experts(random, experts, horizon),
                  new float[2 * horizon],
                  pooled ? experts(random, 1, 5 * horizon)[0] : new float[0]));
    }
    return state;
  }

  static StackedWorkspace workspace(ForecastSettings settings) {
    return new StackedWorkspace(new Roster(TWO, settings).stacked().orElseThrow().shape());
  }

  /** Learns what is stacked on all experts but itself, the last. */
  private static void stack(
      ForecastSettings settings, Learnt learnt, int horizon, float[] actual, float[][] forecasts) {
    int place = forecasts.length - 1;
    float[][] others = forecasts.clone();
    others[place] = null;
    float[] mixed = new float[forecasts[0].length];
    learnt.mix().mix(horizon, others, mixed, null);
    learnt
        .stacked()
        .learn(
            workspace(settings),
            horizon,
            actual,
            Arrays.copyOf(others, place),
            mixed,
            learnt.lastErrors());
  }

  private static FeatureWindow window(Random random) {
    FeatureVector[] vectors = new FeatureVector[4];
    for (int t = 0; t < vectors.length; t++) {
      vectors[t] = new FeatureVector(t, new float[] {random.nextFloat(), random.nextFloat()});
    }
    return FeatureWindow.of(vectors);
  }

  private static float[][] experts(Random random, int count, int horizon) {
    float[][] forecasts = new float[count][2 * horizon];
    for (float[] forecast : forecasts) {
      for (int i = 0; i < forecast.length; i++) {
        forecast[i] = random.nextFloat();
      }
    }
    if (count > 1) {
      forecasts[1] = null; // one had nothing to say
    }
    return forecasts;
  }
}
