package io.tplus1.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class SampleSerdeTest {
  private final SampleSerde serde = new SampleSerde();

  private byte[] write(TrainingSample sample) {
    return serde.serializer().serialize("t", sample);
  }

  private static FeatureWindow rows(Random random, long fromMs, int steps, int features) {
    float[] values = new float[(steps + 2) * features];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    long[] times = new long[steps + 2];
    for (int s = 0; s < times.length; s++) {
      times[s] = fromMs + (s == 0 ? -7 : 3L * s);
    }
    // A view with rows before and behind it, as of a whole series.
    return FeatureWindow.over(values, times, features, 1, steps);
  }

  private static TrainingSample random(long seed, int steps, int horizon) {
    Random random = new Random(seed);
    int features = 1 + random.nextInt(4);
    String series = random.nextBoolean() ? "" : "séries-" + random.nextInt();
    return new TrainingSample(
        series,
        rows(random, random.nextInt(), steps, features + random.nextInt(3)),
        rows(random, (1L << 33) + random.nextInt(), horizon, features),
        1 + 100 * random.nextDouble());
  }

  private static TrainingSample small() {
    return new TrainingSample(
        "k",
        FeatureWindow.of(new FeatureVector(5, new float[] {1f, 9f})),
        FeatureWindow.of(new FeatureVector(6, new float[] {2f})),
        4);
  }

  @Property(tries = 300, seed = "20261124")
  void read_ofWritten_isTheSame(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 30) int steps,
      @ForAll @IntRange(min = 1, max = 9) int horizon) {
    TrainingSample sample = random(seed, steps, horizon);

    byte[] bytes = write(sample);
    TrainingSample read = serde.deserializer().deserialize("t", bytes);

    assertThat(bytes).hasSize(Math.toIntExact(SampleSerde.size(sample)));
    assertThat(read.series()).isEqualTo(sample.series());
    assertThat(read.weight()).isEqualTo(sample.weight());
    assertSame(read.window(), sample.window());
    assertSame(read.following(), sample.following());
  }

  private static void assertSame(FeatureWindow read, FeatureWindow written) {
    assertThat(read.features()).isEqualTo(written.features());
    assertThat(read.toVectors()).isEqualTo(written.toVectors());
  }

  @Test
  void write_bytes_areThoseOfVersion1() {
    assertThat(HexFormat.of().formatHex(write(small())))
        .isEqualTo(
            "01" // version
                + "4010000000000000" // weight
                + "000000016b" // series
                + "0000000100000002" // steps and width of the window
                + "0000000000000005" // its time
                + "3f80000041100000" // its row
                + "0000000100000001" // what followed
                + "0000000000000006"
                + "40000000");
  }

  @Test
  void nothing_isNothing() {
    assertThat(write(null)).isNull();
    assertThat(serde.deserializer().deserialize("t", null)).isNull();
  }

  @Test
  void read_everyPrefixAndSuffix_isRefusedSayingWhy() {
    byte[] bytes = write(small());
    for (int length = 0; length < bytes.length; length++) {
      byte[] prefix = Arrays.copyOf(bytes, length);
      assertThatExceptionOfType(SerializationException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> SampleSerde.read(prefix))
          .withMessageStartingWith("a training sample ");
    }
    assertRefused(Arrays.copyOf(bytes, bytes.length + 1), "it has 1 bytes too many");
  }

  @Test
  void read_lengthsThatNoBytesFill_areRefusedBeforeAnythingIsMade() {
    assertRefused(changed(9, Integer.MAX_VALUE), "a series' name of 2147483647 bytes");
    assertRefused(changed(9, -1), "a series' name of -1 bytes");
    assertRefused(changed(14, Integer.MAX_VALUE), "2147483647 steps of 2 features in 36 bytes");
    assertRefused(changed(18, Integer.MAX_VALUE), "1 steps of 2147483647 features in 36 bytes");
    assertRefused(changed(14, 0), "0 steps of 2 features");
    assertRefused(changed(18, -2), "1 steps of -2 features");
    assertRefused(changed(38, Integer.MIN_VALUE), "-2147483648 steps of 1 features");
  }

  @Test
  void read_contentThatNoStreamHas_isRefused() {
    assertRefused(changed(0, 0x02000000), "in version 1 was expected, found version 2");
    assertRefused(changed(1, 0x3fe00000), "a weight of 0.5");
    assertRefused(changed(1, 0x7ff80000), "a weight of NaN");
    assertRefused(changed(22, 1), "a window newer than what followed");
    byte[] narrow =
        write(
            new TrainingSample(
                "k",
                FeatureWindow.of(new FeatureVector(5, new float[] {1f})),
                FeatureWindow.of(new FeatureVector(6, new float[] {2f, 3f})),
                1));
    assertRefused(narrow, "a window narrower than what followed");
    byte[] falling =
        write(
            new TrainingSample(
                "k",
                FeatureWindow.of(
                    new FeatureVector(5, new float[1]), new FeatureVector(4, new float[1])),
                FeatureWindow.of(new FeatureVector(6, new float[1])),
                1));
    assertRefused(falling, "times that fall");
  }

  private byte[] changed(int at, int value) {
    byte[] bytes = write(small());
    ByteBuffer.wrap(bytes).putInt(at, value);
    return bytes;
  }

  private static void assertRefused(byte[] bytes, String why) {
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> SampleSerde.read(bytes))
        .withMessageContaining(why);
  }

  @Property(tries = 2_000, seed = "20261124")
  void read_anyBytes_isASampleOrRefused(@ForAll long seed, @ForAll @IntRange(max = 200) int size) {
    Random random = new Random(seed);
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    if (size > 0 && random.nextBoolean()) {
      byte[] good = write(random(seed, 2, 1));
      System.arraycopy(good, 0, bytes, 0, Math.min(size, 1 + random.nextInt(good.length)));
    }
    try {
      assertThat(SampleSerde.read(bytes).weight()).isGreaterThanOrEqualTo(1);
    } catch (SerializationException e) {
      assertThat(e).hasMessageStartingWith("a training sample ");
    }
  }

  @Test
  void write_tooLarge_isRefusedNamingTheSetting() {
    int steps = 30_000;
    TrainingSample large =
        new TrainingSample(
            "k",
            FeatureWindow.over(new float[steps * 7], new long[steps], 7, 0, steps),
            FeatureWindow.of(new FeatureVector(6, new float[7])),
            1);

    assertThat(SampleSerde.size(large)).isGreaterThan(SampleSerde.MAX_BYTES);
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> write(large))
        .withMessageContaining("at most 1040396 bytes")
        .withMessageContaining("lower window.steps");
  }
}
