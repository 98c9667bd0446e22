package io.tplus1.topology.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes of a stored state, which grow as they are written, in a buffer that is used again. For one
 * thread.
 */
final class StateOutput {
  private ByteBuffer bytes = ByteBuffer.allocate(512);
  private String model = "";
  private byte[] modelBytes = new byte[0];

  /** Forgets what was written. */
  StateOutput begin() {
    bytes.clear();
    return this;
  }

  /** A model's hash, which is mostly the last one's. */
  byte[] utf8(String hash) {
    if (!hash.equals(model)) {
      model = hash;
      modelBytes = hash.getBytes(StandardCharsets.UTF_8);
    }
    return modelBytes;
  }

  /** The buffer, with room for so many bytes behind what is written. */
  ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      int size = Math.max(2 * bytes.capacity(), bytes.position() + more);
      bytes = ByteBuffer.allocate(size).put(bytes.flip());
    }
    return bytes;
  }

  /** Where the next byte will lie. */
  int position() {
    return bytes.position();
  }

  /** Adds one to the byte that was written at a position. */
  void increment(int position) {
    bytes.put(position, (byte) (bytes.get(position) + 1));
  }

  void putFloats(float[] values) {
    room(Integer.BYTES + Float.BYTES * values.length).putInt(values.length);
    put(values, 0);
  }

  /** Number of values and of those left out in front, then the others. */
  void putRest(float[] values, int leftOut) {
    int from = Math.min(leftOut, values.length);
    room(2 * Integer.BYTES + Float.BYTES * (values.length - from))
        .putInt(values.length)
        .putInt(from);
    put(values, from);
  }

  private void put(float[] values, int from) {
    for (int i = from; i < values.length; i++) {
      bytes.putFloat(values[i]);
    }
  }

  /** All that was written. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
