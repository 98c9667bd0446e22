package io.tplus1.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are, the decoder neither throws nor lets a number pass that is not finite. */
class VectorDecoderFuzzTest {
  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(
          List.of(
              Feature.number("a"), Feature.number("b"), Feature.category("c", List.of("x", "y"))));
  private static final List<VectorDecoder> DECODERS =
      Stream.of(TimeSource.values())
          .flatMap(source -> Stream.of(true, false).map(ignore -> decoder(source, ignore)))
          .toList();
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u",
    "null",
    "true",
    "NaN",
    "-Infinity",
    "1e999",
    "-",
    "0",
    "1",
    ".",
    "e",
    "\"a\"",
    "\"b\"",
    "\"c\"",
    "\"features\"",
    "\"timestamp\"",
    "\"x\"",
    "9223372036854775808",
    "\u0000",
    "\ud800",
    "é",
    "\ufeff",
    " ",
    "\n",
    "/*",
    "//",
    "#"
  };

  private static VectorDecoder decoder(TimeSource source, boolean ignoreExtra) {
    return new VectorDecoder(
        new VectorFormat(
            SCHEMA, source, "timestamp", ignoreExtra, MissingValues.NONE, Optional.empty()),
        false);
  }

  private static void assertSane(byte[] bytes) {
    for (VectorDecoder decoder : DECODERS) {
      DecodedRecord decoded = decoder.deserialize("features", bytes);
      assertThat(decoded.raw()).isSameAs(bytes);
      if (decoded.isRejected()) {
        assertThat(decoded.detail()).isNotBlank().hasSizeLessThan(1_000);
        continue;
      }
      assertThat(decoded.values()).hasSize(SCHEMA.size());
      for (float value : decoded.values()) {
        assertThat(Float.isFinite(value)).isTrue();
      }
      assertThat(decoded.values()[2]).isBetween(0f, 2f);
    }
  }

  @Property(tries = 300, seed = "20261124")
  void deserialize_anyVector_givesTheFloatsOfItsNumbersInEachForm(
      @ForAll("numbers") String a,
      @ForAll("numbers") String b,
      @ForAll @IntRange(min = 0, max = 2) int c,
      @ForAll long timeMs) {
    String word = List.of("other", "x", "y").get(c);
    String fields = "\"b\":%s,\"c\":\"%s\",\"a\":%s".formatted(b, word, a);
    String time = "\"timestamp\":" + Math.max(timeMs, Long.MIN_VALUE + 1);
    for (String form :
        List.of(
            "{%s,\"features\":{%s}}".formatted(time, fields),
            "{\"features\":[%s,%s,\"%s\"],%s}".formatted(a, b, word, time),
            "{%s,%s}".formatted(fields, time))) {
      DecodedRecord decoded =
          decoder(TimeSource.FIELD, false).deserialize("features", form.getBytes(UTF_8));

      assertThat(decoded.detail()).isNull();
      assertThat(decoded.values())
          .containsExactly((float) Double.parseDouble(a), (float) Double.parseDouble(b), c);
      assertThat(decoded.fieldTimeMs()).isEqualTo(Math.max(timeMs, Long.MIN_VALUE + 1));
    }
  }

  @Provide
  Arbitrary<String> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.floats().map(Object::toString),
        Arbitraries.doubles().between(-1e38, 1e38).map(Object::toString),
        Arbitraries.longs().map(Object::toString),
        Arbitraries.bigIntegers().map(Object::toString),
        Arbitraries.bigDecimals()
            .between(new java.math.BigDecimal("-1e30"), new java.math.BigDecimal("1e30"))
            .ofScale(40)
            .map(java.math.BigDecimal::toPlainString));
  }

  @Property(tries = 2_000, seed = "20261124")
  void deserialize_randomBytes_isSane(@ForAll @Size(max = 64) byte[] bytes) {
    assertSane(bytes);
  }

  @Property(tries = 2_000, seed = "20261124")
  void deserialize_randomPiecesOfJson_isSane(@ForAll long seed) {
    Random random = new Random(seed);
    assertSane(
        random
            .ints(random.nextInt(30), 0, PIECES.length)
            .mapToObj(i -> PIECES[i])
            .collect(Collectors.joining("", random.nextBoolean() ? "{" : "", ""))
            .getBytes(UTF_8));
  }

  @Property(tries = 2_000, seed = "20261124")
  void deserialize_mutatedJson_isSane(@ForAll long seed) {
    Random random = new Random(seed);
    String good =
        List.of(
                "{\"timestamp\":\"1975-06-27T06:00:00Z\",\"features\":{\"a\":1.5,\"b\":-2,\"c\":\"x\"}}",
                "{\"features\":[1.5,-2,\"y\"],\"timestamp\":173080800000}",
                "{\"a\":1.5,\"z\":[{\"q\":[1]}],\"b\":1e-7,\"c\":\"z\"}")
            .get(random.nextInt(3));
    byte[] bytes = good.getBytes(UTF_8);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(3)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = bytes[random.nextInt(bytes.length)];
        default -> bytes = java.util.Arrays.copyOf(bytes, Math.max(1, at));
      }
    }
    assertSane(bytes);
  }

  @Property(tries = 100, seed = "20261124")
  void deserialize_randomBytesInsideStrings_isSane(@ForAll @Size(max = 12) byte[] inside) {
    byte[] head = "{\"features\":[1,2,\"".getBytes(UTF_8);
    byte[] tail = "\"]}".getBytes(UTF_8);
    byte[] bytes = new byte[head.length + inside.length + tail.length];
    System.arraycopy(head, 0, bytes, 0, head.length);
    System.arraycopy(inside, 0, bytes, head.length, inside.length);
    System.arraycopy(tail, 0, bytes, head.length + inside.length, tail.length);
    assertSane(bytes);
  }

  @Test
  void deserialize_deepLongAndHugeJson_isSane() {
    for (String text :
        List.of(
            "[".repeat(100_000),
            "{\"z\":".repeat(100_000),
            "{\"z\":" + "[".repeat(5_000) + "]".repeat(5_000) + ",\"a\":1,\"b\":2,\"c\":\"x\"}",
            "{\"features\":[" + "[".repeat(2_000) + "]".repeat(2_000) + "]}",
            "{\"features\":[" + "9".repeat(100_000) + ",1,\"x\"]}",
            "{\"features\":[0." + "1".repeat(100_000) + ",1,\"x\"]}",
            "{\"features\":[1e" + "9".repeat(900) + ",1,\"x\"]}",
            "{\"features\":[-1e" + "9".repeat(900) + ",1,\"x\"]}",
            "{\"timestamp\":" + "9".repeat(1_500) + ",\"features\":[1,1,\"x\"]}",
            "{\"" + "k".repeat(200_000) + "\":1,\"a\":1,\"b\":2,\"c\":\"x\"}",
            "{\"features\":[1,1,\"" + "w".repeat(200_000) + "\"]}",
            "{\"timestamp\":\"" + "1".repeat(200_000) + "\",\"features\":[1,1,\"x\"]}",
            "{\"features\":[" + "1,".repeat(200_000) + "1]}")) {
      assertSane(text.getBytes(UTF_8));
    }
  }

  /** Names whose hashes collide must cost a dead letter, not the task. */
  @Test
  void deserialize_thousandsOfFieldNames_isSane() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 30_000; i++) {
      json.append('"').append(Integer.toString(i * 7_919, 36)).append("\":0,");
    }
    assertSane(json.append("\"a\":1,\"b\":2,\"c\":\"x\"}").toString().getBytes(UTF_8));
  }
}
