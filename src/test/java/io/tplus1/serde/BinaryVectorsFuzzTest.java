package io.tplus1.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import io.tplus1.fuzz.FuzzRun;
import io.tplus1.wire.WireVector;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whatever begins as a binary vector does is one, or is refused in a few words. */
class BinaryVectorsFuzzTest {
  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(
          List.of(
              Feature.number("a"), Feature.number("b"), Feature.category("c", List.of("x", "y"))));
  private static final List<VectorDecoder> DECODERS =
      List.of(
          decoder(TimeSource.AUTO, false, Optional.empty()),
          decoder(TimeSource.FIELD, true, Optional.empty()),
          decoder(TimeSource.RECORD, false, Optional.of(Encoding.BINARY)));

  private static VectorDecoder decoder(TimeSource source, boolean holes, Optional<Encoding> only) {
    return new VectorDecoder(
        new VectorFormat(SCHEMA, source, "timestamp", false, MissingValues.NONE, only), holes);
  }

  @Test
  void deserialize_hostileBytes_isSane() {
    AtomicInteger vectors = new AtomicInteger();
    FuzzRun.over(
        20261125,
        FuzzRun.INPUTS,
        BinaryVectorsFuzzTest::hostile,
        value -> {
          for (VectorDecoder decoder : DECODERS) {
            DecodedRecord decoded = decoder.deserialize("features", value);
            assertThat(decoded.raw()).isSameAs(value);
            if (decoded.isRejected()) {
              assertThat(decoded.detail()).isNotBlank().hasSizeLessThan(1_000);
            } else {
              vectors.incrementAndGet();
              assertThat(decoded.values()).hasSize(3);
              assertThat(decoded.values()[2])
                  .matches(c -> Float.isNaN(c) || c == 0 || c == 1 || c == 2);
            }
          }
        });
    int tries = FuzzRun.INPUTS * DECODERS.size();
    // Were everything refused or everything read, nothing of interest would have been reached.
    assertThat(vectors.get()).isBetween(tries / 50, tries * 3 / 4);
  }

  private static byte[] hostile(Random random) {
    float[] values = new float[random.nextInt(3) == 0 ? random.nextInt(70_000) % 70 : 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextBoolean() ? random.nextInt(3) : Float.intBitsToFloat(random.nextInt());
    }
    byte[] bytes =
        random.nextBoolean()
            ? WireVector.write(values)
            : new WireVector(random.nextLong(), values).toBytes();
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(3)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[random.nextInt(Math.min(5, bytes.length))] = (byte) random.nextInt(4);
        default -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(2 * bytes.length));
      }
    }
    bytes[0] = random.nextInt(20) == 0 ? (byte) random.nextInt(256) : (byte) 0xf8;
    return bytes;
  }
}
