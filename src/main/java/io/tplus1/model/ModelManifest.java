package io.tplus1.model;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;

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
 */
public record ModelManifest(
    FeatureSchema schema,
    int steps,
    int horizon,
    Strategy strategy,
    Scaling inputScaling,
    Scaling targetScaling,
    Provenance provenance) {

  /** Version of the manifest's own form; readers refuse a higher one. */
  public static final int FORMAT = 1;

  /**
   * @throws IllegalArgumentException if shapes disagree
   */
  public ModelManifest {
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
  }

  private static void requireNumbers(FeatureSchema schema) {
    if (!schema.inputs().equals(schema.targets())
        || schema.features().stream().anyMatch(Feature::isCategory)) {
      throw new IllegalArgumentException(
          "a recursive model needs numbers, the same ones as inputs and targets, found " + schema);
    }
  }
}
