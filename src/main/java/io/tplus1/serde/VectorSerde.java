package io.tplus1.serde;

import io.tplus1.feature.KeptState;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A vector's values in the window store and its changelog. The time is the store's own key.
 *
 * <p>Version 1, of a vector alone: one version byte, then each value as a big-endian 32-bit float.
 * Version 2, of a row that has more behind the vector: version byte, a byte with a bit for each
 * kind of what is there, then all values. Bit 0 stands for one value, the last; every other bit for
 * as many as there are targets, in the order of the bits. Rows of other kinds than today's are read
 * with NaN for what they lack (0 for bit 0), and without what is no longer wanted.
 */
public final class VectorSerde implements Serde<float[]> {
  private static final byte PLAIN = 1;
  private static final byte WITH_KINDS = 2;
  private static final int KINDS = 8;

  private final int features;
  private final int targets;
  private final int kinds;

  /**
   * Rows that hold more than the vector.
   *
   * @param features fields of a vector; stored vectors of another length are refused
   * @param targets values of each kind behind them
   * @param kinds a bit for each kind, 0 to 255
   */
  public VectorSerde(int features, int targets, int kinds) {
    this.features = features;
    this.targets = targets;
    this.kinds = kinds;
  }

  @Override
  public Serializer<float[]> serializer() {
    return (topic, values) -> values == null ? null : write(values);
  }

  @Override
  public Deserializer<float[]> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private byte[] write(float[] values) {
    int header = kinds == 0 ? 1 : 2;
    ByteBuffer bytes = ByteBuffer.allocate(header + Float.BYTES * values.length);
    bytes.put(kinds == 0 ? PLAIN : WITH_KINDS);
    if (kinds != 0) {
      bytes.put((byte) kinds);
    }
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private float[] read(byte[] stored) {
    if (stored.length > 0 && stored[0] != PLAIN && stored[0] != WITH_KINDS) {
      throw new SerializationException(
          KeptState.ofAnotherVersion(
              "a stored vector in version %d or %d was expected, found version %d"
                  .formatted(PLAIN, WITH_KINDS, stored[0]),
              KeptState.BEGIN_ANEW));
    }
    boolean plain = stored.length > 0 && stored[0] == PLAIN;
    boolean known = plain || (stored.length > 1 && stored[0] == WITH_KINDS);
    int header = plain ? 1 : 2;
    int storedKinds = plain || !known ? 0 : Byte.toUnsignedInt(stored[1]);
    if (!known || stored.length != header + Float.BYTES * width(storedKinds)) {
      throw new SerializationException(
          ("a stored vector of %d features in version %d or %d was expected, found %d bytes in version %d:"
                  + " the schema changed under a kept state. Put back features and targets, or %s")
              .formatted(
                  features,
                  PLAIN,
                  WITH_KINDS,
                  stored.length,
                  stored.length == 0 ? -1 : stored[0],
                  KeptState.OTHER_APPLICATION));
    }
    float[] row = new float[width(storedKinds)];
    ByteBuffer.wrap(stored, header, stored.length - header).asFloatBuffer().get(row);
    return storedKinds == kinds ? row : convert(row, storedKinds);
  }

  private int width(int ofKinds) {
    int blocks = Integer.bitCount(ofKinds & ~1);
    return features + blocks * targets + (ofKinds & 1);
  }

  private float[] convert(float[] stored, int storedKinds) {
    float[] row = new float[width(kinds)];
    System.arraycopy(stored, 0, row, 0, features);
    int from = features;
    int to = features;
    for (int bit = 1; bit < KINDS; bit++) {
      boolean there = (storedKinds >> bit & 1) == 1;
      boolean wanted = (kinds >> bit & 1) == 1;
      if (there && wanted) {
        System.arraycopy(stored, from, row, to, targets);
      } else if (wanted) {
        Arrays.fill(row, to, to + targets, Float.NaN);
      }
      from += there ? targets : 0;
      to += wanted ? targets : 0;
    }
    if ((kinds & storedKinds & 1) == 1) {
      row[to] = stored[from];
    }
    return row;
  }
}
