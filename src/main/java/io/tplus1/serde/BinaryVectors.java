package io.tplus1.serde;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.wire.WireFormatException;
import io.tplus1.wire.WireVector;

/** Reads the binary form of a vector, and says what is wrong with it as the JSON form's reader. */
final class BinaryVectors {
  private final VectorFormat format;
  private final FeatureSchema schema;
  private final boolean holes;

  BinaryVectors(VectorFormat format, boolean holes) {
    this.format = format;
    this.schema = format.schema();
    this.holes = holes;
  }

  /** What stands there as a vector, or why it is none; {@link VectorDecoder} looks at the whole. */
  DecodedRecord read(byte[] value) {
    WireVector vector;
    try {
      vector = WireVector.read(value);
    } catch (WireFormatException e) {
      return DecodedRecord.rejected(value, RejectReason.UNPARSEABLE, e.getMessage());
    }
    float[] values = vector.values();
    if (values.length != schema.size()) {
      return DecodedRecord.rejected(
          value, RejectReason.WRONG_LENGTH, format.wrongLength(values.length));
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        if (!holes) {
          return notFinite(value, schema.feature(i), values[i]);
        }
        values[i] = Float.NaN;
      } else if (schema.feature(i).isCategory() && !schema.feature(i).isId(values[i])) {
        return DecodedRecord.rejected(
            value,
            RejectReason.WRONG_TYPE,
            "'%s' must be the place of a word in its vocabulary, 0 to %d, found %s"
                .formatted(schema.feature(i).name(), schema.feature(i).width() - 1, values[i]));
      }
    }
    return DecodedRecord.vector(
        value,
        values,
        format.timeSource() == TimeSource.RECORD ? DecodedRecord.NO_TIME : vector.timeMs());
  }

  private static DecodedRecord notFinite(byte[] raw, Feature feature, float found) {
    return Float.isNaN(found)
        ? DecodedRecord.rejected(
            raw, RejectReason.MISSING_FEATURE, "'" + feature.name() + "' is absent (NaN)")
        : DecodedRecord.rejected(
            raw,
            RejectReason.NOT_FINITE,
            "'%s' must be a finite 32-bit number, found %s".formatted(feature.name(), found));
  }
}
