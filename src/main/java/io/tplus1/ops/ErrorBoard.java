package io.tplus1.ops;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Probabilities;
import io.tplus1.feature.Rounding;
import io.tplus1.serde.Score;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Sums of matured errors, of all and by model, beside those of persistence, since the instance
 * started.
 *
 * <p>Waiting forecasts may be of a model for each horizon, and {@value #MOST_MODELS} models are
 * named apart: one whose next step is scored, or that begins to serve, drives out the one of which
 * that is longest ago. What comes of that one later counts as {@value #OLDER}, until its own next
 * step is scored again; then its sum goes on.
 *
 * <p>An error counts twice: squared in the target's own unit, and relative to how much that target
 * changes ({@code errors ÷ the running mean of the last value's}), cut at {@value #MOST}, so that
 * targets can be added. All horizons count alike in sums and means, so far ones weigh most. A
 * target that stands still keeps its unit: it says little beside those that change. A category's
 * error is 1 where the likeliest word was wrong, and its unit how often words change. Stream
 * threads add, any thread reads; one lock, held for some additions.
 */
final class ErrorBoard {
  /** Models that are named apart. */
  static final int MOST_MODELS = 8;

  /** What models are called together that are named apart no more. */
  static final String OLDER = "older";

  /** Far more than models can have forecasts that wait: a model has left for good. */
  private static final int MOST_LEFT = 1_000;

  private static final double MOST = 10_000;

  /** How far one error moves the running mean, once many have come. */
  private static final double STEP = 0.001;

  /** In the mean of fewer changes, a few errors would be larger than all that come later. */
  private static final int FEWEST_CHANGES = 5;

  /** Least unit of a category: words that stay for a night let no miss count as thousands. */
  private static final double CATEGORY_UNIT = 0.01;

  private final FeatureSchema schema;
  private final List<Feature> targets;
  private final double[] usual;
  private final long[] seen;
  private final long[] changes;
  private final Sums total;
  private final Sums older;

  /** The model whose next step was scored last is the last. */
  private final Map<String, Sums> byModel = new LinkedHashMap<>();

  /** The last of them, which most scores are of; null before there is one. */
  private String newest;

  private Sums ofNewest;

  /** Models that were driven out, the first one first. */
  private final Map<String, Sums> left = new LinkedHashMap<>();

  /** Sums of one model, or of several. */
  static final class Sums {
    private final double[] squared;
    private final double[] persistenceSquared;
    private final long[] counts;
    private long count;
    private double error;
    private double persistence;
    private long covered;
    private long intervals;

    private Sums(int targets) {
      this.squared = new double[targets];
      this.persistenceSquared = new double[targets];
      this.counts = new long[targets];
    }

    private Sums(Sums other) {
      this.squared = other.squared.clone();
      this.persistenceSquared = other.persistenceSquared.clone();
      this.counts = other.counts.clone();
      this.count = other.count;
      this.error = other.error;
      this.persistence = other.persistence;
      this.covered = other.covered;
      this.intervals = other.intervals;
    }

    private void addIntervals(Score.Intervals more) {
      intervals += more.sent();
      covered += more.covered();
    }

    private void addSquared(int target, double own, double last) {
      squared[target] += own;
      persistenceSquared[target] += last;
      counts[target]++;
    }

    private void addHorizon(double errors, double persistences, int counted) {
      count++;
      if (counted > 0) {
        error += errors / counted;
        persistence += persistences / counted;
      }
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

    /** How many errors of a target were summed: fewer than {@link #count} where it has holes. */
    long count(int target) {
      return counts[target];
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
    this.schema = schema;
    this.targets = schema.targetFeatures();
    this.usual = new double[targets.size()];
    this.seen = new long[targets.size()];
    this.changes = new long[targets.size()];
    this.total = new Sums(targets.size());
    this.older = new Sums(targets.size());
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

  /** Whether a target moved by more than roundings; neither is NaN. */
  static boolean isChange(Feature feature, float last, float actual) {
    return feature.isCategory() ? last != actual : Rounding.isChange(last, actual);
  }

  private static double square(double value) {
    return value * value;
  }

  /** Adds one matured horizon. */
  synchronized void add(Score score) {
    Sums sums = of(score);
    Score.Intervals intervals = score.intervals(schema);
    sums.addIntervals(intervals);
    total.addIntervals(intervals);
    double error = 0;
    double persistence = 0;
    int counted = 0;
    for (int i = 0; i < usual.length; i++) {
      Feature feature = targets.get(i);
      double own = squared(feature, score.forecast(), schema.outputAt(i), score.actual()[i]);
      double last = squared(feature, score.last()[i], score.actual()[i]);
      if (!Double.isFinite(own) || !Double.isFinite(last)) {
        continue;
      }
      sums.addSquared(i, own, last);
      total.addSquared(i, own, last);
      boolean isChange = isChange(feature, score.last()[i], score.actual()[i]);
      double unit = learn(i, last, isChange);
      if (changes[i] >= FEWEST_CHANGES) {
        // Where rounding alone moved it, the last value was right, and so was a forecast as near.
        error += !isChange && isAsNear(score, i) ? 0 : Math.min(MOST, own / unit);
        persistence += isChange ? Math.min(MOST, last / unit) : 0;
        counted++;
      }
    }
    sums.addHorizon(error, persistence, counted);
    total.addHorizon(error, persistence, counted);
  }

  /** Whether a number was forecast to roundings. */
  private boolean isAsNear(Score score, int target) {
    float forecast = score.forecast()[schema.outputAt(target)];
    return !targets.get(target).isCategory()
        && !Rounding.isChange(forecast, score.actual()[target]);
  }

  /**
   * What a target's squared errors are held against.
   *
   * @param last the last value's
   */
  private double learn(int target, double last, boolean isChange) {
    boolean isCategory = targets.get(target).isCategory();
    if (isChange) {
      changes[target]++;
    }
    if (isChange || isCategory) {
      seen[target]++;
      usual[target] += Math.max(STEP, 1.0 / seen[target]) * (last - usual[target]);
    }
    return isCategory ? Math.max(CATEGORY_UNIT, usual[target]) : usual[target];
  }

  private Sums of(Score score) {
    if (score.model().equals(newest)) {
      return ofNewest;
    }
    Sums named = byModel.get(score.model());
    if (score.horizon() == 1 || (named == null && byModel.size() < MOST_MODELS)) {
      return latest(score.model());
    }
    return named == null ? older : named;
  }

  /**
   * Names a model that begins to serve, as if its next step were scored now: whoever watches its
   * sums grow sees them before the first burst of its scores.
   */
  synchronized void expect(String model) {
    latest(model);
  }

  /** Sums of a model, which is the one to be driven out last; they go on where it was itself. */
  private Sums latest(String model) {
    Sums sums = byModel.remove(model);
    if (sums == null) {
      if (byModel.size() == MOST_MODELS) {
        driveOut(byModel.keySet().iterator().next());
      }
      sums = Objects.requireNonNullElseGet(left.remove(model), () -> new Sums(targets.size()));
    }
    byModel.put(model, sums);
    newest = model;
    ofNewest = sums;
    return sums;
  }

  private void driveOut(String model) {
    left.put(model, byModel.remove(model));
    if (left.size() > MOST_LEFT) {
      left.remove(left.keySet().iterator().next());
    }
  }

  /** The sums so far of all models, copied. */
  synchronized Sums total() {
    return new Sums(total);
  }

  /**
   * The sums so far by model, copied: {@value #OLDER} first, where there is any, and the model last
   * whose next step was scored last, or that was {@linkplain #expect expected} since.
   */
  synchronized Map<String, Sums> byModel() {
    Map<String, Sums> copies = new LinkedHashMap<>();
    if (older.count > 0) {
      copies.put(OLDER, new Sums(older));
    }
    byModel.forEach((model, sums) -> copies.put(model, new Sums(sums)));
    return copies;
  }
}
