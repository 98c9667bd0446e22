package io.tplus1.expert;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What is learnt of a series, or of all, as floats and nothing else, so that one that was stored
 * and read again goes on to the same bit. Parts of one size begin anew each by itself. For one
 * thread.
 */
final class FloatState {
  final float[] values;
  private final int size;

  FloatState(int parts, int size) {
    this.values = new float[parts * size];
    this.size = size;
  }

  /**
   * @param part index of its first float
   */
  void startAnew(int part) {
    Arrays.fill(values, part, part + size, 0f);
  }

  /** Squares of more than 1e38 are no floats. */
  void startAnewUnlessFinite(int part) {
    float sum = 0;
    for (int i = part; i < part + size; i++) {
      sum += 0f * values[i]; // NaN, too, of what is infinite.
    }
    if (sum != 0f) {
      startAnew(part);
    }
  }

  /** Puts all, as they are; whoever keeps them keeps their version. */
  void write(ByteBuffer bytes) {
    for (float value : values) {
      bytes.putFloat(value);
    }
  }

  /**
   * Takes what {@link #write} put.
   *
   * @throws java.nio.BufferUnderflowException if there are fewer bytes
   */
  void read(ByteBuffer bytes) {
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.getFloat();
    }
    for (int part = 0; part < values.length; part += size) {
      startAnewUnlessFinite(part);
    }
  }
}
