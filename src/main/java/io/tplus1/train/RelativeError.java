package io.tplus1.train;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.util.List;

/**
 * How wrong a forecast of a sample is, without a unit, so that series and targets of any unit can
 * be added. Immutable and thread-safe.
 *
 * <p>A number's error is the mean over horizons of the squared error, over the mean squared change
 * from one vector to the next within the sample, window and what followed; the last value has about
 * 1 at t+1 where a series is a random walk. Those changes belong to the sample alone, hence do not
 * depend on who forecasts, nor on what came before. A category's error is the log-loss in nats. The
 * whole is the mean over targets, each cut at {@value #MOST}, so that an outlier does not decide
 * alone.
 */
public final class RelativeError {
  /** Largest error of one target: that of a forecast that is not finite, too. */
  public static final double MOST = 1_000;

  private static final double SMALLEST_PROBABILITY = 1e-7;

  private final List<Integer> targets;
  private final List<Feature> features;
  private final int width;
  private final boolean numbersAlone;

  private RelativeError(FeatureSchema schema, boolean numbersAlone) {
    this.targets = schema.targets();
    this.features = schema.targetFeatures();
    this.width = schema.outputWidth();
    this.numbersAlone = numbersAlone;
  }

  /** Over all targets. */
  public static RelativeError of(FeatureSchema schema) {
    return new RelativeError(schema, false);
  }

  /** Over the targets that are numbers, as linear experts forecast them. */
  public static RelativeError ofNumbers(FeatureSchema schema) {
    return new RelativeError(schema, true);
  }

  /**
   * The error of one forecast.
   *
   * @param sample finite, raw
   * @param forecast {@code float[horizon][outputWidth]} for the vectors that followed, raw
   * @return NaN if no target can be judged, because none ever changes in the sample
   */
  public double of(TrainingSample sample, float[] forecast) {
    double sum = 0;
    int counted = 0;
    int at = 0;
    for (int i = 0; i < targets.size(); i++) {
      Feature feature = features.get(i);
      double error = Double.NaN;
      if (feature.isCategory()) {
        if (!numbersAlone) {
          error = nats(sample.following(), targets.get(i), forecast, at);
        }
      } else {
        error = squared(sample, targets.get(i), forecast, at);
      }
      if (!Double.isNaN(error)) {
        sum += Math.min(MOST, error);
        counted++;
      }
      at += feature.width();
    }
    return sum / counted; // 0 / 0 is NaN
  }

  private double nats(FeatureWindow following, int target, float[] forecast, int at) {
    double sum = 0;
    for (int h = 0; h < following.steps(); h++) {
      double probability = forecast[h * width + at + (int) following.value(h, target)];
      if (Double.isNaN(probability)) {
        return MOST;
      }
      sum -= Math.log(Math.min(1, Math.max(SMALLEST_PROBABILITY, probability)));
    }
    return sum / following.steps();
  }

  private double squared(TrainingSample sample, int target, float[] forecast, int at) {
    FeatureWindow window = sample.window();
    FeatureWindow following = sample.following();
    double changes = 0;
    for (int s = 1; s < window.steps(); s++) {
      changes += square((double) window.value(s, target) - window.value(s - 1, target));
    }
    double errors = 0;
    double before = window.last(target);
    for (int h = 0; h < following.steps(); h++) {
      double actual = following.value(h, target);
      changes += square(actual - before);
      errors += square(forecast[h * width + at] - actual);
      before = actual;
    }
    if (changes == 0) {
      return Double.NaN;
    }
    int count = window.steps() - 1 + following.steps();
    double error = errors / following.steps() / (changes / count);
    return Double.isNaN(error) ? MOST : error;
  }

  private static double square(double value) {
    return value * value;
  }
}
