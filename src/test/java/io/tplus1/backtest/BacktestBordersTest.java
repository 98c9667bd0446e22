package io.tplus1.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.TestSettings;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.harness.ForecastTestHarness;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which rows a backtest streams and scores, in which units, and that nothing is left to chance. */
final class BacktestBordersTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "features", "x",
          "window.steps", "5",
          "history.minimum", "1",
          "window.max.age", "1d",
          "window.store", "memory",
          "time.max.ahead", "off",
          "step.interval", "1s",
          "experts", "last");

  private static Map<String, String> with(String... more) {
    return TestSettings.with(SETTINGS, more);
  }

  private static BacktestReport run(Map<String, String> settings, List<SeriesVector> vectors) {
    Configuration configuration = new Configuration(settings);
    List<SeriesVector> rows = Backtest.rows(vectors, configuration.backtest());
    try (ForecastTestHarness harness = ForecastTestHarness.ofReplay(settings, Map.of())) {
      return new Backtest(harness, configuration, rows).run((done, all) -> {});
    }
  }

  private static SeriesVector row(String key, int second, float value) {
    return new SeriesVector(key, new FeatureVector(1_000L * second, new float[] {value}));
  }

  /** The value is the square of the second, so that each row's last value errs by its own. */
  private static List<SeriesVector> squares(int rows) {
    List<SeriesVector> all = new ArrayList<>();
    for (int t = 0; t < rows; t++) {
      all.add(row("k", t, t * t));
    }
    return all;
  }

  /** Mean of the squared changes into the rows {@code [from, to)}. */
  private static double persistence(int from, int to) {
    double sum = 0;
    for (int t = from; t < to; t++) {
      sum += Math.pow(2 * t - 1, 2);
    }
    return sum / (to - from);
  }

  @Test
  void run_rowsAndScoredPart_thoseRowsAlone() {
    BacktestReport report =
        run(
            with("backtest.rows", "30", "backtest.score.from", "10", "backtest.score.to", "20"),
            squares(40));

    assertThat(report.rows()).isEqualTo(30);
    assertThat(report.scored()).isEqualTo(10);
    assertThat(report.overall().mse()).isCloseTo(persistence(10, 20), within(1e-6));
  }

  @Test
  void run_warmUpFraction_endsTheWarmUp() {
    BacktestReport report = run(with("backtest.warmup", "0.25"), squares(40));

    assertThat(report.scored()).isEqualTo(30);
    assertThat(report.overall().mse()).isCloseTo(persistence(10, 40), within(1e-6));
  }

  /** In doubles, .07 of 100 is a bit more than 7, and .55 of 20 than 11. */
  @Test
  void run_warmUpFractionThatComesToWholeRows_warmsUpWithThese() {
    assertThat(run(with("backtest.warmup", "0.07"), squares(100)).scored()).isEqualTo(93);
    assertThat(run(with("backtest.warmup", "0.55"), squares(20)).scored()).isEqualTo(9);
    assertThat(run(with("backtest.warmup", "0.051"), squares(100)).scored()).isEqualTo(94);
  }

  /** As in a file whose rows stand twice: the second is a correction of the first. */
  @Test
  void run_everyRowTwice_scoresTheSameOriginsInTheSameUnits() {
    Map<String, String> settings =
        with(
            "backtest.rows", "30",
            "backtest.warmup", "0.25",
            "backtest.score.to", "20",
            "backtest.scale.rows", "10");
    List<SeriesVector> twice = squares(40).stream().flatMap(row -> Stream.of(row, row)).toList();

    BacktestReport once = run(settings, squares(40));
    BacktestReport doubled = run(settings, twice);

    assertThat(once.scored()).isEqualTo(12);
    assertThat(doubled.scored()).isEqualTo(once.scored());
    assertThat(doubled.overall().mse()).isCloseTo(once.overall().mse(), within(1e-9));
    assertThat(doubled.bands()).usingRecursiveComparison().isEqualTo(once.bands());
  }

  /** The forecast saw the row as it first came: so does what it is held against. */
  @Test
  void run_rowCorrectedBehindItsForecast_persistenceDoesNotKnow() {
    BacktestReport report =
        run(
            with("backtest.score.from", "1", "season.steps", "2", "forecast.horizon", "2"),
            List.of(row("k", 1, 1), row("k", 1, 9), row("k", 2, 1), row("k", 3, 1)));

    assertThat(report.persistence().mse()).isZero();
    assertThat(report.seasonal().orElseThrow().mse()).isZero();
  }

  /** The next row is held against the corrected one: changes of 8, and then of 1. */
  @Test
  void run_rowCorrectedInTheWarmUp_unitOfMaseIsOfTheLastValuesErrors() {
    List<SeriesVector> rows = new ArrayList<>(List.of(row("k", 1, 1), row("k", 2, 9)));
    for (int t = 2; t < 20; t++) {
      rows.add(row("k", t, t));
    }

    BacktestReport report = run(with("backtest.score.from", "5"), rows);

    assertThat(report.persistence().mae()).isEqualTo(1);
    assertThat(report.persistence().mase()).isCloseTo(4 / 11.0, within(1e-9));
    assertThat(report.persistence().rmsse()).isCloseTo(Math.sqrt(4 / 67.0), within(1e-9));
  }

  @Test
  void run_rowCorrectedInTheScaleRows_countsAsCorrected() {
    List<SeriesVector> rows = new ArrayList<>(List.of(row("k", 1, 1), row("k", 2, 9)));
    for (int t = 2; t < 20; t++) {
      rows.add(row("k", t, t));
    }

    BacktestReport report = run(with("backtest.score.from", "5", "backtest.scale.rows", "3"), rows);

    assertThat(report.persistence().mse()).isCloseTo(3 / 2.0, within(1e-6));
  }

  @Test
  void run_scaleRows_errorsAreInTheirStandardDeviation() {
    BacktestReport report =
        run(with("backtest.score.from", "10", "backtest.scale.rows", "10"), squares(20));

    double mean = 0;
    for (int t = 0; t < 10; t++) {
      mean += t * t / 10.0;
    }
    double variance = 0;
    for (int t = 0; t < 10; t++) {
      variance += Math.pow(t * t - mean, 2) / 10;
    }
    assertThat(report.overall().mse())
        .isCloseTo(persistence(10, 20) / variance, within(1e-4 * persistence(10, 20) / variance));
  }

  @Test
  void rows_fileInAnyOrder_theOldestOfEachSeriesByTime() {
    List<SeriesVector> rows = new ArrayList<>(squares(20));
    for (int t = 5; t < 25; t++) {
      rows.add(row("other", t, 1));
    }
    Collections.shuffle(rows, new Random(1));

    List<SeriesVector> kept =
        Backtest.rows(rows, new Configuration(with("backtest.rows", "7")).backtest());

    assertThat(kept).hasSize(14);
    assertThat(kept)
        .isSortedAccordingTo((a, b) -> Long.compare(a.vector().timeMs(), b.vector().timeMs()));
    assertThat(kept)
        .allSatisfy(
            one ->
                assertThat(one.vector().timeMs())
                    .isLessThan(one.series().equals("k") ? 7_000L : 12_000L));
  }

  @Test
  void run_twiceWithEverythingThatLearns_theSameToTheBit() {
    List<SeriesVector> rows = new ArrayList<>();
    Random random = new Random(7);
    for (int t = 0; t < 160; t++) {
      rows.add(row("a", t, (float) (Math.sin(t / 3.0) + 0.1 * random.nextGaussian())));
      rows.add(row("b", t, (float) (Math.cos(t / 4.0) + 0.1 * random.nextGaussian())));
    }
    Map<String, String> settings =
        with(
            "experts", "last,linear,series,rnn",
            "linear.lags", "1-3",
            "series.lags", "1-2",
            "linear.every", "20",
            "train.inputs", "difference,level,expert",
            "train.inputs.steps", "5",
            "train.cell", "lstm",
            "train.hidden", "4",
            "train.batch", "8",
            "train.members", "2",
            "retrain.mode", "refresh",
            "samples.rate", "all",
            "retrain.first.samples", "40",
            "retrain.first.steps", "30",
            "retrain.every.samples", "20",
            "retrain.steps", "5",
            "gate.samples", "10",
            "backtest.warmup", "0.25");

    BacktestReport once = run(settings, rows);
    BacktestReport again = run(settings, rows);

    assertThat(once.experts().get("rnn").count()).isPositive();
    assertThat(again.overall()).isEqualTo(once.overall());
    assertThat(again.experts()).isEqualTo(once.experts());
    assertThat(again.perSeries()).isEqualTo(once.perSeries());
  }
}
