package io.tplus1.serde;

import io.tplus1.feature.FeatureSchema;

/**
 * How values of {@code features} are to be read.
 *
 * @param schema fields in order
 * @param timeSource where the event time is read
 * @param timeField name of the time field
 * @param ignoreExtraFields whether fields outside the schema are ignored rather than refused
 */
public record VectorFormat(
    FeatureSchema schema, TimeSource timeSource, String timeField, boolean ignoreExtraFields) {

  /** The field that holds the vector in the nested and the array form. */
  public static final String FEATURES = "features";
}
