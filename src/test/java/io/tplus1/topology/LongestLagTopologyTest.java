package io.tplus1.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.TestSettings;
import io.tplus1.config.Configuration;
import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.TrainingSample;
import io.tplus1.topology.notice.ShortHistory;
import io.tplus1.topology.state.RigSettings;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where {@code window.max.age} leaves no room for the horizon behind a window, what the linear
 * experts learn is what they forecast from all the same, and the log says which lags are not.
 */
class LongestLagTopologyTest {
  private static final Instant START = Instant.parse("2025-01-06T00:00:00Z");
  private static final int WEEK = 168;

  /** Rows from which on errors count: windows are whole, and enough is learnt. */
  private static final int FROM = 800;

  private static final int ROWS = 1_200;

  /** What came of one run: mean squared errors of t+1, and what the log said. */
  private record Run(double series, double last, List<String> said) {}

  /** A pattern of a week, and noise of a twentieth of it. */
  private static float[] weekly() {
    Random random = new Random(1);
    double[] pattern = random.doubles(WEEK, -17, 17).toArray();
    float[] values = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      values[i] = (float) (pattern[i % WEEK] + random.nextGaussian() / 2);
    }
    return values;
  }

  /** What changes nearly as much, the other way round, as three steps before: lags 2 and 3 tell. */
  private static float[] waves() {
    Random random = new Random(2);
    float[] values = new float[ROWS];
    for (int i = 4; i < ROWS; i++) {
      float change = -.8f * (values[i - 3] - values[i - 4]);
      values[i] = values[i - 1] + change + (float) random.nextGaussian() / 10;
    }
    return values;
  }

  private static Run run(Duration step, float[] values, String... more) {
    return run(i -> START.plus(step.multipliedBy(i)), values, more);
  }

  /** From Monday to Friday, once a day. */
  private static Instant businessDay(int i) {
    return START.plus(Duration.ofDays(i / 5 * 7L + i % 5));
  }

  /**
   * @param times of which row the vector comes when
   */
  private static Run run(IntFunction<Instant> times, float[] values, String... more) {
    Map<String, String> settings =
        TestSettings.with(
            Map.of(
                "features", "x",
                "experts", "last,series",
                "time.max.ahead", "off",
                "window.store", "memory",
                "interval.coverage", "0"),
            more);
    double[] squares = new double[2];
    try (LogCapture log = LogCapture.of(ShortHistory.class);
        var harness = new ForecastTestHarness(settings)) {
      Instant from = times.apply(FROM);
      harness.onScore(
          score -> {
            if (score.horizon() == 1 && score.timeMs() >= from.toEpochMilli()) {
              for (int e = 0; e < 2 && score.experts()[e] != null; e++) {
                double error = score.experts()[e][0] - score.actual()[0];
                squares[e] += error * error / (ROWS - FROM);
              }
            }
          });
      for (int i = 0; i < values.length; i++) {
        harness.push("k", times.apply(i), values[i]);
        if (i % 100 == 0) {
          harness.discard();
        }
      }
      return new Run(squares[1], squares[0], new ArrayList<>(log.messages()));
    }
  }

  /** The week before the target is lag 167, the oldest that is learnt. */
  @ParameterizedTest
  @ValueSource(strings = {"1h", ""})
  void push_lagAsLongAsMaxAge_isLearntAsItIsForecast(String interval) {
    Run run =
        run(
            Duration.ofHours(1),
            weekly(),
            "step.interval",
            interval,
            "window.steps",
            "169",
            "series.lags",
            "1-8,168");

    assertThat(run.last()).isGreaterThan(150);
    assertThat(run.series()).as("noise is 0.5 of it; beginnings are still in it").isLessThan(10);
    assertThat(run.said())
        .singleElement()
        .asString()
        .startsWith(
            interval.isEmpty() ? "Series k speaks about every 1h, so of" : "Of vectors that")
        .contains(
            "no lag beyond 167 is learnt, and series.lags names 168: ",
            "forecast.horizon=1, are held for 7d",
            "Set window.retention to 193h");
  }

  @ParameterizedTest
  @CsvSource({"1d, 9, 8", "'', 9, 8", "1d, 11, 10"})
  void push_horizonBeyondWhatIsHeld_learnsTheLagsThatAre(String interval, int steps, int most) {
    String[] settings = {
      "step.interval",
      interval,
      "window.steps",
      Integer.toString(steps),
      "window.max.age",
      "10d",
      "forecast.horizon",
      "7",
      "series.lags",
      "1-" + most,
      "window.retention",
      ""
    };
    Run held = run(Duration.ofDays(1), waves(), settings);
    settings[settings.length - 1] = "18d";
    Run whole = run(Duration.ofDays(1), waves(), settings);

    assertThat(held.series()).isBetween(.9 * whole.series(), 1.1 * whole.series());
    assertThat(whole.series()).isLessThan(.5 * whole.last());
    assertThat(held.said())
        .singleElement()
        .asString()
        .contains("no lag beyond 3 is learnt, and series.lags names " + most)
        .contains("Set window.retention to 18d");
    assertThat(whole.said()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1d"})
  void push_weekendsLengthenTheHorizon_saysWhichLagsAreNotLearnt(String interval) {
    Run run =
        run(
            LongestLagTopologyTest::businessDay,
            waves(),
            "step.interval",
            interval,
            "window.steps",
            "22",
            "window.max.age",
            "30d",
            "forecast.horizon",
            "5",
            "series.lags",
            "1-20");

    assertThat(run.said())
        .singleElement()
        .asString()
        .startsWith("Series k speaks about every PT29H")
        .contains("no lag beyond 19 is learnt, and series.lags names 20");
  }

  @Test
  void push_noWindowIsLearnt_saysSo() {
    Run run =
        run(
            Duration.ofDays(1),
            waves(),
            "step.interval",
            "1d",
            "window.steps",
            "9",
            "window.max.age",
            "10d",
            "forecast.horizon",
            "11",
            "window.retention",
            "");

    assertThat(run.said())
        .singleElement()
        .asString()
        .contains("no lag at all is learnt, and series.lags names 8");
  }

  @Test
  void process_sharedExpert_forecastsFromAsManyVectorsAsSamplesHold(@TempDir File folder)
      throws Exception {
    FeatureSchema schema = FeatureSchema.ofNumbers("x");
    ForecastSettings settings =
        RigSettings.of(RigSettings.windows(10, 2, 9, 0, 5), true, Map.of("experts", "last,linear"));
    Reads linear = new Reads(schema, 2, new ArrayList<>());
    try (var rig = new ProcessorRig(folder, schema, settings)) {
      rig.registry().serveLinear("linear", linear);
      for (int time = 0; time < 30; time++) {
        rig.process("k", time, time % 7);
      }

      List<TrainingSample> samples = rig.take(ForecastNodes.TRAINING_SAMPLES, TrainingSample.class);
      assertThat(samples.get(samples.size() - 1).window().steps()).isEqualTo(8);
      assertThat(linear.steps()).hasSize(30).endsWith(8, 8).contains(1, 7);
    }
  }

  /** What a pause, or a step.interval that is too long, makes of the time ahead cuts nothing. */
  @ParameterizedTest
  @CsvSource({
    "'', 24, 24, 60, 96",
    "1h, 24, 24, 60, 96",
    "'', 24, 8, 60, 130",
    "1h, 300, 24, 30, 0",
    "'', 300, 24, 30, 0"
  })
  void process_pauseInAWindow_forecastsFromAsManyVectorsAsSamplesHold(
      String interval, int steps, int horizon, int minutes, int pauseHours, @TempDir File folder)
      throws Exception {
    FeatureSchema schema = FeatureSchema.ofNumbers("x");
    Map<String, String> windows =
        Map.of(
            "features",
            "x",
            "step.interval",
            interval,
            "window.steps",
            Integer.toString(steps),
            "history.minimum",
            "1",
            "forecast.horizon",
            Integer.toString(horizon));
    ForecastSettings settings =
        RigSettings.of(
            new Configuration(windows).windows(), true, Map.of("experts", "last,linear"));
    Reads linear = new Reads(schema, horizon, new ArrayList<>());
    try (var rig = new ProcessorRig(folder, schema, settings)) {
      rig.registry().serveLinear("linear", linear);
      for (int i = 0; i < steps * 3; i++) {
        long timeMs =
            START.toEpochMilli()
                + Duration.ofMinutes((long) i * minutes).toMillis()
                + Duration.ofHours(i < steps * 3 / 2 ? 0 : pauseHours).toMillis();
        rig.process("k", timeMs, i % 7);
      }

      List<TrainingSample> samples = rig.take(ForecastNodes.TRAINING_SAMPLES, TrainingSample.class);
      assertThat(samples).hasSize(steps * 3 - horizon);
      assertThat(linear.steps().subList(0, samples.size()))
          .isEqualTo(samples.stream().map(sample -> sample.window().steps()).toList());
      assertThat(linear.steps().get(samples.size() - 1)).isEqualTo(steps);
    }
  }

  /** A linear part that tells how many vectors it was asked with. */
  private record Reads(FeatureSchema schema, int horizon, List<Integer> steps)
      implements LinearForecaster {
    @Override
    public String hash() {
      return "reads";
    }

    @Override
    public byte[] toBytes() {
      return hash().getBytes(UTF_8);
    }

    @Override
    public void forecast(FeatureWindow window, float[] out) {
      steps.add(window.steps());
    }
  }
}
