package io.tplus1.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class VectorSerdeTest {
  private final VectorSerde two = new VectorSerde(2, 0, 0);

  private static float[] read(VectorSerde serde, byte... bytes) {
    return serde.deserializer().deserialize("t", bytes);
  }

  @Property(tries = 200, seed = "20261124")
  void deserialize_ofSerialized_givesTheSameBits(@ForAll @Size(min = 1, max = 20) float[] values) {
    VectorSerde serde = new VectorSerde(values.length, 0, 0);

    assertThat(read(serde, serde.serializer().serialize("t", values))).containsExactly(values);
  }

  /** Bytes of a kept state must stay readable. */
  @Test
  void serialize_knownVector_hasTheLayoutOfVersionOne() {
    assertThat(two.serializer().serialize("t", new float[] {1f, -2f}))
        .containsExactly(1, 0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0);
  }

  @Test
  void serializers_null_isNull() {
    assertThat(two.serializer().serialize("t", null)).isNull();
    assertThat(two.deserializer().deserialize("t", null)).isNull();
  }

  @Test
  void deserialize_otherLengthOrVersion_isRefusedWithTheRemedy() {
    for (byte[] bytes : new byte[][] {{}, {1}, {1, 0, 0, 0, 0}, {1, 0}, {2, 0, 0}}) {
      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> read(two, bytes))
          .withMessageContaining(
              "2 features in version 1 or 2 was expected, found %d", bytes.length)
          .withMessageContaining("Put back features and targets, or give the application another");
    }
  }

  /** Another id would throw away what only needs the newer version. */
  @Test
  void deserialize_versionOfAnotherRelease_saysSoAndNothingOfTheSchema() {
    for (byte version : new byte[] {0, 3}) {
      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> read(two, new byte[] {version, 0, 0, 0, 0, 0, 0, 0, 0}))
          .withMessageContaining("version 1 or 2 was expected, found version " + version)
          .withMessageContaining("another version of tplus1: start that one or a newer one, or")
          .withMessageNotContaining("application.id");
    }
  }

  /** Kinds 1 (one value, the last), 8 and 16 (a value per target each). */
  @Test
  void serialize_rowOfKinds_hasTheLayoutOfVersionTwo() {
    assertThat(new VectorSerde(1, 1, 9).serializer().serialize("t", new float[] {1f, -2f, 0f}))
        .containsExactly(2, 9, 0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void deserialize_rowOfOtherKinds_keepsWhatIsStillWanted() {
    byte[] plain = new VectorSerde(1, 2, 0).serializer().serialize("t", new float[] {7});
    byte[] all =
        new VectorSerde(1, 2, 1 | 8 | 32)
            .serializer()
            .serialize("t", new float[] {7, 1, 2, 3, 4, 5});
    float nan = Float.NaN;

    assertThat(read(new VectorSerde(1, 2, 1 | 8), plain)).containsExactly(7, nan, nan, 0);
    assertThat(read(new VectorSerde(1, 2, 0), all)).containsExactly(7);
    assertThat(read(new VectorSerde(1, 2, 1 | 8), all)).containsExactly(7, 1, 2, 5);
    assertThat(read(new VectorSerde(1, 2, 32), all)).containsExactly(7, 3, 4);
    assertThat(read(new VectorSerde(1, 2, 1 | 16 | 32), all)).containsExactly(7, nan, nan, 3, 4, 5);
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> read(new VectorSerde(2, 2, 1 | 8), all));
  }
}
