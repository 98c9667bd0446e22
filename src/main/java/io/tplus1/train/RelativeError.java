package io.tplus1.train;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Probabilities;
import io.tplus1.model.TrainingSample;
import java.util.List;

/**
 * How wrong a forecast of a sample is, without a unit, so that series and targets of any unit can
 * be added. For one thread.
 *
 * <p>A number's error is the mean over horizons of the squared error, over the mean squared change
 * from one vector to the next ({@link UsualChanges}), which does not depend on who forecasts; the
 * last value has about 1 at t+1 where a series is a random walk. A category's error is the log-loss
 * in nats. The whole is the mean over targets, each cut at {@value #MOST}, so that an outlier does
 * not decide alone.
 */
final class RelativeError {
  /** Largest error of one target: that of a forecast that is not finite, too. */
  static final double MOST = 1_000;

  /**
   * How sure the last value is of its word at most: what has not changed in a hundred samples,
   * which is about what is remembered of errors, may change in three of a hundred all the same. The
   * rest is for all other words alike.
   */
  private static final double SUREST = 0.97;

  private final List<Integer> targets;
  private final List<Feature> features;
  private final int width;
  private final UsualChanges usual;
  private final boolean numbersAlone;
  private final boolean judgesWords;

  private RelativeError(FeatureSchema schema, UsualChanges usual, boolean numbersAlone) {
    this.targets = schema.targets();
    this.features = schema.targetFeatures();
    this.width = schema.outputWidth();
    this.usual = usual;
    this.numbersAlone = numbersAlone;
    this.judgesWords = !numbersAlone && features.stream().anyMatch(Feature::isCategory);
  }

  /**
   * Over all targets.
   *
   * @param usual of the samples before the one that is judged
   */
  static RelativeError of(FeatureSchema schema, UsualChanges usual) {
    return new RelativeError(schema, usual, false);
  }

  /** Over the targets that are numbers, as linear experts forecast them. */
  static RelativeError ofNumbers(FeatureSchema schema, UsualChanges usual) {
    return new RelativeError(schema, usual, true);
  }

  /**
   * The error of one forecast.
   *
   * @param sample finite, raw
   * @param forecast {@code float[horizon][outputWidth]} for the vectors that followed, raw
   * @return NaN if no target can be judged, because none ever changes in the sample but by
   *     rounding, or too few changes are known
   */
  double of(TrainingSample sample, float[] forecast) {
    return of(sample, forecast, 1);
  }

  /**
   * The error of the last value, which is as {@link #of} but for categories: were it none while a
   * word stays, every network would be worse in the end, however sure of the word it is; and were a
   * word that changes a miracle to it, almost every network would be better.
   *
   * @param forecast of {@link io.tplus1.model.LastValue}
   */
  double ofLastValue(TrainingSample sample, float[] forecast) {
    return of(sample, forecast, SUREST);
  }

  /** Whether {@link #ofLastValue} may be another one than {@link #of}. */
  boolean judgesWords() {
    return judgesWords;
  }

  private double of(TrainingSample sample, float[] forecast, double surest) {
    double sum = 0;
    int counted = 0;
    int at = 0;
    for (int i = 0; i < targets.size(); i++) {
      Feature feature = features.get(i);
      double error = Double.NaN;
      if (feature.isCategory()) {
        if (!numbersAlone) {
          double least = Math.max(Probabilities.SMALLEST, (1 - surest) / (feature.width() - 1));
          error = nats(sample.following(), targets.get(i), forecast, at, least, surest);
        }
      } else {
        error = squared(sample, i, forecast, at);
      }
      if (!Double.isNaN(error)) {
        sum += Math.min(MOST, error);
        counted++;
      }
      at += feature.width();
    }
    return sum / counted; // 0 / 0 is NaN
  }

  private double nats(
      FeatureWindow following, int target, float[] forecast, int at, double least, double surest) {
    double sum = 0;
    for (int h = 0; h < following.steps(); h++) {
      double probability = forecast[h * width + at + (int) following.value(h, target)];
      if (Double.isNaN(probability)) {
        return MOST;
      }
      sum -= Math.log(Math.min(surest, Math.max(least, probability)));
    }
    return sum / following.steps();
  }

  private double squared(TrainingSample sample, int i, float[] forecast, int at) {
    double unit = usual.unit(i, sample);
    if (Double.isNaN(unit)) {
      return Double.NaN;
    }
    FeatureWindow following = sample.following();
    double sum = 0;
    for (int h = 0; h < following.steps(); h++) {
      double difference = (double) forecast[h * width + at] - following.value(h, targets.get(i));
      sum += difference * difference;
    }
    double error = sum / following.steps() / unit;
    return Double.isNaN(error) ? MOST : error;
  }
}
