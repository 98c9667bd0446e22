package io.tplus1.serde;

import io.tplus1.feature.FeatureFill;
import io.tplus1.feature.MissingValues;
import io.tplus1.wire.WireVector;
import java.util.Locale;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads the JSON forms of a vector: {@code {"timestamp": …, "features": {name: number}}}, {@code
 * {"features": [number, …]}}, and flat fields {@code {name: number, …}}; and the binary form,
 * {@link WireVector}.
 *
 * <p>Never throws on content: what is no vector comes out as a rejected {@link DecodedRecord}.
 * Thread-safe: the threads of an instance share one.
 */
public final class VectorDecoder implements Deserializer<DecodedRecord> {
  private final VectorFormat format;
  private final JsonVectors json;
  private final PlainVector plain;
  private final BinaryVectors binary;

  /** Null if every number is a value. */
  private final MissingValues.OfSchema missing;

  private final boolean holes;

  /**
   * A decoder.
   *
   * @param holes whether a feature may be absent, null, not finite or one of the format's missing
   *     values, which comes out as NaN, as long as another one is there; else the record is
   *     rejected
   */
  public VectorDecoder(VectorFormat format, boolean holes) {
    this.format = format;
    this.json = new JsonVectors(format, holes);
    this.plain = PlainVector.reads(format) ? new PlainVector(format) : null;
    this.binary = new BinaryVectors(format, holes);
    this.missing =
        format.missingValues().isEmpty() ? null : format.missingValues().of(format.schema());
    this.holes = holes;
  }

  @Override
  public DecodedRecord deserialize(String topic, byte[] value) {
    if (value == null) {
      return DecodedRecord.rejected(null, RejectReason.NULL_VALUE, "the value is null");
    }
    boolean isBinary = WireVector.isBinary(value);
    if (format.encoding().isPresent() && (format.encoding().get() == Encoding.BINARY) != isBinary) {
      return DecodedRecord.rejected(
          value,
          RejectReason.UNPARSEABLE,
          "the value %s binary, and features.format=%s; auto would take both"
              .formatted(
                  isBinary ? "is" : "is not",
                  format.encoding().get().name().toLowerCase(Locale.ROOT)));
    }
    if (isBinary) {
      return whole(binary.read(value));
    }
    DecodedRecord quick = plain == null ? null : plain.read(value);
    return quick == null ? parse(value) : whole(quick);
  }

  /** Reads JSON, whatever stands there. */
  DecodedRecord parse(byte[] value) {
    return whole(json.read(value));
  }

  /** Makes holes of the numbers that stand for no value, and wants a value and a time. */
  private DecodedRecord whole(DecodedRecord vector) {
    if (vector.isRejected()) {
      return vector;
    }
    float[] values = vector.values();
    for (int i = 0; i < values.length && missing != null; i++) {
      if (missing.contains(i, values[i])) {
        if (!holes) {
          return DecodedRecord.rejected(
              vector.raw(),
              RejectReason.MISSING_FEATURE,
              "'%s' is %s, which missing.values takes for no value"
                  .formatted(format.schema().feature(i).name(), values[i]));
        }
        values[i] = Float.NaN;
      }
    }
    if (!FeatureFill.isAnyThere(values)) {
      return DecodedRecord.rejected(
          vector.raw(),
          RejectReason.MISSING_FEATURE,
          "no feature has a value%s; %s"
              .formatted(
                  missing == null ? "" : ": what stands there is null, or in missing.values",
                  format.names()));
    }
    if (format.timeSource() == TimeSource.FIELD && vector.fieldTimeMs() == DecodedRecord.NO_TIME) {
      return DecodedRecord.rejected(
          vector.raw(),
          RejectReason.MISSING_TIME,
          "the vector holds no time, and time.source=field wants one: in JSON in '%s', which is absent or null"
              .formatted(format.timeField()));
    }
    return vector;
  }
}
