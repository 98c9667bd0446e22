package io.tplus1.serde;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What dead letters tell the author of a producer. */
class VectorComplaintsTest {
  private static final VectorDecoder DECODER =
      new VectorDecoder(
          new VectorFormat(
              FeatureSchema.of(
                  List.of(Feature.category("status", List.of("storm", "7")), Feature.number("x"))),
              TimeSource.AUTO,
              "timestamp",
              true,
              MissingValues.NONE,
              Optional.empty()),
          false);

  private static String complaint(byte[] value) {
    return DECODER.deserialize("t", value).detail();
  }

  /** Features of Jackson, its places, and the NaN that is read to be refused, are no help. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"features\":[\"storm\",+1]}",
        "{\"features\":[\"storm\",01]}",
        "{\"features\":[\"storm\",.5]}",
        "{\"features\":[\"storm\",1.]}",
        "{\"features\":[,1]}",
        "{\"features\":[nul,1]}",
        "{'features':[\"storm\",1]}",
        "{features:[\"storm\",1]}",
        "{\"status\":\"storm\"",
        "hello"
      })
  void deserialize_noJson_speaksOfJson(String text) {
    assertThat(complaint(text.getBytes(UTF_8)))
        .startsWith("the value is not JSON: ")
        .doesNotContain("JsonReadFeature", "NaN", "REDACTED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "{\"x\":%s", "{\"x\":1%s}", "{%s", "{\"x\":-%s"})
  void deserialize_longWordThatIsNoJson_isQuotedInPart(String text) {
    assertThat(complaint(text.formatted("a".repeat(5_000)).getBytes(UTF_8)))
        .startsWith("the value is not JSON: ")
        .doesNotContain("a".repeat(101));
  }

  /** Told raw, it would have all that follows on the dashboard read from right to left. */
  @Test
  void deserialize_characterThatTurnsTheWriting_isNotTold() {
    assertThat(complaint("{\u202e".getBytes(UTF_8)))
        .startsWith("the value is not JSON: ")
        .contains("('?' (code 8238")
        .doesNotContain("\u202e");
  }

  static Stream<String> beyondLimits() {
    String digits = "1".repeat(1_001);
    return Stream.of(
        "\"note\":" + digits,
        "\"x\":" + digits,
        "\"x\":0." + digits,
        "\"timestamp\":" + digits,
        "\"note\":" + "[".repeat(2_000) + "]".repeat(2_000),
        "\"" + "n".repeat(50_001) + "\":1");
  }

  /** Whoever produced it cannot set what Jackson names. */
  @ParameterizedTest
  @MethodSource("beyondLimits")
  void deserialize_jsonBeyondWhatIsRead_isToldWithTheLimitAlone(String member) {
    DecodedRecord record =
        DECODER.deserialize("t", ("{\"status\":\"storm\"," + member + "}").getBytes(UTF_8));

    assertThat(record.reason()).isEqualTo(RejectReason.UNPARSEABLE);
    assertThat(record.detail())
        .startsWith("the value is JSON beyond what is read: ")
        .containsPattern("exceeds the maximum allowed \\(\\d+\\)$");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"x\":-", "{\"x\":1e", "{\"x\":0", "{\"x\":1."})
  void deserialize_numberCutOff_isToldInOneSentence(String text) {
    assertThat(complaint(text.getBytes(UTF_8)))
        .matches("the value is not JSON: .*")
        .doesNotContainPattern("\\p{Lower}\\p{Upper}|end-of-input\\p{Alpha}");
  }

  @Test
  void deserialize_utf16_isNotUtf8() {
    assertThat(complaint("{\"status\":\"storm\",\"x\":1}".getBytes(UTF_16LE)))
        .isEqualTo("the value is not UTF-8");
  }

  @Test
  void deserialize_fieldNameInLatin1_isNotUtf8() {
    String text = "{\"status\":\"storm\",\"x\":1,\"é\":1}";

    assertThat(complaint(text.getBytes(ISO_8859_1))).isEqualTo("the value is not UTF-8");
    assertThat(complaint(text.getBytes(UTF_8))).isNull();
  }

  /** A zero byte, four of a schema's id, and then what looks like JSON wherever it is shown. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 100_001})
  void deserialize_framedBySchemaRegistry_isToldSo(int id) {
    byte[] json = "{\"status\":\"storm\",\"x\":1}".getBytes(UTF_8);
    byte[] framed = ByteBuffer.allocate(5 + json.length).put((byte) 0).putInt(id).put(json).array();

    assertThat(complaint(framed)).contains("schema registry's serializer");
  }

  /** One of the number {@code x} alone, which refuses extra fields. */
  private static VectorDecoder strict(TimeSource timeSource) {
    return new VectorDecoder(
        new VectorFormat(
            FeatureSchema.of(List.of(Feature.number("x"))),
            timeSource,
            "timestamp",
            false,
            MissingValues.NONE,
            Optional.empty()),
        false);
  }

  /** Passed over, it would leave the record's timestamp for the event time, without a word. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AUTO   | {\"ts\":5,\"x\":1} | true",
        "FIELD  | {\"ts\":5,\"x\":1} | true",
        "RECORD | {\"ts\":5,\"x\":1} | false",
        "AUTO   | {\"timestamp\":5,\"ts\":5,\"x\":1} | false",
        "AUTO   | {\"features\":{\"ts\":5,\"x\":1}} | false"
      })
  void deserialize_extraField_isAskedForTheTimeWhereThatMayBe(
      TimeSource timeSource, String text, boolean asked) {
    String complaint = strict(timeSource).deserialize("t", text.getBytes(UTF_8)).detail();

    assertThat(complaint).contains("ts' is not in the schema").contains("features.extra=ignore");
    assertThat(complaint.contains("time.field")).isEqualTo(asked);
  }

  @Test
  void deserialize_envelopeOfKafkaConnect_isToldHowToSendTheVectorAlone() {
    VectorDecoder strict = strict(TimeSource.AUTO);
    String text = "{\"schema\":{\"type\":\"struct\"},\"payload\":{\"x\":1}}";

    assertThat(strict.deserialize("t", text.getBytes(UTF_8)).detail())
        .contains("value.converter.schemas.enable=false")
        .doesNotContain("features.extra=ignore");
    assertThat(strict.deserialize("t", "{\"x\":1,\"schema\":\"v2\"}".getBytes(UTF_8)).detail())
        .contains("features.extra=ignore")
        .doesNotContain("Kafka Connect");
  }

  @Test
  void deserialize_fractionForACategory_isToldWithWhatWasExpected() {
    assertThat(complaint("{\"status\":7.0,\"x\":1}".getBytes(UTF_8)))
        .isEqualTo("'status' must be a category as a string or a whole number, found 7.0");
  }

  /** As Protobuf's JSON writes whole numbers: without the quotes nothing would seem wrong. */
  @ParameterizedTest
  @CsvSource({
    "1750000000.25, 1750000000.25",
    "99999999999999999999, 99999999999999999999",
    "-1.0, -1.0",
    "\"1730808000000\", the string \"1730808000000\""
  })
  void deserialize_noTime_isToldWithWhatWasFound(String time, String found) {
    assertThat(
            complaint(
                "{\"features\":[\"storm\",1],\"timestamp\":%s}".formatted(time).getBytes(UTF_8)))
        .isEqualTo("'timestamp' must be ISO-8601 or whole epoch milliseconds, found " + found);
  }
}
