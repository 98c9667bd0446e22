package io.tplus1.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import io.tplus1.wire.WireVector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that stand for no value, in every form of a vector. */
class MissingValuesDecoderTest {
  private static final MissingValues CODES =
      new MissingValues(Map.of("x", List.of(-9999f, .1f), "y", List.of(-9999f)));

  private static VectorDecoder decoder(boolean holes) {
    return new VectorDecoder(
        new VectorFormat(
            FeatureSchema.ofNumbers("x", "y", "z"),
            TimeSource.AUTO,
            "timestamp",
            true,
            CODES,
            Optional.empty()),
        holes);
  }

  private static DecodedRecord decode(boolean holes, String json) {
    return decoder(holes).deserialize("t", json.getBytes(UTF_8));
  }

  /** A field more wants the parser. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"x\": -9999, \"y\": 0.1, \"z\": -9999}",
        "{\"x\": -9.999e3, \"y\": 0.1, \"z\": -9999, \"more\": 1}",
        "{\"features\": [0.1, 0.1, -9999]}"
      })
  void deserialize_numbersForNoValue_areHolesOfTheirFeatureAlone(String json) {
    assertThat(decode(true, json).values()).containsExactly(Float.NaN, .1f, -9999f);
  }

  @Test
  void deserialize_binaryNumberForNoValue_isAHole() {
    byte[] value = WireVector.write(new float[] {1, -9999, -9999});

    assertThat(decoder(true).deserialize("t", value).values())
        .containsExactly(1f, Float.NaN, -9999f);
  }

  @Test
  void deserialize_noHolesAllowed_isToldWhatStandsThereAndWhy() {
    DecodedRecord record = decode(false, "{\"x\": 1, \"y\": -9999, \"z\": 3}");

    assertThat(record.reason()).isEqualTo(RejectReason.MISSING_FEATURE);
    assertThat(record.detail())
        .isEqualTo("'y' is -9999.0, which missing.values takes for no value");
    assertThat(decode(false, "{\"x\": 1, \"y\": 2, \"z\": -9999}").values())
        .containsExactly(1f, 2f, -9999f);
  }

  @Test
  void deserialize_nothingElseThere_isRefused() {
    DecodedRecord record = decode(true, "{\"x\": -9999, \"y\": -9999, \"z\": null}");

    assertThat(record.reason()).isEqualTo(RejectReason.MISSING_FEATURE);
    assertThat(record.detail())
        .isEqualTo(
            "no feature has a value: what stands there is null, or in missing.values; the schema has [x, y, z]");
  }
}
