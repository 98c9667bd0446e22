package io.tplus1.ops;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.MeanChanges;
import io.tplus1.serde.Score;
import java.util.Arrays;

/**
 * Decayed squared errors of one series, beside those of persistence. For one thread at a time.
 *
 * <p>What one sentinel (−9999) leaves would decide for hundreds of scores. So where a number jumps,
 * further than {@value #MOST_CHANGES} usual changes and than the root of {@value #MOST_MEANS} mean
 * squares of its changes, no error counts for more than that, neither persistence's nor the
 * forecast's. A forecast that errs as much where nothing jumped counts in full.
 */
final class DecayedErrors {
  /** What arrays hold of one target. */
  static final long BYTES = 3L * Double.BYTES + Integer.BYTES + Float.BYTES + Byte.BYTES;

  /** What an error's weight is multiplied with at each newer one: about the last 20 count. */
  private static final double DECAY = 0.95;

  /** Fewest scores of a series of which it can be said that it is forecast badly. */
  private static final int LEAST_SCORES = 5;

  /** Errors beyond so many times persistence's are all the same. */
  private static final double MOST = 1_000;

  private static final double MOST_CHANGES = 10;
  private static final double MOST_MEANS = 10;

  /** Part of a number's usual size that persistence's error counts as where it stands still. */
  private static final double NUMBER_PART = 0.01;

  /** The same of a category's at least, of which a probability of 1 is the size. */
  private static final double CATEGORY_PART = 0.1;

  /**
   * A number that did not change in so many scores stands still: nearly nothing is left of them.
   */
  private static final int STILL = 100;

  /** The size of a number that is 0: a hundredth of it is then what errors are held against. */
  private static final double ZERO = 1e-4;

  private final FeatureSchema schema;
  private final double[] own;
  private final double[] persistence;

  /** Decayed squares of what came; of a category each counts as one. */
  private final double[] sizes;

  /** Scores since each target last changed. */
  private final int[] still;

  private MeanChanges usual;

  /** What the scores so far weigh together. */
  private double weight;

  private long scores;
  private long timeMs;

  DecayedErrors(FeatureSchema schema) {
    this.schema = schema;
    int targets = schema.targets().size();
    this.own = new double[targets];
    this.persistence = new double[targets];
    this.sizes = new double[targets];
    this.still = new int[targets];
    Arrays.fill(still, STILL);
    this.usual = new MeanChanges(targets);
  }

  /** These, of nothing yet. */
  DecayedErrors begun() {
    Arrays.fill(own, 0);
    Arrays.fill(persistence, 0);
    Arrays.fill(sizes, 0);
    Arrays.fill(still, STILL);
    usual = new MeanChanges(own.length);
    weight = 0;
    scores = 0;
    timeMs = 0;
    return this;
  }

  void learn(Score score) {
    for (int i = 0; i < own.length; i++) {
      Feature target = schema.targetFeatures().get(i);
      double error =
          ErrorBoard.squared(target, score.forecast(), schema.outputAt(i), score.actual()[i]);
      double last = ErrorBoard.squared(target, score.last()[i], score.actual()[i]);
      if (Double.isFinite(error) && Double.isFinite(last)) {
        double most = most(i);
        own[i] = DECAY * own[i] + (last > most ? Math.min(error, most) : error);
        persistence[i] = DECAY * persistence[i] + Math.min(last, most);
        double size = size(target, score.actual()[i]);
        sizes[i] = DECAY * sizes[i] + size * size;
        boolean changes = ErrorBoard.isChange(target, score.last()[i], score.actual()[i]);
        still[i] = changes ? 0 : Math.min(STILL, still[i] + 1);
      }
    }
    usual.update(score.last(), score.actual());
    weight = DECAY * weight + 1;
    scores++;
    timeMs = score.timeMs();
  }

  /** Beyond which squared change a number jumps; a category never does. */
  private double most(int target) {
    if (schema.targetFeatures().get(target).isCategory() || !usual.isUnit(target)) {
      return Double.POSITIVE_INFINITY;
    }
    double most = MOST_CHANGES * usual.mean(target);
    return Math.max(most * most, MOST_MEANS * persistence[target] / weight);
  }

  private static double size(Feature target, float actual) {
    if (target.isCategory()) {
      return 1;
    }
    return actual == 0 ? ZERO : actual;
  }

  /**
   * The root of the errors relative to persistence's, over targets; NaN while unknown. A number
   * that stands still says nothing beside targets that change; where none changes, errors are held
   * against a part of what came: a sensor is not forecast badly because of a rounding.
   */
  double relative() {
    if (scores < LEAST_SCORES) {
      return Double.NaN;
    }
    boolean anyChanges = false;
    for (int since : still) {
      anyChanges |= since < STILL;
    }
    double sum = 0;
    int counted = 0;
    for (int i = 0; i < own.length; i++) {
      boolean isCategory = schema.targetFeatures().get(i).isCategory();
      boolean changes = still[i] < STILL;
      if (!isCategory && !changes && anyChanges) {
        continue;
      }
      double unit = persistence[i];
      if (isCategory || !changes) {
        double part = isCategory ? CATEGORY_PART : NUMBER_PART;
        unit = Math.max(unit, part * part * sizes[i]);
      }
      if (unit > 0) {
        sum += Math.min(MOST * MOST, own[i] / unit);
        counted++;
      }
    }
    return counted == 0 ? Double.NaN : Math.sqrt(sum / counted);
  }

  /** How many scores the series has had. */
  long scores() {
    return scores;
  }

  /** Event time of its newest score, epoch milliseconds. */
  long timeMs() {
    return timeMs;
  }
}
