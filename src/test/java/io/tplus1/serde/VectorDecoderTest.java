package io.tplus1.serde;

import static io.tplus1.serde.Decoding.TIME;
import static io.tplus1.serde.Decoding.assertRejected;
import static io.tplus1.serde.Decoding.assertVector;
import static io.tplus1.serde.Decoding.decode;
import static io.tplus1.serde.Decoding.decoder;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorDecoderTest {
  @Test
  void deserialize_nestedForm_isAVectorInSchemaOrder() {
    assertVector(
        decode(
            "{\"timestamp\":\"1975-06-27T06:00:00Z\",\"features\":{\"wind\":25,\"lat\":27.5,\"long\":-79}}"),
        TIME,
        27.5f,
        -79f,
        25f);
  }

  @Test
  void deserialize_timeBehindTheFeatures_isReadAsWell() {
    assertVector(
        decode("{\"features\":[27.5,-79,25], \"timestamp\":" + TIME + "}"), TIME, 27.5f, -79f, 25f);
  }

  @Test
  void deserialize_plainArrayForm_hasNoTime() {
    assertVector(decode("{\"features\":[27.5,-79,25]}"), DecodedRecord.NO_TIME, 27.5f, -79f, 25f);
  }

  @Test
  void deserialize_flatForm_isAVector() {
    assertVector(
        decode("{\"lat\":27.5,\"timestamp\":\"1975-06-27 06:00\",\"wind\":25,\"long\":-79}"),
        TIME,
        27.5f,
        -79f,
        25f);
  }

  @Test
  void deserialize_anyRecord_keepsItsBytes() {
    byte[] good = "{\"features\":[1,2,3]}".getBytes(UTF_8);
    byte[] bad = {0, (byte) 0xff};

    assertThat(decoder(TimeSource.AUTO, false).deserialize("t", good).raw()).isSameAs(good);
    assertThat(decoder(TimeSource.AUTO, false).deserialize("t", bad).raw()).isSameAs(bad);
  }

  @Test
  void deserialize_severalRecords_leaveNoTraceInEachOther() {
    VectorDecoder decoder = decoder(TimeSource.AUTO, false);
    DecodedRecord first = decode(decoder, "{\"timestamp\":5,\"features\":[1,2,3]}");
    decode(decoder, "{\"features\":[7,8");
    DecodedRecord second = decode(decoder, "{\"features\":[4,5,6]}");

    assertVector(first, 5, 1, 2, 3);
    assertVector(second, DecodedRecord.NO_TIME, 4, 5, 6);
  }

  @Test
  void deserialize_extraFieldsIgnored_passesOverThemWhateverTheyHold() {
    VectorDecoder decoder = decoder(TimeSource.AUTO, true);
    String extra = "\"x\":{\"lat\":[1,{\"y\":null}],\"z\":\"}\"}";
    assertVector(
        decode(
            decoder,
            "{" + extra + ",\"features\":{" + extra + ",\"lat\":1,\"long\":2,\"wind\":3}}"),
        DecodedRecord.NO_TIME,
        1,
        2,
        3);
    assertVector(
        decode(decoder, "{\"lat\":1,\"long\":2,\"wind\":3," + extra + "," + extra + "}"),
        DecodedRecord.NO_TIME,
        1,
        2,
        3);
  }

  @Test
  void deserialize_nameWithEscapes_isTheSameField() {
    assertVector(decode("{\"l\\u0061t\":1,\"long\":2,\"wind\":3}"), DecodedRecord.NO_TIME, 1, 2, 3);
  }

  @Test
  void deserialize_category_isItsIdAndAnyOtherWordIsUnknown() {
    VectorDecoder decoder =
        new VectorDecoder(
            new VectorFormat(
                FeatureSchema.of(
                    List.of(
                        Feature.category("status", List.of("storm", "7")), Feature.number("x"))),
                TimeSource.AUTO,
                "timestamp",
                false,
                MissingValues.NONE,
                Optional.empty()),
            false);

    assertVector(decode(decoder, "{\"status\":\"storm\",\"x\":1}"), DecodedRecord.NO_TIME, 1, 1);
    assertVector(decode(decoder, "{\"status\":7,\"x\":1}"), DecodedRecord.NO_TIME, 2, 1);
    assertVector(decode(decoder, "{\"status\":\"STORM\",\"x\":1}"), DecodedRecord.NO_TIME, 0, 1);
    assertVector(decode(decoder, "{\"features\":[\"<unknown>\",1]}"), DecodedRecord.NO_TIME, 0, 1);
    for (String value : List.of("true", "7.0", "[]", "{}")) {
      assertRejected(
          decode(decoder, "{\"status\":" + value + ",\"x\":1}"), RejectReason.WRONG_TYPE);
    }
    assertRejected(decode(decoder, "{\"status\":null,\"x\":1}"), RejectReason.MISSING_FEATURE);
  }

  @Test
  void deserialize_null_isNullValue() {
    assertRejected(decoder(TimeSource.AUTO, false).deserialize("t", null), RejectReason.NULL_VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "lat=1",
        "{",
        "{\"features\":[1,2,3]",
        "{\"features\":[1,2,3",
        "{\"features\":[1,2,",
        "{\"features\":{\"lat\":1",
        "{\"features\":[1,2,3]}}",
        "{\"features\":[1,2,3]} {}",
        "{\"features\":[1,2,3]} x",
        "{'features':[1,2,3]}",
        "{\"features\":[1,2,3],}",
        "{\"features\":[1,,3]}",
        "{\"features\":[01,2,3]}",
        "{\"features\":[1,2,3]}\u0000",
        "{\"features\":[1,2,0x10]}"
      })
  void deserialize_noJson_isUnparseable(String text) {
    assertRejected(decode(text), RejectReason.UNPARSEABLE);
  }

  @Test
  void deserialize_byteOrderMarkBeforeIt_isAVector() {
    assertVector(decode("\uFEFF{\"features\":[1,2,3]}"), DecodedRecord.NO_TIME, 1, 2, 3);
  }

  @Test
  void deserialize_bytesThatAreNotUtf8_isUnparseable() {
    byte[] bytes = "{\"features\":[1,2,3],\"timestamp\":\"X\"}".getBytes(UTF_8);
    bytes[bytes.length - 3] = (byte) 0xC3;

    assertRejected(
        decoder(TimeSource.RECORD, false).deserialize("t", bytes), RejectReason.UNPARSEABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1,2,3]",
        "\"text\"",
        "7",
        "null",
        "true",
        "{\"features\":7}",
        "{\"features\":null}",
        "{\"features\":\"1,2,3\"}",
        "{\"features\":{\"lat\":1},\"long\":2,\"wind\":3}",
        "{\"features\":{},\"lat\":1,\"long\":2,\"wind\":3}"
      })
  void deserialize_otherJson_isNotAVector(String json) {
    assertRejected(decode(json), RejectReason.NOT_A_VECTOR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"timestamp\":5}",
        "{\"lat\":1,\"long\":2}",
        "{\"features\":{}}",
        "{\"features\":{\"lat\":1,\"long\":2}}",
        "{\"lat\":1,\"long\":2,\"wind\":null}",
        "{\"features\":[1,null,3]}"
      })
  void deserialize_absentOrNullFeature_isMissingFeature(String json) {
    assertRejected(decode(json), RejectReason.MISSING_FEATURE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"lat\":1,\"long\":2,\"wind\":3,\"gust\":4}",
        "{\"features\":[1,2,3],\"gust\":4}",
        "{\"features\":{\"lat\":1,\"long\":2,\"wind\":3,\"gust\":4}}",
        "{\"features\":{\"lat\":1,\"long\":2,\"wind\":3,\"timestamp\":4}}",
        "{\"LAT\":1,\"long\":2,\"wind\":3}"
      })
  void deserialize_fieldOutsideTheSchema_isExtraField(String json) {
    assertRejected(decode(json), RejectReason.EXTRA_FIELD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"lat\":1,\"long\":2,\"wind\":3,\"lat\":1}",
        "{\"features\":{\"lat\":1,\"lat\":1,\"long\":2,\"wind\":3}}",
        "{\"features\":[1,2,3],\"features\":[1,2,3]}",
        "{\"timestamp\":5,\"features\":[1,2,3],\"timestamp\":5}",
        "{\"timestamp\":null,\"features\":[1,2,3],\"timestamp\":5}"
      })
  void deserialize_fieldTwice_isDuplicateField(String json) {
    assertRejected(decode(json), RejectReason.DUPLICATE_FIELD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"1\"", "true", "[1]", "{\"v\":1}", "\"NaN\"", "\"\""})
  void deserialize_noNumber_isWrongType(String value) {
    assertRejected(
        decode("{\"lat\":" + value + ",\"long\":2,\"wind\":3}"), RejectReason.WRONG_TYPE);
    assertRejected(decode("{\"features\":[" + value + ",2,3]}"), RejectReason.WRONG_TYPE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "1e39",
        "-3.5e38",
        "1e400",
        "1e999999999",
        "340282366920938463463374607431768211456"
      })
  void deserialize_numberOutsideFloat_isNotFinite(String value) {
    assertRejected(
        decode("{\"lat\":" + value + ",\"long\":2,\"wind\":3}"), RejectReason.NOT_FINITE);
    assertRejected(decode("{\"features\":[1,2," + value + "]}"), RejectReason.NOT_FINITE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.4028234e38", "1e-400", "-0.0", "9007199254740993", "1.0E-45"})
  void deserialize_numberAtTheEdgeOfFloat_isItsFloat(String value) {
    assertVector(
        decode("{\"features\":[" + value + ",2,3]}"),
        DecodedRecord.NO_TIME,
        (float) Double.parseDouble(value),
        2,
        3);
  }

  @Test
  void deserialize_otherNumberOfValues_isWrongLength() {
    for (String values : List.of("", "1,2", "1,2,3,4", "1,2,3,{\"a\":[]},[]")) {
      assertRejected(decode("{\"features\":[" + values + "]}"), RejectReason.WRONG_LENGTH);
    }
  }
}
