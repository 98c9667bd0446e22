package io.tplus1.serde;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Names of fields that are made to meet in a parser's table. */
class HostileNamesTest {
  /**
   * Jackson's hash adds up a name's words of four bytes from the fourth on: what one gains another
   * loses.
   */
  @Test
  void deserialize_afterManyNamesOfOneHash_aVectorIsStillRead() {
    String name = "temperature_outside_north";
    FeatureSchema schema =
        FeatureSchema.of(
            List.of(Feature.number(name), Feature.category("status", List.of("x", "y"))));
    VectorDecoder decoder =
        new VectorDecoder(
            new VectorFormat(schema, TimeSource.AUTO, "timestamp", false, Optional.empty()), false);
    ByteBuffer alike = ByteBuffer.wrap(name.getBytes(UTF_8));
    int sum = mixed(alike.getInt(12)) + mixed(alike.getInt(16));
    Random random = new Random(1);
    int met = 0;
    while (met < 1_100) {
      for (int i = 12; i < 16; i++) {
        alike.put(i, (byte) random.nextInt('!', '~'));
      }
      alike.putInt(16, unmixed(sum - mixed(alike.getInt(12))));
      String other = new String(alike.array(), US_ASCII);
      if (other.matches("[!#-\\[\\]-~]+")) {
        assertThat(
                decoder.deserialize("features", ("{\"" + other + "\":1}").getBytes(UTF_8)).reason())
            .isEqualTo(RejectReason.EXTRA_FIELD);
        met++;
      }
    }

    byte[] good = "{\"%s\":1.5,\"status\":\"x\"}".formatted(name).getBytes(UTF_8);
    assertThat(decoder.deserialize("features", good).values()).containsExactly(1.5f, 1f);
  }

  private static int mixed(int word) {
    return word ^ (word >> 21);
  }

  private static int unmixed(int mixed) {
    return mixed ^ (mixed >>> 21);
  }
}
