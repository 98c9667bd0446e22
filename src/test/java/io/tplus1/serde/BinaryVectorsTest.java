package io.tplus1.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import io.tplus1.wire.WireVector;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinaryVectorsTest {
  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(
          List.of(
              Feature.number("a"), Feature.number("b"), Feature.category("c", List.of("x", "y"))));

  private static VectorDecoder decoder(TimeSource source, boolean holes, Encoding... only) {
    return new VectorDecoder(
        new VectorFormat(
            SCHEMA,
            source,
            "timestamp",
            false,
            MissingValues.NONE,
            Arrays.stream(only).findFirst()),
        holes);
  }

  private static DecodedRecord decode(VectorDecoder decoder, byte[] value) {
    DecodedRecord decoded = decoder.deserialize("features", value);
    assertThat(decoded.raw()).isSameAs(value);
    return decoded;
  }

  /** The layout as the documentation has it, byte by byte. */
  @Test
  void layout_isTheDocumentedOne() {
    assertThat(new WireVector(0x0102030405060708L, new float[] {1, -2}).toBytes())
        .isEqualTo(
            new byte[] {
              (byte) 0xf8,
              1,
              1,
              0,
              2,
              1,
              2,
              3,
              4,
              5,
              6,
              7,
              8,
              0x3f,
              (byte) 0x80,
              0,
              0,
              (byte) 0xc0,
              0,
              0,
              0
            });
    assertThat(WireVector.write(new float[] {1}))
        .isEqualTo(new byte[] {(byte) 0xf8, 1, 0, 0, 1, 0x3f, (byte) 0x80, 0, 0});
  }

  @Test
  void deserialize_withTime_isReadAsTheTimeFieldIs() {
    byte[] timed = new WireVector(5_000, new float[] {1, 2, 1}).toBytes();

    assertThat(decode(decoder(TimeSource.AUTO, false), timed).fieldTimeMs()).isEqualTo(5_000);
    assertThat(decode(decoder(TimeSource.FIELD, false), timed).fieldTimeMs()).isEqualTo(5_000);
    assertThat(decode(decoder(TimeSource.RECORD, false), timed).fieldTimeMs())
        .isEqualTo(DecodedRecord.NO_TIME);
    DecodedRecord untimed =
        decode(decoder(TimeSource.FIELD, false), WireVector.write(new float[] {1, 2, 1}));
    assertThat(untimed.reason()).isEqualTo(RejectReason.MISSING_TIME);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NaN,2,1 | MISSING_FEATURE | 'a' is absent (NaN)",
        "1,Infinity,1 | NOT_FINITE | 'b' must be a finite 32-bit number, found Infinity",
        "1,2,3 | WRONG_TYPE | 'c' must be the place of a word in its vocabulary, 0 to 2, found 3.0",
        "1,2,0.5 | WRONG_TYPE | 0 to 2, found 0.5",
        "1,2,-1 | WRONG_TYPE | 0 to 2, found -1.0",
        "1,2 | WRONG_LENGTH | 3 values were expected, found 2; the schema has [a, b, c]",
        "1,2,1,1 | WRONG_LENGTH | 3 values were expected, found 4; the schema has [a, b, c]",
      })
  void deserialize_wrongValues_areRejectedWithTheReason(
      String values, RejectReason reason, String detail) {
    DecodedRecord decoded =
        decode(decoder(TimeSource.AUTO, false), WireVector.write(floats(values)));

    assertThat(decoded.reason()).isEqualTo(reason);
    assertThat(decoded.detail()).contains(detail);
  }

  private static float[] floats(String values) {
    String[] parts = values.strip().split(",", -1);
    float[] floats = new float[parts.length];
    for (int i = 0; i < parts.length; i++) {
      floats[i] = Float.parseFloat(parts[i]);
    }
    return floats;
  }

  @Test
  void deserialize_holesAllowed_comeOutAsNaN() {
    VectorDecoder decoder = decoder(TimeSource.AUTO, true);

    assertThat(decode(decoder, WireVector.write(floats("NaN,2,NaN"))).values())
        .containsExactly(Float.NaN, 2, Float.NaN);
    assertThat(decode(decoder, WireVector.write(floats("NaN,NaN,NaN"))).reason())
        .isEqualTo(RejectReason.MISSING_FEATURE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "f8 | goes on behind byte 1, found 1 bytes",
        "f802000001 3f800000 | version 1 of a binary vector was expected, found 2",
        "f801020001 3f800000 | flags must be some of 01, found 02",
        "f801000003 3f800000 3f800000 | goes on behind byte 5, found 13 bytes",
        "f801000003 3f800000 3f800000 3f800000 00 | ends at byte 17, found 18 bytes",
        "f80101ffff 00 | goes on behind byte 5, found 6 bytes",
        "f80100ffff | goes on behind byte 5, found 5 bytes",
      })
  void deserialize_broken_isUnparseableWithAClearReason(String digits, String detail) {
    byte[] value = java.util.HexFormat.of().parseHex(digits.replace(" ", ""));

    DecodedRecord decoded = decode(decoder(TimeSource.AUTO, false), value);

    assertThat(decoded.reason()).isEqualTo(RejectReason.UNPARSEABLE);
    assertThat(decoded.detail()).contains(detail);
  }

  @Test
  void deserialize_otherEncodingThanTheOnlyOne_isRejectedWithTheRemedy() {
    byte[] json = "{\"a\":1,\"b\":2,\"c\":\"x\"}".getBytes(UTF_8);
    byte[] binary = WireVector.write(floats("1,2,1"));

    DecodedRecord noJson = decode(decoder(TimeSource.AUTO, false, Encoding.BINARY), json);
    DecodedRecord noBinary = decode(decoder(TimeSource.AUTO, false, Encoding.JSON), binary);

    assertThat(noJson.reason()).isEqualTo(RejectReason.UNPARSEABLE);
    assertThat(noJson.detail())
        .isEqualTo("the value is not binary, and features.format=binary; auto would take both");
    assertThat(noBinary.reason()).isEqualTo(RejectReason.UNPARSEABLE);
    assertThat(noBinary.detail())
        .isEqualTo("the value is binary, and features.format=json; auto would take both");
    assertThat(decode(decoder(TimeSource.AUTO, false, Encoding.BINARY), binary).values())
        .containsExactly(1, 2, 1);
    assertThat(decode(decoder(TimeSource.AUTO, false, Encoding.JSON), json).values())
        .containsExactly(1, 2, 1);
  }

  @Test
  void writer_writesWhatTheFormatReads() {
    float[] values = {1.5f, -2, 2};
    for (Optional<Encoding> encoding :
        List.of(
            Optional.<Encoding>empty(), Optional.of(Encoding.JSON), Optional.of(Encoding.BINARY))) {
      VectorFormat format =
          new VectorFormat(
              SCHEMA, TimeSource.AUTO, "timestamp", false, MissingValues.NONE, encoding);

      byte[] value = format.writer().write(values);

      assertThat(WireVector.isBinary(value))
          .isEqualTo(encoding.equals(Optional.of(Encoding.BINARY)));
      assertThat(new VectorDecoder(format, false).deserialize("t", value).values())
          .isEqualTo(values);
    }
  }
}
