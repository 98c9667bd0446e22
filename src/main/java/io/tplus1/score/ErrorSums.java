package io.tplus1.score;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Sums of errors over many forecasts, per target, beside those of persistence, all horizons
 * together. For one thread.
 *
 * <p>Numbers have a root mean squared error in raw units. Categories have the share of right
 * answers and the mean log-loss in nats. A target of which a forecast was no finite number, as of a
 * network that overflows, has none of them: what is left would be better than the network is.
 */
public final class ErrorSums {
  /** Of intervals, of which there are none. */
  private static final double COVERAGE = 0.9;

  private final FeatureSchema schema;
  private final AccuracySums forecasts;
  private final AccuracySums persistence;
  private final float[] certain;

  /** Whether a forecast of a target that came was not finite. */
  private final boolean[] broken;

  private long count;

  public ErrorSums(FeatureSchema schema) {
    this.schema = schema;
    this.forecasts = new AccuracySums(schema, 1, COVERAGE);
    this.persistence = new AccuracySums(schema, 1, COVERAGE);
    this.certain = new float[schema.outputWidth()];
    this.broken = new boolean[schema.targets().size()];
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
    int at = offset;
    for (int i = 0; i < broken.length; i++) {
      int width = schema.targetFeatures().get(i).width();
      for (int k = at; k < at + width; k++) {
        broken[i] |= !Float.isNaN(actual[i]) && !Float.isFinite(forecast[k]);
      }
      at += width;
    }
    forecasts.add(0, actual, Arrays.copyOfRange(forecast, offset, offset + certain.length));
    for (int i = 0; i < last.length; i++) {
      schema.certain(i, last[i], certain);
    }
    persistence.add(0, actual, certain);
  }

  /** Number of forecasts taken into account. */
  public long count() {
    return count;
  }

  /**
   * Root mean squared error per number, by name, in schema order; NaN before the first forecast,
   * and where one was not finite.
   */
  public Map<String, Double> rmse() {
    return told(forecasts.figures(forecasts.units()).rmse());
  }

  /** Root mean squared error of persistence per number, by name, in schema order. */
  public Map<String, Double> persistenceRmse() {
    return persistence.figures(persistence.units()).rmse();
  }

  /** Share of right answers per category, by name, in schema order. */
  public Map<String, Double> accuracy() {
    return told(categories(forecasts, Accuracy::accuracy));
  }

  /** Share of right answers of persistence per category, by name, in schema order. */
  public Map<String, Double> persistenceAccuracy() {
    return categories(persistence, Accuracy::accuracy);
  }

  /** Mean log-loss per category, in nats, by name, in schema order. */
  public Map<String, Double> logLoss() {
    return told(categories(forecasts, Accuracy::logLoss));
  }

  /** Names of the targets that came and of which a forecast was not finite, in schema order. */
  public Set<String> notFinite() {
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < broken.length; i++) {
      if (broken[i]) {
        names.add(schema.targetFeatures().get(i).name());
      }
    }
    return names;
  }

  private Map<String, Double> told(Map<String, Double> figures) {
    Map<String, Double> told = new LinkedHashMap<>(figures);
    notFinite().forEach(name -> told.replace(name, Double.NaN));
    return told;
  }

  private Map<String, Double> categories(AccuracySums sums, ToDoubleFunction<Accuracy> figure) {
    List<Feature> targets = schema.targetFeatures();
    Map<String, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < targets.size(); i++) {
      if (targets.get(i).isCategory()) {
        means.put(targets.get(i).name(), figure.applyAsDouble(sums.ofTarget(i, sums.units())));
      }
    }
    return means;
  }
}
