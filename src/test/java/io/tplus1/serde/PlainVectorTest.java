package io.tplus1.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the parser: what is read is the same to the bit, and the rest is left to it. */
class PlainVectorTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("lat", "lät", "wind");

  /** Fragments of which vectors, and what is nearly one, are made. */
  private static final String[] PARTS = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\n",
    "\"",
    "\\",
    "\"lat\":",
    "\"lät\":",
    "\"wind\":",
    "\"lat\" : ",
    "\"features\":",
    "\"timestamp\":",
    "\"other\":",
    "1",
    "-0",
    "-0.0",
    "0",
    "01",
    "1.5",
    "-17.25e3",
    "1e-7",
    "3.4e38",
    "3.5e38",
    "1e400",
    "0.1",
    "5.827000141143799",
    "0.30000000000000004",
    "123456789012345678901234567890",
    "1.",
    ".5",
    "+1",
    "NaN",
    "null",
    "true",
    "\"x\"",
    "1735689600000",
    "\"2025-01-01T00:00:00Z\"",
    "\"2025\"",
    "\u00ff",
    "\t",
    "9007199254740993",
    "1E+2",
    "1e",
    "-"
  };

  @ParameterizedTest
  @EnumSource(TimeSource.class)
  void read_mutatedVectors_readsWhatTheParserReads(TimeSource source) {
    VectorFormat format =
        new VectorFormat(SCHEMA, source, "timestamp", true, MissingValues.NONE, Optional.empty());
    VectorDecoder decoder = new VectorDecoder(format, false);
    PlainVector plain = new PlainVector(format);
    SplittableRandom random = new SplittableRandom(20261124);
    int read = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] value = mutated(vector(random), random);
      DecodedRecord quick = plain.read(value);
      if (quick != null) {
        read++;
        DecodedRecord expected = decoder.parse(value);
        String text = new String(value, StandardCharsets.UTF_8);
        assertThat(expected.isRejected()).as(text).isFalse();
        assertThat(quick.values()).as(text).containsExactly(expected.values());
        for (int f = 0; f < SCHEMA.size(); f++) {
          assertThat(Float.floatToRawIntBits(quick.values()[f]))
              .as(text)
              .isEqualTo(Float.floatToRawIntBits(expected.values()[f]));
        }
        assertThat(quick.fieldTimeMs()).as(text).isEqualTo(expected.fieldTimeMs());
        assertThat(quick.raw()).isSameAs(value);
      }
    }
    assertThat(read).isGreaterThan(20_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"lat\":1,\"lät\":2.5,\"wind\":-3e2}",
        " { \"wind\" : 1 , \"lat\" : 2 ,\n\"lät\" : 3 } ",
        "{\"timestamp\":173080800000,\"features\":[28.5,-79.0,25]}",
        "{\"features\":{\"lat\":1,\"lät\":2,\"wind\":3},\"timestamp\":\"1975-06-27T06:00:00Z\"}"
      })
  void read_commonForms_takesNoParser(String value) {
    PlainVector plain =
        new PlainVector(
            new VectorFormat(
                SCHEMA, TimeSource.AUTO, "timestamp", false, MissingValues.NONE, Optional.empty()));
    assertThat(plain.read(value.getBytes(StandardCharsets.UTF_8))).isNotNull();
  }

  /** Its double lies in the middle between two floats, to which it was rounded. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "7.038531E-26",
        "-7.038531e-26",
        "1.00000005960464483090",
        "1.0000000596046447",
        "1.00000005960464477539062500001",
        "16777217",
        "16777219.0",
        "-8388609.5",
        "9007199791611905",
        "9007199791611904.1",
        "1152921573326323713",
        "3.40282356779733661637539395458142568447e38"
      })
  void read_betweenTwoFloats_isTheNearest(String number) {
    VectorFormat format =
        new VectorFormat(
            SCHEMA, TimeSource.AUTO, "timestamp", false, MissingValues.NONE, Optional.empty());
    byte[] value =
        "{\"features\":[%s,0, %s]}".formatted(number, number).getBytes(StandardCharsets.UTF_8);
    float nearest = Float.parseFloat(number);

    assertThat(new PlainVector(format).read(value).values()).containsExactly(nearest, 0, nearest);
    assertThat(new VectorDecoder(format, false).parse(value).values())
        .containsExactly(nearest, 0, nearest);
  }

  /** Their bytes in JSON are not theirs: the record's field {@code a\tb} is called otherwise. */
  @ParameterizedTest
  @ValueSource(strings = {"a\\tb", "a\"b", "a\tb"})
  void reads_namesThatJsonEscapes_leavesThemToTheParser(String name) {
    FeatureSchema escaped = FeatureSchema.ofNumbers(name);

    assertThat(
            PlainVector.reads(
                new VectorFormat(
                    escaped,
                    TimeSource.AUTO,
                    "timestamp",
                    false,
                    MissingValues.NONE,
                    Optional.empty())))
        .isFalse();
    assertThat(
            PlainVector.reads(
                new VectorFormat(
                    SCHEMA, TimeSource.AUTO, name, false, MissingValues.NONE, Optional.empty())))
        .isFalse();
    byte[] value = ("{\"" + name + "\":1}").getBytes(StandardCharsets.UTF_8);
    VectorDecoder decoder =
        new VectorDecoder(
            new VectorFormat(
                escaped, TimeSource.AUTO, "timestamp", false, MissingValues.NONE, Optional.empty()),
            false);
    assertThat(decoder.deserialize("t", value).reason()).isEqualTo(decoder.parse(value).reason());
  }

  private static String vector(SplittableRandom random) {
    String[] numbers = new String[3];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(random);
    }
    String time =
        random.nextInt(3) == 0
            ? ""
            : "\"timestamp\":"
                + (random.nextBoolean() ? random.nextLong(1L << 42) : "\"2025-01-01T00:00:00Z\"")
                + ",";
    return switch (random.nextInt(4)) {
      case 0 -> "{%s\"features\":[%s,%s,%s]}".formatted(time, numbers[0], numbers[1], numbers[2]);
      case 1 ->
          "{%s\"features\":{\"lat\":%s,\"lät\":%s,\"wind\":%s}}"
              .formatted(time, numbers[0], numbers[1], numbers[2]);
      case 2 ->
          "{%s\"wind\":%s,\"lat\":%s,\"lät\":%s}"
              .formatted(time, numbers[0], numbers[1], numbers[2]);
      default ->
          "{%s\"lat\":%s, \"lät\":%s, \"wind\":%s}"
              .formatted(time, numbers[0], numbers[1], numbers[2]);
    };
  }

  private static String number(SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0 -> Integer.toString(random.nextInt(-1000, 1000));
      case 1 -> Double.toString(random.nextDouble(-100, 100));
      case 2 -> Float.toString(Float.intBitsToFloat(random.nextInt()));
      case 3 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
      case 4 -> random.nextInt(100) + "." + random.nextLong(1L << 60);
      default -> Float.toString((float) random.nextDouble(-10, 10));
    };
  }

  private static byte[] mutated(String vector, SplittableRandom random) {
    StringBuilder text = new StringBuilder(vector);
    for (int i = random.nextInt(3); i > 0; i--) {
      int from = random.nextInt(text.length());
      int to = Math.min(text.length(), from + random.nextInt(3));
      text.replace(from, to, PARTS[random.nextInt(PARTS.length)]);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(20) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }
}
