package io.tplus1.ops;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.Probabilities;
import io.tplus1.serde.Score;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums of matured errors by model, beside those of persistence, since the instance started.
 *
 * <p>An error counts twice: squared in the target's own unit, and relative to how much that target
 * usually changes ({@code errors ÷ the running mean of persistence's squared errors}), cut at
 * {@value #MOST}, so that targets can be added. A category's error is 1 where the likeliest word
 * was wrong. Stream threads add, any thread reads; one lock, held for some additions.
 */
final class ErrorBoard {
  /** Models of which sums are kept; those that were served longest ago leave. */
  static final int MOST_MODELS = 8;

  private static final double MOST = 10_000;

  /** How far one error moves the running mean, once many have come. */
  private static final double STEP = 0.001;

  private final List<Feature> targets;
  private final double[] usual;
  private long seen;
  private final Map<String, Sums> byModel =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Sums> eldest) {
          return size() > MOST_MODELS;
        }
      };

  /** Sums of one model. */
  static final class Sums {
    private final double[] squared;
    private final double[] persistenceSquared;
    private long count;
    private double error;
    private double persistence;
    private long covered;
    private long intervals;

    private Sums(int targets) {
      this.squared = new double[targets];
      this.persistenceSquared = new double[targets];
    }

    private Sums(Sums other) {
      this.squared = other.squared.clone();
      this.persistenceSquared = other.persistenceSquared.clone();
      this.count = other.count;
      this.error = other.error;
      this.persistence = other.persistence;
      this.covered = other.covered;
      this.intervals = other.intervals;
    }

    /** Matured forecasts, one for each horizon. */
    long count() {
      return count;
    }

    /** Sum of mean squared relative errors over targets. */
    double error() {
      return error;
    }

    /** The same of the last value. */
    double persistence() {
      return persistence;
    }

    /** Values inside their intervals. */
    long covered() {
      return covered;
    }

    /** Values that had an interval. */
    long intervals() {
      return intervals;
    }

    /** Sum of a target's squared errors, in its own unit. */
    double squared(int target) {
      return squared[target];
    }

    /** The same of the last value. */
    double persistenceSquared(int target) {
      return persistenceSquared[target];
    }
  }

  ErrorBoard(FeatureSchema schema) {
    this.targets = schema.targetFeatures();
    this.usual = new double[targets.size()];
  }

  /** Squared error of one target; NaN where nothing came. */
  static double squared(Feature feature, float[] forecast, int at, float actual) {
    if (Float.isNaN(actual)) {
      return Double.NaN;
    }
    return feature.isCategory()
        ? (Probabilities.likeliest(forecast, at, feature.width()) == (int) actual ? 0 : 1)
        : square((double) forecast[at] - actual);
  }

  /** Squared error of one target of the last value; NaN where nothing came. */
  static double squared(Feature feature, float last, float actual) {
    if (Float.isNaN(actual) || Float.isNaN(last)) {
      return Double.NaN;
    }
    return feature.isCategory() ? (last == actual ? 0 : 1) : square((double) last - actual);
  }

  private static double square(double value) {
    return value * value;
  }

  /** Adds one matured horizon. */
  synchronized void add(Score score) {
    Sums sums = byModel.computeIfAbsent(score.model(), model -> new Sums(targets.size()));
    seen++;
    double step = Math.max(STEP, 1.0 / seen);
    double error = 0;
    double persistence = 0;
    int counted = 0;
    int at = 0;
    for (int i = 0; i < usual.length; i++) {
      Feature feature = targets.get(i);
      double own = squared(feature, score.forecast(), at, score.actual()[i]);
      double last = squared(feature, score.last()[i], score.actual()[i]);
      if (score.hasInterval(i)) {
        sums.intervals++;
        sums.covered += score.isInside(i, at) ? 1 : 0;
      }
      at += feature.width();
      if (!Double.isFinite(own) || !Double.isFinite(last)) {
        continue;
      }
      sums.squared[i] += own;
      sums.persistenceSquared[i] += last;
      usual[i] += step * (last - usual[i]);
      if (usual[i] > 0) {
        error += Math.min(MOST, own / usual[i]);
        persistence += Math.min(MOST, last / usual[i]);
        counted++;
      }
    }
    sums.count++;
    if (counted > 0) {
      sums.error += error / counted;
      sums.persistence += persistence / counted;
    }
  }

  /** The sums so far by model, copied; the model that was scored last is the last. */
  synchronized Map<String, Sums> byModel() {
    Map<String, Sums> copies = new LinkedHashMap<>();
    byModel.forEach((model, sums) -> copies.put(model, new Sums(sums)));
    return copies;
  }

  /** Models of which there are sums. */
  synchronized List<String> models() {
    return new ArrayList<>(byModel.keySet());
  }
}
