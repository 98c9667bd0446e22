package io.tplus1.backtest;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** What lines of a plot have in common: {@code double[points]}, NaN where there is none. */
final class Curves {
  private static final int SMOOTH = 7;

  private Curves() {}

  /** A little above the largest value, spikes aside, so that one bin does not flatten the rest. */
  static double high(double least, double[]... lines) {
    double[] sorted =
        Arrays.stream(lines)
            .flatMapToDouble(Arrays::stream)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    if (sorted.length == 0) {
      return least + 1;
    }
    double most = sorted[sorted.length - 1];
    double usual = sorted[(int) (.98 * (sorted.length - 1))];
    return 1.05 * (sorted.length < 50 ? most : Math.min(most, 2 * usual));
  }

  /** Means over neighbouring bins: the share of a few dozen hits says little. */
  static double[] smooth(double[] values) {
    double[] means = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      means[i] =
          Arrays.stream(values, Math.max(0, i - SMOOTH), Math.min(values.length, i + SMOOTH + 1))
              .filter(Double::isFinite)
              .average()
              .orElse(Double.NaN);
    }
    return means;
  }

  static double max(double[]... lines) {
    return Arrays.stream(lines)
        .flatMapToDouble(Arrays::stream)
        .filter(Double::isFinite)
        .max()
        .orElse(0);
  }

  static double[] negative(double[] values) {
    return DoubleStream.of(values).map(value -> -value).toArray();
  }
}
