package io.tplus1.topology.state;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.KeptState;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;

/**
 * What kept state says of the features, targets and words that it is of: its rows and numbers have
 * no names and are read by their places. Immutable.
 */
final class SchemaMark {
  static final int BYTES = Integer.BYTES;

  private final FeatureSchema schema;
  private final int fingerprint;

  SchemaMark(FeatureSchema schema) {
    this.schema = schema;
    this.fingerprint = schema.fingerprint();
  }

  void write(ByteBuffer bytes) {
    bytes.putInt(fingerprint);
  }

  /**
   * Lets state pass that is of this schema. What bears no mark does too: former releases wrote
   * none.
   *
   * @param what the state, for people
   * @param stored what {@link #write} wrote; null for nothing
   * @throws SerializationException if it is of another schema; it says what to do
   */
  void require(String what, ByteBuffer stored) {
    int found = stored == null ? fingerprint : stored.getInt();
    if (found != fingerprint) {
      throw new SerializationException(
          "%s was kept under other features, targets or words: their mark %08x was found, and %08x was expected, that of features %s, targets %s and the words of their categories. Put back features, targets, vocabulary.* and the model.file whose words stand in for it, or %s"
              .formatted(
                  what,
                  found,
                  fingerprint,
                  schema.names(),
                  schema.targetFeatures().stream().map(Feature::name).toList(),
                  KeptState.OTHER_APPLICATION));
    }
  }
}
