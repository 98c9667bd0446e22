package io.tplus1.score;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Probabilities;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums of errors of one forecaster on one series, per target and horizon, from which all figures of
 * a backtest follow; or, once series are {@linkplain #merge merged} into it, on many. For one
 * thread.
 *
 * <p>Means of squares and the like are over all forecasts of all series, then over horizons and
 * targets. MASE, RMSSE and the ratio of widths are means over series, each series counting once; of
 * widths only those with at least {@code 1 / (1 − coverage)} intervals, ten for 90 %.
 */
public final class AccuracySums {
  private final List<Feature> targets;
  private final int horizon;
  private final double coverage;

  // One value per horizon and target, target by target within a horizon.
  private final long[] counts;
  private final double[] absolute;
  private final double[] squared;
  private final double[] smape;
  private final long[] right;
  private final double[] nats;
  private final long[] intervals;
  private final long[] inside;
  private final double[] widths;
  private final QuantileSketch[] errors;
  private final double[] mase;
  private final double[] rmsse;
  private final long[] scaled;
  private final double[] widthRatio;
  private final long[] widthRatios;

  /**
   * @param schema names the targets
   * @param horizon H, steps ahead of one forecast
   * @param coverage of the intervals, in (0, 1), for the best constant in hindsight
   */
  public AccuracySums(FeatureSchema schema, int horizon, double coverage) {
    this.targets = schema.targetFeatures();
    this.horizon = horizon;
    this.coverage = coverage;
    int cells = horizon * targets.size();
    this.counts = new long[cells];
    this.absolute = new double[cells];
    this.squared = new double[cells];
    this.smape = new double[cells];
    this.right = new long[cells];
    this.nats = new double[cells];
    this.intervals = new long[cells];
    this.inside = new long[cells];
    this.widths = new double[cells];
    this.errors = new QuantileSketch[cells];
    this.mase = new double[cells];
    this.rmsse = new double[cells];
    this.scaled = new long[cells];
    this.widthRatio = new double[cells];
    this.widthRatios = new long[cells];
  }

  /**
   * Takes one horizon of one forecast into account. A missing actual (NaN) or a value that is not
   * finite is not scored.
   *
   * @param h the horizon, from 0
   * @param actual {@code float[targets]}, raw; ids for categories
   * @param forecast {@code float[outputWidth]} of that horizon, raw; probabilities for categories
   */
  public void add(int h, float[] actual, float[] forecast) {
    int at = 0;
    for (int i = 0; i < targets.size(); i++) {
      int width = targets.get(i).width();
      int cell = h * targets.size() + i;
      if (targets.get(i).isCategory()) {
        category(cell, actual[i], forecast, at, width);
      } else {
        number(cell, actual[i], forecast[at]);
      }
      at += width;
    }
  }

  private void number(int cell, double actual, double forecast) {
    double error = Math.abs(forecast - actual);
    if (Double.isFinite(error)) {
      counts[cell]++;
      absolute[cell] += error;
      squared[cell] += error * error;
      smape[cell] += error == 0 ? 0 : 2 * error / (Math.abs(actual) + Math.abs(forecast));
    }
  }

  private void category(int cell, float actual, float[] forecast, int at, int width) {
    if (Float.isFinite(actual) && Float.isFinite(forecast[at + (int) actual])) {
      counts[cell]++;
      right[cell] += Probabilities.likeliest(forecast, at, width) == (int) actual ? 1 : 0;
      nats[cell] += Probabilities.logLoss(forecast[at + (int) actual]);
    }
  }

  /**
   * Takes the intervals of one horizon into account: the forecast ± half a width, which holds what
   * came as a score says, before the ends that were sent were rounded.
   *
   * @param h the horizon, from 0
   * @param actual {@code float[targets]}, raw
   * @param halfWidths {@code float[targets]}, raw; NaN where there is none
   * @param forecast as in {@link #add}
   */
  public void addIntervals(int h, float[] actual, float[] halfWidths, float[] forecast) {
    int at = 0;
    for (int i = 0; i < targets.size(); i++) {
      int cell = h * targets.size() + i;
      double error = Math.abs((double) forecast[at] - actual[i]);
      if (!targets.get(i).isCategory() && Float.isFinite(halfWidths[i]) && Double.isFinite(error)) {
        intervals[cell]++;
        inside[cell] += error <= halfWidths[i] ? 1 : 0;
        widths[cell] += 2.0 * halfWidths[i];
        if (errors[cell] == null) {
          errors[cell] = new QuantileSketch();
        }
        errors[cell].add(error);
      }
      at += targets.get(i).width();
    }
  }

  /**
   * Adds one series.
   *
   * @param series its sums, of the same targets and horizon
   * @param scale its warm-up; where it had no change to measure by, the series is left out of MASE
   *     and RMSSE
   */
  public void merge(AccuracySums series, NaiveScale scale) {
    for (int cell = 0; cell < counts.length; cell++) {
      counts[cell] += series.counts[cell];
      absolute[cell] += series.absolute[cell];
      squared[cell] += series.squared[cell];
      smape[cell] += series.smape[cell];
      right[cell] += series.right[cell];
      nats[cell] += series.nats[cell];
      intervals[cell] += series.intervals[cell];
      inside[cell] += series.inside[cell];
      widths[cell] += series.widths[cell];
      int target = cell % targets.size();
      boolean number = !targets.get(target).isCategory();
      if (number && series.counts[cell] > 0 && scale.absolute(target) > 0) {
        mase[cell] += series.absolute[cell] / series.counts[cell] / scale.absolute(target);
        rmsse[cell] +=
            Math.sqrt(series.squared[cell] / series.counts[cell] / scale.squared(target));
        scaled[cell]++;
      }
      // Of fewer errors, one in which none lies outside is the best: no constant covers as wished.
      if (series.intervals[cell] * (1 - coverage) > 1 - 1e-9) {
        double best = 2 * series.errors[cell].quantile(coverage);
        if (best > 0) {
          widthRatio[cell] += series.widths[cell] / series.intervals[cell] / best;
          widthRatios[cell]++;
        }
      }
    }
  }

  /**
   * All horizons and targets together.
   *
   * @param units {@code double[targets]}, what errors are divided by in MSE, MAE and width: the
   *     standard deviations for z-scores
   */
  public Accuracy figures(double[] units) {
    return figures(0, horizon, 0, targets.size(), units);
  }

  /** One target over all horizons. */
  public Accuracy ofTarget(int target, double[] units) {
    return figures(0, horizon, target, target + 1, units);
  }

  /** One horizon, from 0, over all targets. */
  public Accuracy ofHorizon(int h, double[] units) {
    return figures(h, h + 1, 0, targets.size(), units);
  }

  /** Units that leave errors raw. */
  public double[] units() {
    double[] units = new double[targets.size()];
    Arrays.fill(units, 1);
    return units;
  }

  private Accuracy figures(int fromH, int toH, int fromTarget, int toTarget, double[] units) {
    Mean mse = new Mean();
    Mean mae = new Mean();
    Mean smapes = new Mean();
    Mean hits = new Mean();
    Mean losses = new Mean();
    Mean width = new Mean();
    Mean mases = new Mean();
    Mean rmsses = new Mean();
    Mean ratios = new Mean();
    Map<String, Double> rmse = new LinkedHashMap<>();
    long scored = 0;
    long words = 0;
    long covered = 0;
    long sent = 0;
    for (int i = fromTarget; i < toTarget; i++) {
      boolean category = targets.get(i).isCategory();
      Mean squares = new Mean();
      for (int h = fromH; h < toH; h++) {
        int cell = h * targets.size() + i;
        scored += counts[cell];
        if (category) {
          words += counts[cell];
          hits.add((double) right[cell], counts[cell]);
          losses.add(nats[cell], counts[cell]);
          continue;
        }
        squares.add(squared[cell], counts[cell]);
        mse.add(squared[cell] / (units[i] * units[i]), counts[cell]);
        mae.add(absolute[cell] / units[i], counts[cell]);
        smapes.add(smape[cell], counts[cell]);
        width.add(widths[cell] / units[i], intervals[cell]);
        mases.add(mase[cell], scaled[cell]);
        rmsses.add(rmsse[cell], scaled[cell]);
        ratios.add(widthRatio[cell], widthRatios[cell]);
        covered += inside[cell];
        sent += intervals[cell];
      }
      if (!category) {
        rmse.put(targets.get(i).name(), Math.sqrt(squares.value()));
      }
    }
    return new Accuracy(
        mse.value(),
        mae.value(),
        rmse,
        mases.value(),
        rmsses.value(),
        smapes.value(),
        hits.value(),
        losses.value(),
        sent == 0 ? Double.NaN : covered / (double) sent,
        width.value(),
        ratios.value(),
        scored,
        words);
  }

  /** The mean of the means of cells; cells without anything are left out. */
  private static final class Mean {
    private double sum;
    private int cells;

    void add(double total, long count) {
      if (count > 0) {
        sum += total / count;
        cells++;
      }
    }

    double value() {
      return sum / cells; // 0 / 0 is NaN
    }
  }
}
