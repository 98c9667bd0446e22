package io.tplus1.serde;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A vector's values in the window store and its changelog: one version byte, then each value as a
 * big-endian 32-bit float. The time is the store's own key.
 */
public final class VectorSerde implements Serde<float[]> {
  private static final byte VERSION = 1;

  private final int features;

  /**
   * @param features fields of a vector; stored vectors of another length are refused
   */
  public VectorSerde(int features) {
    this.features = features;
  }

  @Override
  public Serializer<float[]> serializer() {
    return (topic, values) -> values == null ? null : write(values);
  }

  @Override
  public Deserializer<float[]> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private static byte[] write(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(1 + Float.BYTES * values.length);
    bytes.put(VERSION);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private float[] read(byte[] stored) {
    if (stored.length != 1 + Float.BYTES * features || stored[0] != VERSION) {
      throw new SerializationException(
          ("a stored vector of %d features in version %d was expected, found %d bytes in version %d:"
                  + " the schema changed under a kept state, so give the application another id")
              .formatted(features, VERSION, stored.length, stored.length == 0 ? -1 : stored[0]));
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored, 1, stored.length - 1);
    float[] values = new float[features];
    for (int i = 0; i < features; i++) {
      values[i] = bytes.getFloat();
    }
    return values;
  }
}
