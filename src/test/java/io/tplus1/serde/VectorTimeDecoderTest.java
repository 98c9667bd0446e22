package io.tplus1.serde;

import static io.tplus1.serde.Decoding.TIME;
import static io.tplus1.serde.Decoding.assertRejected;
import static io.tplus1.serde.Decoding.assertVector;
import static io.tplus1.serde.Decoding.decode;
import static io.tplus1.serde.Decoding.decoder;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The time that a record of JSON holds, or does not. */
class VectorTimeDecoderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"1975-06-27T06:00:00Z\"",
        "\"1975-06-27T08:00:00+02:00\"",
        "\"1975-06-27T06:00:00\"",
        "\"1975-06-27 06:00:00\"",
        "173080800000"
      })
  void deserialize_timeInAnyForm_isTheSameTime(String time) {
    for (TimeSource source : List.of(TimeSource.AUTO, TimeSource.FIELD)) {
      DecodedRecord decoded =
          decode(decoder(source, false), "{\"features\":[1,2,3],\"timestamp\":" + time + "}");
      assertVector(decoded, TIME, 1, 2, 3);
    }
  }

  @Test
  void deserialize_dateAlone_isItsMidnightUtc() {
    assertVector(
        decode("{\"features\":[1,2,3],\"timestamp\":\"1975-06-27\"}"),
        TIME - 6 * 3_600_000,
        1,
        2,
        3);
  }

  @Test
  void deserialize_sourceRecord_passesOverTheTimeFieldWhateverItHolds() {
    VectorDecoder decoder = decoder(TimeSource.RECORD, false);
    for (String time : List.of("\"soon\"", "{\"a\":[1]}", "5", "null", "1.5")) {
      assertVector(
          decode(decoder, "{\"timestamp\":" + time + ",\"features\":[1,2,3]}"),
          DecodedRecord.NO_TIME,
          1,
          2,
          3);
    }
  }

  @Test
  void deserialize_sourceRecord_letsAFeatureBearTheTimeFieldsName() {
    VectorDecoder decoder =
        new VectorDecoder(
            new VectorFormat(
                FeatureSchema.ofNumbers("timestamp", "lat"),
                TimeSource.RECORD,
                "timestamp",
                false,
                MissingValues.NONE,
                Optional.empty()),
            false);

    assertVector(decode(decoder, "{\"timestamp\":7,\"lat\":1}"), DecodedRecord.NO_TIME, 7f, 1f);
  }

  @Test
  void deserialize_sourceAutoWithNullTime_hasNoTime() {
    assertVector(
        decode("{\"timestamp\":null,\"features\":[1,2,3]}"), DecodedRecord.NO_TIME, 1, 2, 3);
  }

  @Test
  void deserialize_sourceFieldWithoutTime_isMissingTime() {
    VectorDecoder decoder = decoder(TimeSource.FIELD, false);

    assertRejected(decode(decoder, "{\"features\":[1,2,3]}"), RejectReason.MISSING_TIME);
    assertRejected(
        decode(decoder, "{\"features\":[1,2,3],\"timestamp\":null}"), RejectReason.MISSING_TIME);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"soon\"",
        "\"\"",
        "\"173080800000\"",
        "1.5",
        "1e300",
        "true",
        "[]",
        "{}",
        "\"1975-02-30\"",
        "\"-292275055-05-16T16:47:04.192Z\"",
        "9223372036854775808",
        "-9223372036854775809"
      })
  void deserialize_noTime_isInvalidTime(String time) {
    assertRejected(
        decode("{\"features\":[1,2,3],\"timestamp\":" + time + "}"), RejectReason.INVALID_TIME);
  }

  /** The extractor turns down times before 1970; the least long must not read as "no time". */
  @Test
  void deserialize_leastTime_isNegativeAndNotAbsent() {
    for (TimeSource source : List.of(TimeSource.AUTO, TimeSource.FIELD)) {
      assertRejected(
          decode(
              decoder(source, false), "{\"features\":[1,2,3],\"timestamp\":-9223372036854775808}"),
          RejectReason.NEGATIVE_TIME);
    }
    assertVector(decode("{\"features\":[1,2,3],\"timestamp\":-1}"), -1, 1, 2, 3);
  }
}
