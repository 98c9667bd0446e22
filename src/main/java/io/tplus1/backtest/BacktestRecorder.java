package io.tplus1.backtest;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Probabilities;
import io.tplus1.score.Accuracy;
import io.tplus1.score.AccuracySums;
import io.tplus1.score.NaiveScale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Collects the matured forecasts of a backtest and makes its report. For one thread.
 *
 * <p>Memory grows with series, targets, horizons and experts, not with rows: plots are averaged or
 * cut.
 */
final class BacktestRecorder {
  private static final int BANDS = 4;

  private final FeatureSchema schema;
  private final List<Feature> targets;
  private final int horizon;
  private final List<String> experts;
  private final double coverage;
  private final double[] units;
  private final Map<String, SeriesSums> series = new LinkedHashMap<>();
  private final List<BandTail> bands = new ArrayList<>();
  private final Timeline timeline;

  /** What errors of all series are held against in the timeline. */
  private final NaiveScale changes;

  private long scored;

  /**
   * One horizon of a forecast, beside what others said of it. Values are {@code
   * float[outputWidth]}, raw, with probabilities for categories.
   *
   * @param madeAtMs when the forecast was made, epoch milliseconds
   * @param h the horizon, from 0
   * @param mixed what was sent
   * @param alone {@code float[experts][outputWidth]}, what each expert said; {@code null} for one
   *     without a forecast
   * @param last {@code float[targets]}, the last values before the forecast
   * @param seasonal {@code float[targets]}, the values one season before the target time; {@code
   *     null} without a season
   * @param halfWidths {@code float[targets]}, half the widths of the intervals, NaN where there was
   *     none; empty where there were none at all
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on at once, and kept by nobody
  record Matured(
      long madeAtMs,
      int h,
      float[] mixed,
      float[][] alone,
      float[] last,
      float[] seasonal,
      float[] halfWidths) {
    /** Half the width of a target's interval; NaN without one. */
    private float halfWidth(int target) {
      return halfWidths.length == 0 ? Float.NaN : halfWidths[target];
    }
  }

  /** All forecasters on one series. */
  private final class SeriesSums {
    private final NaiveScale scale = new NaiveScale(targets.size());
    private final AccuracySums mix = new AccuracySums(schema, horizon, coverage);
    private final AccuracySums persistence = new AccuracySums(schema, horizon, coverage);
    private final List<AccuracySums> experts = new ArrayList<>();
    private final List<BandTail> tails = new ArrayList<>();
    private AccuracySums seasonal;
    private boolean scored;
    private boolean scoredNext;
  }

  /**
   * @param schema names the targets
   * @param horizon H, steps ahead of one forecast
   * @param experts names of the experts, in the order of their forecasts
   * @param coverage wished of the intervals, in (0, 1)
   * @param units {@code double[targets]}: standard deviations, for MSE, MAE and widths in z-scores;
   *     empty for raw units
   */
  BacktestRecorder(
      FeatureSchema schema,
      int horizon,
      List<String> experts,
      double coverage,
      Optional<double[]> units) {
    this.schema = schema;
    this.targets = schema.targetFeatures();
    this.horizon = horizon;
    this.experts = List.copyOf(experts);
    this.coverage = coverage;
    this.units = units.map(double[]::clone).orElseGet(() -> rawUnits());
    if (this.units.length != targets.size()) {
      throw new IllegalArgumentException(
          "a backtest needs one unit per target, %d of them, found %d"
              .formatted(targets.size(), this.units.length));
    }
    this.timeline = new Timeline(experts.size());
    this.changes = new NaiveScale(targets.size());
  }

  private double[] rawUnits() {
    return new AccuracySums(schema, horizon, coverage).units();
  }

  /**
   * Takes the next row of a series' warm-up, from which MASE and RMSSE get their scale.
   *
   * @param actual {@code float[targets]}, raw
   */
  void warmUp(String key, float[] actual) {
    of(key).scale.add(actual);
  }

  /**
   * Takes a correction of the newest row of a series' warm-up.
   *
   * @param actual {@code float[targets]}, raw
   */
  void correctWarmUp(String key, float[] actual) {
    of(key).scale.correct(actual);
  }

  private SeriesSums of(String key) {
    SeriesSums sums = series.get(key);
    if (sums == null) {
      sums = new SeriesSums();
      for (int e = 0; e < experts.size(); e++) {
        sums.experts.add(new AccuracySums(schema, horizon, coverage));
      }
      series.put(key, sums);
    }
    return sums;
  }

  /**
   * Takes one matured horizon of one forecast.
   *
   * @param key the series
   * @param actual {@code float[targets]}, raw; ids for categories; NaN where missing
   */
  void forecast(String key, Matured matured, float[] actual) {
    SeriesSums sums = of(key);
    int h = matured.h();
    sums.mix.add(h, actual, matured.mixed());
    sums.persistence.add(h, actual, certain(matured.last()));
    for (int e = 0; e < experts.size(); e++) {
      if (matured.alone()[e] != null) {
        sums.experts.get(e).add(h, actual, matured.alone()[e]);
      }
    }
    if (matured.seasonal() != null) {
      if (sums.seasonal == null) {
        sums.seasonal = new AccuracySums(schema, horizon, coverage);
      }
      sums.seasonal.add(h, actual, certain(matured.seasonal()));
    }
    if (matured.halfWidths().length > 0) {
      sums.mix.addIntervals(h, actual, matured.halfWidths(), matured.mixed());
    }
    if (h == 0) {
      scored++;
      tails(key, sums, matured, actual);
    }
    sums.scored = true;
    timeline(matured, actual);
  }

  private float[] certain(float[] values) {
    float[] forecast = new float[schema.outputWidth()];
    for (int i = 0; i < values.length; i++) {
      schema.certain(i, values[i], forecast);
    }
    return forecast;
  }

  private void timeline(Matured matured, float[] actual) {
    timeline.forecast(matured.madeAtMs());
    float[] mixed = matured.mixed();
    float[] last = matured.last();
    for (int i = 0; i < targets.size(); i++) {
      int at = schema.outputAt(i);
      if (targets.get(i).isCategory()) {
        if (Float.isFinite(actual[i])) {
          int right = (int) actual[i];
          int width = targets.get(i).width();
          timeline.errors(
              Probabilities.likeliest(mixed, at, width) == right ? 0 : 1, last[i] == right ? 0 : 1);
        }
      } else {
        double error = Math.abs((double) mixed[at] - actual[i]);
        changes.add(i, last[i], actual[i]);
        double usual = changes.absolute(i);
        if (usual > 0) {
          timeline.errors(error / usual, Math.abs((double) last[i] - actual[i]) / usual);
        }
        float halfWidth = matured.halfWidth(i);
        if (Float.isFinite(halfWidth) && Double.isFinite(error)) {
          timeline.interval(error <= halfWidth);
        }
      }
    }
  }

  /** From a series' first score of t+1 on, which one of t+2 may come before. */
  private void tails(String key, SeriesSums sums, Matured matured, float[] actual) {
    if (!sums.scoredNext && bands.size() < BANDS * BANDS) {
      for (Feature target : targets) {
        if (!target.isCategory() && sums.tails.size() < BANDS) {
          BandTail tail = new BandTail(key, target.name());
          sums.tails.add(tail);
          bands.add(tail);
        }
      }
    }
    sums.scoredNext = true;
    for (int tail = 0; tail < sums.tails.size(); tail++) {
      int i = schema.numberTargets().get(tail);
      float mixed = matured.mixed()[schema.outputAt(i)];
      sums.tails.get(tail).add(matured.madeAtMs(), actual[i], mixed, matured.halfWidth(i));
    }
  }

  /**
   * Takes the weights of the experts in the forecast that was last given.
   *
   * @param weights {@code float[experts]}, of one target and horizon or averaged over them
   */
  void weights(float[] weights) {
    timeline.weights(weights);
  }

  /**
   * The report of all that was taken.
   *
   * @param rows that were read, scored or not
   * @param seconds that the backtest took
   */
  BacktestReport report(long rows, double seconds) {
    AccuracySums mix = new AccuracySums(schema, horizon, coverage);
    AccuracySums persistence = new AccuracySums(schema, horizon, coverage);
    AccuracySums seasonal = new AccuracySums(schema, horizon, coverage);
    List<AccuracySums> alone = new ArrayList<>();
    experts.forEach(name -> alone.add(new AccuracySums(schema, horizon, coverage)));
    List<BacktestReport.SeriesFigures> perSeries = new ArrayList<>();
    series.forEach(
        (key, sums) -> {
          mix.merge(sums.mix, sums.scale);
          persistence.merge(sums.persistence, sums.scale);
          for (int e = 0; e < alone.size(); e++) {
            alone.get(e).merge(sums.experts.get(e), sums.scale);
          }
          if (sums.seasonal != null) {
            seasonal.merge(sums.seasonal, sums.scale);
          }
          if (sums.scored) {
            perSeries.add(
                new BacktestReport.SeriesFigures(
                    key, figures(sums.mix, sums.scale), figures(sums.persistence, sums.scale)));
          }
        });
    Map<String, Accuracy> expertFigures = new LinkedHashMap<>();
    for (int e = 0; e < alone.size(); e++) {
      expertFigures.put(experts.get(e), alone.get(e).figures(units));
    }
    Map<String, BacktestReport.Compared> perFeature = new LinkedHashMap<>();
    for (int i = 0; i < targets.size(); i++) {
      perFeature.put(
          targets.get(i).name(),
          new BacktestReport.Compared(mix.ofTarget(i, units), persistence.ofTarget(i, units)));
    }
    List<BacktestReport.Compared> perHorizon = new ArrayList<>();
    for (int h = 0; h < horizon; h++) {
      perHorizon.add(
          new BacktestReport.Compared(mix.ofHorizon(h, units), persistence.ofHorizon(h, units)));
    }
    Accuracy season = seasonal.figures(units);
    return new BacktestReport(
        rows,
        series.size(),
        scored,
        horizon,
        coverage,
        mix.figures(units),
        persistence.figures(units),
        season.count() == 0 ? Optional.empty() : Optional.of(season),
        expertFigures,
        perFeature,
        perHorizon,
        perSeries,
        timeline.means(),
        chosenBands(),
        seconds);
  }

  private Accuracy figures(AccuracySums sums, NaiveScale scale) {
    AccuracySums alone = new AccuracySums(schema, horizon, coverage);
    alone.merge(sums, scale);
    return alone.figures(units);
  }

  /** The first number of several series; several numbers if there is one series. */
  private List<BacktestReport.Band> chosenBands() {
    List<BacktestReport.Band> all = bands.stream().map(BandTail::band).toList();
    long shown = all.stream().map(BacktestReport.Band::series).distinct().count();
    return all.stream()
        .filter(
            band ->
                shown < 2
                    || all.stream()
                        .filter(other -> other.series().equals(band.series()))
                        .findFirst()
                        .orElseThrow()
                        .equals(band))
        .limit(BANDS)
        .toList();
  }
}
