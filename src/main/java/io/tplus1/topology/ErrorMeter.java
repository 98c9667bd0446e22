package io.tplus1.topology;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.MeanChanges;
import io.tplus1.serde.ModelScores;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums the matured errors of one task by model, for {@code model-scores}. Owned by one stream
 * thread.
 *
 * <p>The error of a number is squared and relative to its series' mean change ({@link
 * MeanChanges}), cut at {@value #MOST}: one outlier, by which the last value errs once more on the
 * way back, is worth some sixty usual errors of it, and decides no more than between networks that
 * are nearly as good; that of a category is half the Brier score, 0 … 1. What is summed is the mean
 * over targets. Targets that have changed fewer than five times have no unit and are left out; a
 * forecast of such targets alone is not counted.
 *
 * <p>Sums live on the heap: what a task has summed since its last record is lost when it stops.
 */
final class ErrorMeter {
  /** Matured forecasts after which a record is due on a clock that stands, as a replay's may. */
  private static final int MOST_WAITING = 100;

  private static final long NEVER = Long.MIN_VALUE;

  /** Largest squared relative error that is counted: ten usual changes. */
  private static final double MOST = 100;

  private final FeatureSchema schema;
  private final List<Feature> targets;
  private final Map<String, ModelScores.Sums> byModel = new HashMap<>();
  private long waiting;
  private long toMs;
  private long takenAtMs = NEVER;

  ErrorMeter(FeatureSchema schema) {
    this.schema = schema;
    this.targets = schema.targetFeatures();
  }

  /**
   * Mean squared relative error of one horizon of a forecast.
   *
   * @param actual {@code float[targets]}, raw; NaN where nothing came
   * @param forecast values of the horizon from {@code offset} on
   * @return NaN if no target can be counted
   */
  double error(MeanChanges changes, float[] actual, float[] forecast, int offset) {
    double sum = 0;
    int counted = 0;
    for (int i = 0; i < targets.size(); i++) {
      Feature feature = targets.get(i);
      int at = offset + schema.outputAt(i);
      double error =
          feature.isCategory()
              ? brier(forecast, at, feature.width(), actual[i])
              : relative(forecast[at], actual[i], changes, i);
      if (!Double.isNaN(error)) {
        sum += Math.min(error, MOST);
        counted++;
      }
    }
    return sum / counted; // 0 / 0 is NaN
  }

  /** As {@link #error}, of the last value as the forecast. */
  double persistence(MeanChanges changes, float[] actual, float[] last) {
    double sum = 0;
    int counted = 0;
    for (int i = 0; i < targets.size(); i++) {
      double error;
      if (targets.get(i).isCategory()) {
        error = Float.isNaN(actual[i]) ? Double.NaN : last[i] == actual[i] ? 0 : 1;
      } else {
        error = relative(last[i], actual[i], changes, i);
      }
      if (!Double.isNaN(error)) {
        sum += Math.min(error, MOST);
        counted++;
      }
    }
    return sum / counted;
  }

  private static double relative(float forecast, float actual, MeanChanges changes, int target) {
    double error = ((double) forecast - actual) / changes.mean(target);
    return changes.isUnit(target) ? error * error : Double.NaN;
  }

  private static double brier(float[] forecast, int at, int width, float actual) {
    if (Float.isNaN(actual)) {
      return Double.NaN;
    }
    double sum = 0;
    for (int id = 0; id < width; id++) {
      double error = forecast[at + id] - (id == (int) actual ? 1 : 0);
      sum += error * error;
    }
    return sum / 2;
  }

  /** Counts one matured horizon of a forecast; sums that are not finite are left out. */
  void add(String model, long timeMs, ModelScores.Sums sums) {
    if (!Double.isFinite(sums.error() + sums.network() + sums.persistence())) {
      return;
    }
    byModel.merge(model, sums, ModelScores.Sums::plus);
    toMs = waiting == 0 ? timeMs : Math.max(toMs, timeMs);
    waiting++;
  }

  /**
   * Whether a record is due before its period is over: many forecasts wait, and the clock has stood
   * still since the last one.
   *
   * @param nowMs the task's wall clock, epoch milliseconds
   */
  boolean isDue(long nowMs) {
    if (takenAtMs == NEVER) {
      takenAtMs = nowMs;
    }
    return waiting >= MOST_WAITING && nowMs == takenAtMs;
  }

  /**
   * The sums since the last call, which begin anew; null if there are none.
   *
   * @param nowMs the task's wall clock, epoch milliseconds
   */
  ModelScores take(String task, long nowMs) {
    takenAtMs = nowMs;
    if (waiting == 0) {
      return null;
    }
    ModelScores scores = new ModelScores(task, toMs, byModel);
    byModel.clear();
    waiting = 0;
    return scores;
  }
}
