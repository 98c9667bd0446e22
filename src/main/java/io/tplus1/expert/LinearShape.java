package io.tplus1.expert;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What a linear expert reads and forecasts, and how it learns.
 *
 * <p>Its inputs are {@code x[t − lag] − x[t]} for each lag, its outputs the changes {@code x[t + h]
 * − x[t]} of the number targets; an intercept is always there and never penalised. Changes against
 * the last value make a forecast follow a level that moves, and no fit at all is persistence.
 *
 * @param schema the fields of a vector; rows may have more columns behind these
 * @param kind whose lags a target is forecast from
 * @param lags steps before the last value, each at least 1, ascending
 * @param levels whether the last values themselves are inputs too, for laws that depend on where a
 *     series is; not with a local scale
 * @param horizon H, steps ahead
 * @param ridge penalty on a weight as a share of its input's variance (Hoerl and Kennard 1970), so
 *     that units do not matter
 * @param forgetting λ, what a row weighs more than the one before it: λ in (0, 1], 1 forgets
 *     nothing
 * @param scaleSteps number of last differences whose mean size is the unit of inputs and changes,
 *     for pools of series of different sizes; 0 for raw units
 * @param huber δ, how often the mean size of errors an error may be before its row weighs δ × mean
 *     / size (Huber 1964, by reweighting online): small ones, such as 0.3, draw forecasts from the
 *     mean towards the median; 0 for plain least squares
 * @param stepMs milliseconds of a step where lags reach back in time, to values on the line between
 *     two vectors, for series whose steps are irregular; 0 where lags count vectors
 */
public record LinearShape(
    FeatureSchema schema,
    Kind kind,
    List<Integer> lags,
    boolean levels,
    int horizon,
    double ridge,
    double forgetting,
    int scaleSteps,
    double huber,
    long stepMs) {

  /** Whose lags a target is forecast from. */
  public enum Kind {
    /** Its own alone; each target has equations of its own. */
    OWN,
    /** Those of every number that is an input or a target; all targets share the equations. */
    JOINT
  }

  /** Most inputs of one equation: its sums grow with the square, their solution with the cube. */
  public static final int MAX_INPUTS = 2048;

  /** Most numbers that the sums of a shape may hold: 32 MiB. */
  static final int MAX_SUMS = 1 << 22;

  /** Farthest that a lag may reach back, and most horizons and scale steps. */
  static final int MAX_STEPS = 1 << 16;

  /**
   * @throws IllegalArgumentException if a value is out of range, no target is a number, or the sums
   *     would be too large
   */
  public LinearShape {
    lags = List.copyOf(lags);
    if (lags.isEmpty() || !lags.equals(List.copyOf(new TreeSet<>(lags)))) {
      throw new IllegalArgumentException(
          "lags must ascend and be at least one, found " + lags + ": sort them");
    }
    if (lags.get(0) < 1 || lags.get(lags.size() - 1) > MAX_STEPS) {
      throw new IllegalArgumentException(
          "lags must lie in 1..%d, found %s".formatted(MAX_STEPS, lags));
    }
    if (horizon < 1 || horizon > MAX_STEPS || scaleSteps < 0 || scaleSteps > MAX_STEPS) {
      throw new IllegalArgumentException(
          "a horizon in 1..%d and scale steps in 0..%d are needed, found %d and %d"
              .formatted(MAX_STEPS, MAX_STEPS, horizon, scaleSteps));
    }
    if (!(ridge >= 0 && ridge <= 1e6) || !(forgetting > 0 && forgetting <= 1)) {
      throw new IllegalArgumentException(
          "a ridge in 0..1e6 and a forgetting in (0, 1] are needed, found %s and %s"
              .formatted(ridge, forgetting));
    }
    if (!(huber >= 0 && huber <= 1e6)) {
      throw new IllegalArgumentException("huber must lie in 0..1e6, found " + huber);
    }
    if (stepMs < 0) {
      throw new IllegalArgumentException("a step lasts 0 ms or more, found " + stepMs);
    }
    if (levels && scaleSteps > 0) {
      throw new IllegalArgumentException(
          "levels are not comparable under a local scale: give up levels, or scale steps");
    }
    if (schema.targetFeatures().stream().allMatch(Feature::isCategory)) {
      throw new IllegalArgumentException(
          "a linear expert needs a target that is a number, found only categories in " + schema);
    }
    long equations = kind == Kind.OWN ? schema.numberTargets().size() : 1;
    long inputs = inputs(schema, kind, lags.size(), levels);
    long outputs = (long) horizon * schema.numberTargets().size() / equations;
    long sums = equations * (inputs * (inputs + 1) / 2 + inputs * (outputs + 1) + 3 * outputs + 2);
    if (inputs > MAX_INPUTS || sums > MAX_SUMS) {
      throw new IllegalArgumentException(
          "%d inputs and sums of %d numbers are too many, at most %d and %d are allowed: name fewer lags or horizons"
              .formatted(inputs, sums, MAX_INPUTS, MAX_SUMS));
    }
  }

  /**
   * The same with the ridge, the forgetting and δ of another: how the next row weighs, and how sums
   * are solved, not what they are.
   */
  public LinearShape tunedAs(LinearShape other) {
    return new LinearShape(
        schema,
        kind,
        lags,
        levels,
        horizon,
        other.ridge,
        other.forgetting,
        scaleSteps,
        other.huber,
        stepMs);
  }

  /** Steps that a window needs so that no lag is beyond it. */
  public int steps() {
    return Math.max(lags.get(lags.size() - 1), scaleSteps) + 1;
  }

  /** Inputs of one equation, without the intercept. */
  public int inputs() {
    return Math.toIntExact(inputs(schema, kind, lags.size(), levels));
  }

  /** Sets of equations: one per number target, or one for all. */
  int blocks() {
    return kind == Kind.OWN ? schema.numberTargets().size() : 1;
  }

  /** Forecast values of one set of equations: horizons, or horizons of all number targets. */
  int outputs() {
    return horizon * schema.numberTargets().size() / blocks();
  }

  /** Length of a forecast, {@code float[horizon][schema.outputWidth()]}. */
  public int outputLength() {
    return horizon * schema.outputWidth();
  }

  private static long inputs(FeatureSchema schema, Kind kind, int lags, boolean levels) {
    long features = kind == Kind.OWN ? 1 : numbers(schema).length;
    return features * (lags + (levels ? 1 : 0));
  }

  /** Columns of the number targets, in the order of the targets. */
  static int[] numberTargets(FeatureSchema schema) {
    return schema.numberTargets().stream().mapToInt(schema.targets()::get).toArray();
  }

  /** Columns of the numbers that are inputs or targets, ascending. */
  static int[] numbers(FeatureSchema schema) {
    return IntStream.range(0, schema.size())
        .filter(i -> !schema.feature(i).isCategory())
        .filter(i -> schema.inputs().contains(i) || schema.targets().contains(i))
        .toArray();
  }
}
