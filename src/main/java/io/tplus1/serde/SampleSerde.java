package io.tplus1.serde;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Training samples in bytes, big-endian: version (8 bits), weight (64-bit float), length (32) and
 * UTF-8 of the series, then the window and what followed, each as number of steps (32), width of a
 * row (32), times (64 each, epoch milliseconds, never falling) and rows of 32-bit floats, oldest
 * first.
 *
 * <p>The rows of the window may be wider than the schema: other columns, such as what the linear
 * experts had forecast, follow the features. Values need not be finite.
 */
public final class SampleSerde implements Serde<TrainingSample> {
  /** Largest sample in bytes: what the topic's messages hold less what a record has around it. */
  public static final int MAX_BYTES = 1_048_588 - 8_192;

  private static final byte VERSION = 1;
  private static final int HEADER = 1 + Double.BYTES + Integer.BYTES;

  @Override
  public Serializer<TrainingSample> serializer() {
    return (topic, sample) -> sample == null ? null : write(sample);
  }

  @Override
  public Deserializer<TrainingSample> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  /**
   * Size of a sample in bytes; those above {@link #MAX_BYTES} are refused by the serializer, so ask
   * first.
   */
  public static long size(TrainingSample sample) {
    FeatureWindow window = sample.window();
    FeatureWindow following = sample.following();
    return sample.series().getBytes(StandardCharsets.UTF_8).length
        + size(window.steps(), window.features(), following.steps(), following.features());
  }

  /**
   * Size of a sample in bytes, but for its series' name.
   *
   * @param steps of the window
   * @param width columns of its rows
   * @param horizon steps of what followed
   * @param features columns of those
   */
  public static long size(int steps, int width, int horizon, int features) {
    return HEADER + size(steps, width) + size(horizon, features);
  }

  private static long size(int steps, int columns) {
    return 2L * Integer.BYTES + steps * ((long) Long.BYTES + (long) Float.BYTES * columns);
  }

  private static byte[] write(TrainingSample sample) {
    byte[] series = sample.series().getBytes(StandardCharsets.UTF_8);
    long size = size(sample);
    if (size > MAX_BYTES) {
      throw new SerializationException(
          "a training sample has at most %d bytes, found %d: lower window.steps"
              .formatted(MAX_BYTES, size));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size);
    bytes.put(VERSION).putDouble(sample.weight()).putInt(series.length).put(series);
    putWindow(bytes, sample.window());
    putWindow(bytes, sample.following());
    return bytes.array();
  }

  private static void putWindow(ByteBuffer bytes, FeatureWindow window) {
    bytes.putInt(window.steps()).putInt(window.features());
    for (int s = 0; s < window.steps(); s++) {
      bytes.putLong(window.timeMs(s));
    }
    int values = window.steps() * window.features();
    bytes.asFloatBuffer().put(window.buffer(), window.offset(), values);
    bytes.position(bytes.position() + values * Float.BYTES);
  }

  /**
   * Reads a record's value.
   *
   * @throws SerializationException if it is no sample; nothing is allocated that the bytes do not
   *     fill
   */
  public static TrainingSample read(byte[] stored) {
    if (stored.length == 0 || stored[0] != VERSION) {
      throw new SerializationException(
          "a training sample in version %d was expected, found %s"
              .formatted(VERSION, stored.length == 0 ? "no bytes" : "version " + stored[0]));
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(stored, 1, stored.length - 1);
      double weight = bytes.getDouble();
      require(weight >= 1 && weight < Double.POSITIVE_INFINITY, "a weight of " + weight);
      int length = bytes.getInt();
      require(length >= 0 && length <= bytes.remaining(), "a series' name of " + length + " bytes");
      String series = new String(stored, bytes.position(), length, StandardCharsets.UTF_8);
      bytes.position(bytes.position() + length);
      FeatureWindow window = getWindow(bytes);
      FeatureWindow following = getWindow(bytes);
      require(!bytes.hasRemaining(), bytes.remaining() + " bytes too many");
      require(window.features() >= following.features(), "a window narrower than what followed");
      require(window.lastTimeMs() <= following.timeMs(0), "a window newer than what followed");
      return new TrainingSample(series, window, following, weight);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      String why = e.getMessage() == null ? "it ends too early" : "it has " + e.getMessage();
      throw new SerializationException(
          "a training sample of %d bytes is broken: %s".formatted(stored.length, why), e);
    }
  }

  private static FeatureWindow getWindow(ByteBuffer bytes) {
    int steps = bytes.getInt();
    int features = bytes.getInt();
    require(steps >= 1 && features >= 1, steps + " steps of " + features + " features");
    long rowBytes = Long.BYTES + (long) Float.BYTES * features;
    require(
        steps <= bytes.remaining() / rowBytes,
        "%d steps of %d features in %d bytes".formatted(steps, features, bytes.remaining()));
    long[] times = new long[steps];
    bytes.asLongBuffer().get(times);
    bytes.position(bytes.position() + steps * Long.BYTES);
    for (int s = 1; s < steps; s++) {
      require(times[s - 1] <= times[s], "times that fall");
    }
    float[] values = new float[steps * features];
    bytes.asFloatBuffer().get(values);
    bytes.position(bytes.position() + values.length * Float.BYTES);
    return FeatureWindow.over(values, times, features, 0, steps);
  }

  private static void require(boolean holds, String found) {
    if (!holds) {
      throw new IllegalArgumentException(found);
    }
  }
}
