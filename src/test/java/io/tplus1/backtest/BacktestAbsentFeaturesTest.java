package io.tplus1.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.score.Accuracy;
import io.tplus1.serde.RejectReason;
import io.tplus1.serde.Score;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that lack features are to a backtest what such records are to the stream. */
final class BacktestAbsentFeaturesTest {
  private static final int ROWS = 2_000;
  private static final int HORIZON = 3;
  private static final long HOUR_MS = 3_600_000;

  private final Map<String, String> settings =
      new HashMap<>(
          Map.of(
              "features", "a,b",
              "window.steps", "4",
              "window.max.age", "7d",
              "forecast.horizon", Integer.toString(HORIZON),
              "window.store", "memory",
              "experts", "last",
              "season.steps", "4",
              "backtest.warmup", "0"));
  private long refused;

  @ParameterizedTest
  @CsvSource({
    "last, 24, off, 'a,b'",
    "last, 24, off, a",
    "linear, 24, off, 'a,b'",
    "last, 2, last, 'a,b'",
    "last, 2, last, a",
    "linear, 1, linear, a",
    "off, 24, off, 'a,b'"
  })
  void run_rowsThatLackFeatures_errorsAreThoseOfTheStreamsScores(
      String fill, String limit, String gap, String targets) {
    settings.put("missing.fill", fill);
    settings.put("missing.limit", limit);
    settings.put("gap.fill", gap);
    settings.put("targets", targets);
    List<SeriesVector> rows = walks(new Random(7));

    BacktestReport report = run(rows);

    Scored stream = stream(rows);
    assertThat(refused).isEqualTo(stream.deadLetters).isLessThan(1_500);
    for (int h = 0; h < HORIZON; h++) {
      Accuracy mix = report.perHorizon().get(h).mix();
      assertThat(stream.counts[h]).isGreaterThan(100);
      assertThat(mix.count()).as("horizon " + h).isEqualTo(stream.counts[h]);
      assertThat(mix.rmse().get("a"))
          .isCloseTo(Math.sqrt(stream.squares[h] / stream.ofA[h]), within(1e-6));
    }
  }

  /** What all else is held against is one thing: the last value that came. */
  @ParameterizedTest
  @CsvSource({"last, off", "linear, off", "last, linear", "linear, linear"})
  void run_rowsThatLackFeatures_theLastValueIsOneInBacktestExpertAndScores(
      String fill, String gap) {
    settings.put("missing.fill", fill);
    settings.put("gap.fill", gap);
    List<SeriesVector> rows = walks(new Random(7));

    BacktestReport report = run(rows);

    Scored stream = stream(rows);
    for (int h = 0; h < HORIZON; h++) {
      double expected = Math.sqrt(stream.squaresOfLast[h] / stream.ofA[h]);
      assertThat(report.perHorizon().get(h).persistence().rmse().get("a"))
          .as("horizon " + h)
          .isCloseTo(expected, within(1e-6));
      assertThat(report.perHorizon().get(h).mix().rmse().get("a"))
          .as("the expert last alone, horizon " + h)
          .isCloseTo(expected, within(1e-6));
    }
    assertThat(report.experts().get("last").rmse()).isEqualTo(report.persistence().rmse());
  }

  /** A sensor that reports more seldom: else most of its errors would be none. */
  @Test
  void run_featureInEachFifthRow_itsPersistenceIsHeldAgainstWhatCame() {
    settings.put("missing.fill", "last");
    settings.put("forecast.horizon", "1");
    List<SeriesVector> rows = eachFifth(new Random(11));

    BacktestReport report = run(rows);

    double squares = 0;
    int count = 0;
    for (int i = 5; i < ROWS; i += 5) {
      double change =
          rows.get(i).vector().values()[0] - (double) rows.get(i - 5).vector().values()[0];
      squares += change * change;
      count++;
    }
    assertThat(report.persistence().rmse().get("a"))
        .isCloseTo(Math.sqrt(squares / count), within(1e-6));
    assertThat(report.seasonal().orElseThrow().rmse().get("a"))
        .isCloseTo(Math.sqrt(squares / count), within(1e-6));
    // b from the fifth row on
    assertThat(report.persistence().count()).isEqualTo(count + ROWS - 4);
  }

  @Test
  void run_featureAbsentBeyondTheLimit_nothingIsForecast() {
    settings.put("missing.fill", "last");
    settings.put("missing.limit", "2");

    BacktestReport report = run(eachFifth(new Random(11)));

    assertThat(report.scored()).isZero();
    assertThat(refused).isEqualTo(ROWS / 5 * 2);
  }

  /** What the naive model errs by over the warm-up is the unit of MASE. */
  @Test
  void run_featureInEachFifthRowOfTheWarmUp_itsScaledErrorsAreKnown() {
    settings.put("missing.fill", "last");
    settings.put("targets", "a");
    settings.put("backtest.warmup", "0.5");

    BacktestReport report = run(eachFifth(new Random(11)));

    // Of a random walk the last value is the naive forecast, here as in the warm-up.
    Accuracy mix = report.perHorizon().get(0).mix();
    assertThat(mix.mase()).isCloseTo(1, within(0.2));
    assertThat(mix.rmsse()).isCloseTo(1, within(0.2));
  }

  /** Else a season would begin as many rows too early as were refused since. */
  @ParameterizedTest
  @CsvSource({"off", "last"})
  void run_rowsRefused_seasonIsAsFarBackAsInTheWholeFile(String gap) {
    settings.put("gap.fill", gap);
    settings.put("missing.fill", "off");
    settings.put("season.steps", "24");
    settings.put("window.steps", "24");
    Random random = new Random(13);
    List<SeriesVector> whole = new ArrayList<>();
    List<SeriesVector> holed = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      float a = (float) (10 * Math.sin(Math.PI * i / 12) + 0.1 * random.nextGaussian());
      float b = (float) random.nextGaussian();
      whole.add(new SeriesVector("k", new FeatureVector(i * HOUR_MS, new float[] {a, b})));
      float gone = random.nextInt(100) < 8 ? Float.NaN : b;
      holed.add(new SeriesVector("k", new FeatureVector(i * HOUR_MS, new float[] {a, gone})));
    }

    double expected = run(whole).seasonal().orElseThrow().rmse().get("a");
    Accuracy found = run(holed).seasonal().orElseThrow();

    assertThat(refused).isBetween(100L, 220L);
    assertThat(expected).isCloseTo(0.1 * Math.sqrt(2), within(0.01));
    assertThat(found.rmse().get("a")).isCloseTo(expected, within(0.01));
    assertThat(found.count()).isGreaterThan(2_000);
  }

  private BacktestReport run(List<SeriesVector> rows) {
    try (ForecastTestHarness harness = ForecastTestHarness.ofReplay(settings, Map.of())) {
      BacktestReport report =
          new Backtest(harness, new Configuration(settings), rows).run((done, all) -> {});
      refused = harness.counters().deadLetters(RejectReason.MISSING_FEATURE);
      return report;
    }
  }

  /** What the topology scores of records that lack the fields. */
  private static final class Scored {
    private final double[] squares = new double[HORIZON];
    private final double[] squaresOfLast = new double[HORIZON];
    private final long[] ofA = new long[HORIZON];
    private final long[] counts = new long[HORIZON];
    private final List<Score> all = new ArrayList<>();
    private long deadLetters;
  }

  private Scored stream(List<SeriesVector> rows) {
    Scored scored = new Scored();
    try (ForecastTestHarness harness = ForecastTestHarness.ofReplay(settings, Map.of())) {
      harness.onScore(scored.all::add);
      for (SeriesVector row : rows) {
        float[] values = row.vector().values();
        List<String> fields = new ArrayList<>();
        for (int f = 0; f < values.length; f++) {
          if (!Float.isNaN(values[f])) {
            fields.add("\"" + "ab".charAt(f) + "\":" + values[f]);
          }
        }
        harness.push(
            row.series(),
            Instant.ofEpochMilli(row.vector().timeMs()),
            "{" + String.join(",", fields) + "}");
      }
      scored.deadLetters = harness.counters().deadLetters();
    }
    for (Score score : scored.all) {
      // Of the last origins a backtest counts none whose horizons are not all there.
      if (score.madeAtMs() / HOUR_MS + HORIZON < ROWS) {
        int h = score.horizon() - 1;
        for (int i = 0; i < score.actual().length; i++) {
          double error = score.forecast()[i] - (double) score.actual()[i];
          if (Double.isFinite(error)) {
            scored.counts[h]++;
            scored.squares[h] += i == 0 ? error * error : 0;
            scored.ofA[h] += i == 0 ? 1 : 0;
            double ofLast = score.last()[i] - (double) score.actual()[i];
            scored.squaresOfLast[h] += i == 0 ? ofLast * ofLast : 0;
          }
        }
      }
    }
    return scored;
  }

  /** Two random walks, of which now and then one or both stay away, for a while too. */
  private static List<SeriesVector> walks(Random random) {
    List<SeriesVector> rows = new ArrayList<>();
    float[] walk = {0, 0};
    int[] away = {0, 0};
    for (int i = 0; i < ROWS; i++) {
      float[] values = new float[2];
      for (int f = 0; f < 2; f++) {
        walk[f] += (float) random.nextGaussian();
        away[f] = away[f] > 0 ? away[f] - 1 : random.nextInt(15) == 0 ? 1 + random.nextInt(4) : 0;
        values[f] = away[f] > 0 ? Float.NaN : walk[f];
      }
      rows.add(new SeriesVector("k", new FeatureVector(i * HOUR_MS, values)));
    }
    return rows;
  }

  private static List<SeriesVector> eachFifth(Random random) {
    List<SeriesVector> rows = new ArrayList<>();
    float a = 0;
    for (int i = 0; i < ROWS; i++) {
      a += (float) random.nextGaussian();
      float[] values = {i % 5 == 0 ? a : Float.NaN, (float) random.nextGaussian()};
      rows.add(new SeriesVector("k", new FeatureVector(i * HOUR_MS, values)));
    }
    return rows;
  }
}
