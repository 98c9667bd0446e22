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
    DecodedRecord record = isBinary ? binary.read(value) : readJson(value);
    return missing == null || record.isRejected() ? record : withoutMissing(record);
  }

  private DecodedRecord readJson(byte[] value) {
    DecodedRecord quick = plain == null ? null : plain.read(value);
    return quick == null ? parse(value) : quick;
  }

  /** Makes holes of the numbers that stand for no value. */
  private DecodedRecord withoutMissing(DecodedRecord vector) {
    float[] values = vector.values();
    for (int i = 0; i < values.length; i++) {
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
    return FeatureFill.isAnyThere(values)
        ? vector
        : DecodedRecord.rejected(
            vector.raw(),
            RejectReason.MISSING_FEATURE,
            "none of %s has a value: what stands there is null, or in missing.values"
                .formatted(format.schema().names()));
  }

  /** Reads JSON, whatever stands there. */
  DecodedRecord parse(byte[] value) {
    return json.read(value);
  }
}
