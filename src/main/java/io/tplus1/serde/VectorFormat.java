package io.tplus1.serde;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import io.tplus1.wire.WireVector;
import java.util.Optional;

/**
 * How values of {@code features} are to be read.
 *
 * @param schema fields in order
 * @param timeSource where the event time is read
 * @param timeField name of the time field
 * @param ignoreExtraFields whether fields outside the schema are ignored rather than refused
 * @param missingValues numbers that stand for no value
 * @param encoding the only one that is taken; empty where each record may be of either
 */
public record VectorFormat(
    FeatureSchema schema,
    TimeSource timeSource,
    String timeField,
    boolean ignoreExtraFields,
    MissingValues missingValues,
    Optional<Encoding> encoding) {

  /** The field that holds the vector in the nested and the array form. */
  public static final String FEATURES = "features";

  /** What to say of a vector of another number of values. */
  public String wrongLength(int found) {
    return "%d values were expected, found %d; %s".formatted(schema.size(), found, names());
  }

  /** The features, for the end of a sentence: where there are many, what stands behind is cut. */
  String names() {
    return "the schema has " + schema.names();
  }

  /** Writes vectors that this format reads: as JSON where it has the choice. */
  public VectorWriter writer() {
    return encoding.equals(Optional.of(Encoding.BINARY))
        ? WireVector::write
        : new VectorJson(schema);
  }
}
