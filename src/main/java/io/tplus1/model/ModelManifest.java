package io.tplus1.model;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import java.util.List;
import java.util.Optional;

/**
 * What an artifact says of itself: shapes, units and origin.
 *
 * @param schema fields of the vectors, which are read and which are forecast
 * @param steps N, vectors of a full window
 * @param horizon H, steps ahead
 * @param strategy how the network covers the horizons
 * @param inputScaling a column per {@link FeatureSchema#inputs()}; a category's column is identity
 * @param targetScaling a column per {@link FeatureSchema#targets()}; a category's column is
 *     identity
 * @param provenance where the model comes from
 * @param stepInputs what the network reads of a step when it forecasts changes; empty for the
 *     vectors themselves, scaled. With it, the target scaling is a figure for people and gates, and
 *     the input scaling holds for those numbers alone that are read and not forecast.
 * @param meanChanges mean absolute difference of each target over the training samples, raw units,
 *     a part of the local scale (see {@link StepInputs}); empty without step inputs
 * @param members networks of one architecture whose mean is the forecast
 * @param inputLimit magnitude at which a number that the network reads is cut once it is scaled, in
 *     learning and in forecasts; {@link #UNCUT} for none. Step inputs have a clip of their own.
 * @param targetLimit magnitude at which a scaled number that a network of vectors learns to put out
 *     is cut, in learning alone; not of numbers in their own units
 */
public record ModelManifest(
    FeatureSchema schema,
    int steps,
    int horizon,
    Strategy strategy,
    Scaling inputScaling,
    Scaling targetScaling,
    Provenance provenance,
    Optional<StepInputs> stepInputs,
    List<Float> meanChanges,
    int members,
    float inputLimit,
    float targetLimit) {

  /** The input limit of networks that read every number as it is. */
  public static final float UNCUT = Float.POSITIVE_INFINITY;

  /** Deviations of the samples that set a scaling, far outside of what was among them. */
  public static final float DEVIATIONS = 64;

  /** Newest version of the manifest's own form; readers refuse a higher one. */
  public static final int FORMAT = 5;

  /** First version whose networks may need what a linear expert forecast. */
  private static final int LINEAR_FORMAT = 3;

  /** First version whose {@link StepInputs.Column#LEVEL} looks at no step after its own. */
  static final int LEVEL_FORMAT = 4;

  /**
   * First version whose networks may read inputs that are cut, and learn targets that are cut
   * elsewhere; older readers would not cut them so.
   */
  private static final int INPUT_LIMIT_FORMAT = 5;

  /** Most members of an ensemble. */
  public static final int MAX_MEMBERS = 16;

  /** One network that reads vectors, uncut, and puts out vectors. */
  public ModelManifest(
      FeatureSchema schema,
      int steps,
      int horizon,
      Strategy strategy,
      Scaling inputScaling,
      Scaling targetScaling,
      Provenance provenance) {
    this(
        schema,
        steps,
        horizon,
        strategy,
        inputScaling,
        targetScaling,
        provenance,
        Optional.empty(),
        List.of(),
        1,
        UNCUT,
        DEVIATIONS);
  }

  /**
   * @throws IllegalArgumentException if shapes disagree
   */
  public ModelManifest {
    meanChanges = List.copyOf(meanChanges);
    if (steps < 1 || horizon < 1) {
      throw new IllegalArgumentException(
          "steps and horizon must be at least 1, found %d and %d".formatted(steps, horizon));
    }
    if (inputScaling.columns() != schema.inputs().size()
        || targetScaling.columns() != schema.targets().size()) {
      throw new IllegalArgumentException(
          "scaling must have a column per input and per target (%d and %d), found %d and %d"
              .formatted(
                  schema.inputs().size(),
                  schema.targets().size(),
                  inputScaling.columns(),
                  targetScaling.columns()));
    }
    if (strategy == Strategy.RECURSIVE) {
      requireNumbers(schema);
    }
    if (members < 1 || members > MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "a model has 1 to %d members, found %d".formatted(MAX_MEMBERS, members));
    }
    if (!(inputLimit > 0) || !(targetLimit > 0)) {
      throw new IllegalArgumentException(
          "limits of inputs and targets must be above 0, found %s and %s"
              .formatted(inputLimit, targetLimit));
    }
    if (stepInputs.isPresent() && inputLimit != UNCUT) {
      throw new IllegalArgumentException(
          "step inputs are cut at their clip, found an input limit of %s beside it"
              .formatted(inputLimit));
    }
    if (stepInputs.isPresent()) {
      requireSteps(stepInputs.get(), schema, steps, strategy, meanChanges);
    } else if (!meanChanges.isEmpty()) {
      throw new IllegalArgumentException(
          "mean changes belong to step inputs, found %s without".formatted(meanChanges));
    }
  }

  /** The same with what is known of the model's origin by now. */
  public ModelManifest withProvenance(Provenance other) {
    return new ModelManifest(
        schema,
        steps,
        horizon,
        strategy,
        inputScaling,
        targetScaling,
        other,
        stepInputs,
        meanChanges,
        members,
        inputLimit,
        targetLimit);
  }

  /**
   * The same of a network whose inputs are cut elsewhere.
   *
   * @throws IllegalArgumentException if it has step inputs
   */
  public ModelManifest withInputLimit(float limit) {
    return withLimits(limit, targetLimit);
  }

  /**
   * The same of a network whose inputs and targets are cut elsewhere.
   *
   * @throws IllegalArgumentException if it has step inputs, and a limit of inputs is given
   */
  public ModelManifest withLimits(float inputs, float targets) {
    return new ModelManifest(
        schema,
        steps,
        horizon,
        strategy,
        inputScaling,
        targetScaling,
        provenance,
        stepInputs,
        meanChanges,
        members,
        inputs,
        targets);
  }

  /** Steps that one pass of the network puts out. */
  public int rowsAtOnce() {
    return strategy.rowsAtOnce(horizon);
  }

  /** Lowest version of the form that can say all of this. */
  int format() {
    if (inputLimit != UNCUT || targetLimit != DEVIATIONS) {
      return INPUT_LIMIT_FORMAT;
    }
    if (stepInputs.filter(inputs -> inputs.readsLevel() && !inputs.levelAtEnd()).isPresent()) {
      return LEVEL_FORMAT;
    }
    if (stepInputs.filter(StepInputs::needsLinear).isPresent()) {
      return LINEAR_FORMAT;
    }
    return stepInputs.isEmpty() && members == 1 ? 1 : 2;
  }

  private static void requireSteps(
      StepInputs inputs,
      FeatureSchema schema,
      int steps,
      Strategy strategy,
      List<Float> meanChanges) {
    inputs.requireFit(schema, steps);
    if (strategy == Strategy.RECURSIVE) {
      throw new IllegalArgumentException(
          "a network with step inputs puts out all horizons at once: use the direct strategy");
    }
    if (meanChanges.size() != schema.targets().size()
        || meanChanges.stream().anyMatch(change -> !(change >= 0 && Float.isFinite(change)))) {
      throw new IllegalArgumentException(
          "step inputs need a finite mean change of 0 or more for each of %d targets, found %s"
              .formatted(schema.targets().size(), meanChanges));
    }
  }

  private static void requireNumbers(FeatureSchema schema) {
    if (!schema.inputs().equals(schema.targets())
        || schema.features().stream().anyMatch(Feature::isCategory)) {
      throw new IllegalArgumentException(
          "a recursive model needs numbers, the same ones as inputs and targets, found " + schema);
    }
  }
}
