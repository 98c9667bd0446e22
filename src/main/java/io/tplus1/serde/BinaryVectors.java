package io.tplus1.serde;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.wire.WireFormatException;
import io.tplus1.wire.WireVector;

/** Reads the binary form of a vector, and says what is wrong with it as the JSON form's reader. */
final class BinaryVectors {
  private final FeatureSchema schema;
  private final TimeSource timeSource;
  private final boolean holes;

  BinaryVectors(VectorFormat format, boolean holes) {
    this.schema = format.schema();
    this.timeSource = format.timeSource();
    this.holes = holes;
  }

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
          value,
          RejectReason.WRONG_LENGTH,
          "%d values were expected %s, found %d"
              .formatted(schema.size(), schema.names(), values.length));
    }
    boolean any = false;
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        if (!holes) {
          return notFinite(value, schema.feature(i), values[i]);
        }
        values[i] = Float.NaN;
        continue;
      }
      any = true;
      if (schema.feature(i).isCategory() && !schema.feature(i).isId(values[i])) {
        return DecodedRecord.rejected(
            value,
            RejectReason.WRONG_TYPE,
            "'%s' must be the place of a word in its vocabulary, 0 to %d, found %s"
                .formatted(schema.feature(i).name(), schema.feature(i).width() - 1, values[i]));
      }
    }
    if (!any) {
      return DecodedRecord.rejected(
          value, RejectReason.MISSING_FEATURE, "none of " + schema.names() + " has a value");
    }
    long timeMs = timeSource == TimeSource.RECORD ? DecodedRecord.NO_TIME : vector.timeMs();
    if (timeSource == TimeSource.FIELD && timeMs == DecodedRecord.NO_TIME) {
      return DecodedRecord.rejected(
          value,
          RejectReason.MISSING_TIME,
          "the vector holds no time, and time.source=field wants one");
    }
    return DecodedRecord.vector(value, values, timeMs);
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
