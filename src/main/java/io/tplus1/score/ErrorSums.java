package io.tplus1.score;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Probabilities;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums of errors over many forecasts, per target, beside those of persistence. For one thread.
 *
 * <p>Numbers have a root mean squared error in raw units. Categories have the share of right
 * answers and the mean log-loss in nats.
 */
public final class ErrorSums {
  private final FeatureSchema schema;
  private final List<Feature> targets;
  private final double[] squared;
  private final double[] persistenceSquared;
  private final double[] logLoss;
  private final long[] right;
  private final long[] persistenceRight;
  private final long[] counts;
  private long count;

  public ErrorSums(FeatureSchema schema) {
    this.schema = schema;
    this.targets = schema.targetFeatures();
    this.squared = new double[targets.size()];
    this.persistenceSquared = new double[targets.size()];
    this.logLoss = new double[targets.size()];
    this.right = new long[targets.size()];
    this.counts = new long[targets.size()];
    this.persistenceRight = new long[targets.size()];
  }

  /**
   * Takes one horizon of one forecast into account. A target that did not come (NaN) is left out.
   *
   * @param actual {@code float[targets]}, raw; ids for categories
   * @param forecast {@code float[outputWidth]} from {@code offset}, raw; probabilities for
   *     categories
   * @param offset index of the horizon's first value
   * @param last {@code float[targets]}, the forecast of persistence
   */
  public void add(float[] actual, float[] forecast, int offset, float[] last) {
    count++;
    for (int i = 0; i < targets.size(); i++) {
      if (!Float.isFinite(actual[i])) {
        continue;
      }
      int at = offset + schema.outputAt(i);
      Feature feature = targets.get(i);
      counts[i]++;
      if (feature.isCategory()) {
        category(i, forecast, at, feature.width(), (int) actual[i], (int) last[i]);
      } else {
        squared[i] += square((double) forecast[at] - actual[i]);
        persistenceSquared[i] += square((double) last[i] - actual[i]);
      }
    }
  }

  private void category(int i, float[] forecast, int at, int width, int actual, int last) {
    int likeliest = Probabilities.likeliest(forecast, at, width);
    right[i] += likeliest == actual ? 1 : 0;
    persistenceRight[i] += last == actual ? 1 : 0;
    logLoss[i] += Probabilities.logLoss(forecast[at + actual]);
  }

  private static double square(double x) {
    return x * x;
  }

  /** Number of forecasts taken into account. */
  public long count() {
    return count;
  }

  /**
   * Root mean squared error per number, by name, in schema order; NaN before the first forecast.
   */
  public Map<String, Double> rmse() {
    return numbers(squared);
  }

  /** Root mean squared error of persistence per number, by name, in schema order. */
  public Map<String, Double> persistenceRmse() {
    return numbers(persistenceSquared);
  }

  /** Share of right answers per category, by name, in schema order. */
  public Map<String, Double> accuracy() {
    return categories(right);
  }

  /** Share of right answers of persistence per category, by name, in schema order. */
  public Map<String, Double> persistenceAccuracy() {
    return categories(persistenceRight);
  }

  /** Mean log-loss per category, in nats, by name, in schema order. */
  public Map<String, Double> logLoss() {
    Map<String, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < targets.size(); i++) {
      if (targets.get(i).isCategory()) {
        means.put(targets.get(i).name(), logLoss[i] / counts[i]);
      }
    }
    return means;
  }

  private Map<String, Double> numbers(double[] sums) {
    Map<String, Double> roots = new LinkedHashMap<>();
    for (int i = 0; i < targets.size(); i++) {
      if (!targets.get(i).isCategory()) {
        roots.put(targets.get(i).name(), Math.sqrt(sums[i] / counts[i]));
      }
    }
    return roots;
  }

  private Map<String, Double> categories(long[] hits) {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (int i = 0; i < targets.size(); i++) {
      if (targets.get(i).isCategory()) {
        shares.put(targets.get(i).name(), hits[i] / (double) counts[i]);
      }
    }
    return shares;
  }
}
