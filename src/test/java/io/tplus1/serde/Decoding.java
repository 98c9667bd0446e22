package io.tplus1.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import java.time.Instant;
import java.util.Optional;

/** Vectors of three numbers as JSON, and what they are decoded to. */
final class Decoding {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("lat", "long", "wind");

  /** What records hold as {@code 1975-06-27T06:00:00Z}, in milliseconds. */
  static final long TIME = Instant.parse("1975-06-27T06:00:00Z").toEpochMilli();

  private Decoding() {}

  static VectorDecoder decoder(TimeSource source, boolean ignoreExtra) {
    return new VectorDecoder(
        new VectorFormat(
            SCHEMA, source, "timestamp", ignoreExtra, MissingValues.NONE, Optional.empty()),
        false);
  }

  static DecodedRecord decode(VectorDecoder decoder, String json) {
    return decoder.deserialize("features", json.getBytes(UTF_8));
  }

  static DecodedRecord decode(String json) {
    return decode(decoder(TimeSource.AUTO, false), json);
  }

  static void assertVector(DecodedRecord decoded, long timeMs, float... values) {
    assertThat(decoded.detail()).isNull();
    assertThat(decoded.isRejected()).isFalse();
    assertThat(decoded.values()).containsExactly(values);
    assertThat(decoded.fieldTimeMs()).isEqualTo(timeMs);
  }

  static void assertRejected(DecodedRecord decoded, RejectReason reason) {
    assertThat(decoded.reason()).as("%s", decoded.detail()).isEqualTo(reason);
    assertThat(decoded.values()).isNull();
    assertThat(decoded.detail()).isNotBlank();
  }
}
