package io.tplus1.backtest;

import java.util.ArrayList;
import java.util.List;

/**
 * Errors in the order in which they matured, averaged into a bounded number of bins: when there are
 * twice as many as plots show, neighbours are joined. For one thread.
 */
final class Timeline {
  private static final int MOST = 240;

  private static final class Bin {
    private final long timeMs;
    private final double[] weights;
    private double mix;
    private double persistence;
    private long errors;
    private long inside;
    private long intervals;
    private long weighed;
    private long forecasts;

    Bin(long timeMs, int experts) {
      this.timeMs = timeMs;
      this.weights = new double[experts];
    }

    void join(Bin next) {
      mix += next.mix;
      persistence += next.persistence;
      errors += next.errors;
      inside += next.inside;
      intervals += next.intervals;
      weighed += next.weighed;
      forecasts += next.forecasts;
      for (int e = 0; e < weights.length; e++) {
        weights[e] += next.weights[e];
      }
    }

    BacktestReport.TimelineBin means() {
      double[] means = new double[weighed == 0 ? 0 : weights.length];
      for (int e = 0; e < means.length; e++) {
        means[e] = weights[e] / weighed;
      }
      return new BacktestReport.TimelineBin(
          timeMs,
          mix / errors,
          persistence / errors,
          intervals == 0 ? Double.NaN : inside / (double) intervals,
          means);
    }
  }

  private final int experts;
  private final List<Bin> bins = new ArrayList<>();
  private long perBin = 1;

  Timeline(int experts) {
    this.experts = experts;
  }

  /** Begins the next forecast: what follows belongs to it. */
  void forecast(long timeMs) {
    if (bins.isEmpty() || last().forecasts == perBin) {
      if (bins.size() == 2 * MOST) {
        joinNeighbours();
      }
      if (bins.isEmpty() || last().forecasts == perBin) {
        bins.add(new Bin(timeMs, experts));
      }
    }
    last().forecasts++;
  }

  private void joinNeighbours() {
    for (int i = 0; i < MOST; i++) {
      Bin joined = bins.get(2 * i);
      joined.join(bins.get(2 * i + 1));
      bins.set(i, joined);
    }
    bins.subList(MOST, bins.size()).clear();
    perBin *= 2;
  }

  private Bin last() {
    return bins.get(bins.size() - 1);
  }

  /** Errors of one target, without unit. */
  void errors(double mix, double persistence) {
    if (Double.isFinite(mix) && Double.isFinite(persistence)) {
      last().mix += mix;
      last().persistence += persistence;
      last().errors++;
    }
  }

  void interval(boolean inside) {
    last().intervals++;
    last().inside += inside ? 1 : 0;
  }

  void weights(float[] weights) {
    last().weighed++;
    for (int e = 0; e < experts; e++) {
      last().weights[e] += weights[e];
    }
  }

  List<BacktestReport.TimelineBin> means() {
    return bins.stream().map(Bin::means).toList();
  }
}
