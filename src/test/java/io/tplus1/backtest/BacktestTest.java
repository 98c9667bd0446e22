package io.tplus1.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.topology.ForecastCounters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a backtest counts, on series whose errors are known. */
final class BacktestTest {
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("features", "x"),
          Map.entry("window.steps", "5"),
          Map.entry("history.minimum", "1"),
          Map.entry("forecast.horizon", "2"),
          Map.entry("window.max.age", "1d"),
          Map.entry("window.store", "memory"),
          Map.entry("time.max.ahead", "off"),
          Map.entry("step.interval", "1s"),
          Map.entry("season.steps", "4"),
          Map.entry("experts", "last"),
          Map.entry("gap.fill", "last"),
          Map.entry("gap.limit", "3"),
          Map.entry("backtest.warmup", "0"));

  /** A value is its second, so that the last value errs by the horizon. */
  private static BacktestReport run(int... seconds) {
    return run(SETTINGS, seconds);
  }

  private static BacktestReport run(Map<String, String> settings, int... seconds) {
    List<SeriesVector> rows = new ArrayList<>();
    for (int second : seconds) {
      rows.add(new SeriesVector("k", new FeatureVector(1_000L * second, new float[] {second})));
    }
    try (ForecastTestHarness harness = ForecastTestHarness.ofReplay(settings, Map.of())) {
      return new Backtest(harness, new Configuration(settings), rows).run((done, all) -> {});
    }
  }

  @Test
  void run_absentStepsThatAreFilled_countAsSteps() {
    BacktestReport report = run(0, 1, 2, 3, 5, 6, 8, 9, 10, 11, 14, 15, 16, 17, 18);

    assertThat(report.perHorizon().get(0).mix().mse()).isEqualTo(1);
    assertThat(report.perHorizon().get(1).mix().mse()).isEqualTo(4);
    // A season of four steps, some of them absent.
    assertThat(report.seasonal().orElseThrow().mse()).isEqualTo(16);
  }

  private static BacktestReport runSettled(String experts) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("experts", experts);
    settings.put("backtest.score.from", "10");
    return run(settings, IntStream.range(0, 30).toArray());
  }

  /** A season of four errs by 4 at each horizon; taken for another horizon, by 3 or 5. */
  @Test
  void run_valuesThatDifferByHorizon_areHeldAgainstTheirOwnActual() {
    BacktestReport seasonal = runSettled("seasonal");

    assertThat(seasonal.perHorizon().get(0).mix().mse()).isEqualTo(16);
    assertThat(seasonal.perHorizon().get(1).mix().mse()).isEqualTo(16);
    assertThat(runSettled("last,seasonal").experts().get("seasonal").mse()).isEqualTo(16);
  }

  /** Receipts weigh as if the network had a forecast; it has none before the first training. */
  @Test
  void run_expertThatSaysNothing_hasNoShareInTheMix() {
    assertThat(runSettled("last,rnn").timeline())
        .filteredOn(bin -> bin.weights().length > 0) // Not of t+2 alone.
        .isNotEmpty()
        .allSatisfy(bin -> assertThat(bin.weights()).containsExactly(1, 0));
  }

  /**
   * The errors of t+2 are twice those of t+1, and so are the intervals that follow them, the first
   * of which are wide, and those of t+2 for longer.
   */
  @Test
  void run_intervals_areThoseOfTheirHorizon() {
    List<BacktestReport.Compared> horizons = runSettled("last").perHorizon();

    assertThat(horizons.get(1).mix().width() / horizons.get(0).mix().width())
        .isCloseTo(2, within(.3));
  }

  /** Where a float has steps of 1, ends are rounded by up to half of one. */
  @Test
  void run_intervalsOfFewStepsOfAFloat_coverAsInTheCounters() {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("forecast.horizon", "1");
    Random random = new Random(20261130);
    List<SeriesVector> rows = new ArrayList<>();
    float value = 1e7f;
    for (int second = 0; second < 2_000; second++) {
      double share = random.nextDouble();
      int steps = share < .55 ? 0 : share < .85 ? 1 : share < .95 ? 2 : 3;
      value += random.nextBoolean() ? steps : -steps;
      rows.add(new SeriesVector("k", new FeatureVector(1_000L * second, new float[] {value})));
    }
    try (ForecastTestHarness harness = ForecastTestHarness.ofReplay(settings, Map.of())) {
      BacktestReport report =
          new Backtest(harness, new Configuration(settings), rows).run((done, all) -> {});

      ForecastCounters counters = harness.counters();
      assertThat(report.overall().coverage())
          .isEqualTo(
              counters.events(ForecastCounters.Event.COVERED)
                  / (double) counters.events(ForecastCounters.Event.INTERVALS));
      assertThat(report.overall().coverage()).isEqualTo(.9, within(.01));
    }
  }

  @Test
  void run_gapBeyondTheLimit_givesUpWhatWaited() {
    BacktestReport report = run(0, 1, 2, 3, 4, 100, 101, 102, 103, 104);

    assertThat(report.perHorizon().get(0).mix().mse()).isEqualTo(1);
    assertThat(report.perHorizon().get(1).mix().mse()).isEqualTo(4);
  }
}
