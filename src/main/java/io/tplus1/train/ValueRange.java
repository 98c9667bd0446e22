package io.tplus1.train;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.util.Arrays;

/** What a field may be, both ends included, one of each per field. */
record ValueRange(double[] low, double[] high) {
  /** Everything. */
  static ValueRange open(int features) {
    double[] low = new double[features];
    double[] high = new double[features];
    Arrays.fill(low, Double.NEGATIVE_INFINITY);
    Arrays.fill(high, Double.POSITIVE_INFINITY);
    return new ValueRange(low, high);
  }

  void close(int feature, double middle, double distance) {
    low[feature] = middle - distance;
    high[feature] = middle + distance;
  }

  void lift(int feature) {
    close(feature, 0, Double.POSITIVE_INFINITY);
  }

  boolean isOpen() {
    return Arrays.stream(low).allMatch(Double::isInfinite);
  }

  /** What lies in both. */
  ValueRange and(ValueRange other) {
    ValueRange both = open(low.length);
    for (int f = 0; f < low.length; f++) {
      both.low[f] = Math.max(low[f], other.low[f]);
      both.high[f] = Math.min(high[f], other.high[f]);
    }
    return both;
  }

  boolean holds(TrainingSample sample) {
    return holds(sample.window()) && holds(sample.following());
  }

  private boolean holds(FeatureWindow rows) {
    for (int s = 0; s < rows.steps(); s++) {
      for (int f = 0; f < low.length; f++) {
        float value = rows.value(s, f);
        if (value < low[f] || value > high[f]) {
          return false;
        }
      }
    }
    return true;
  }
}
