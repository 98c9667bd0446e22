package io.tplus1.rnn.hdf5;

import java.nio.ByteBuffer;

/** Turns the bytes of IEEE numbers into floats. */
final class Floats {
  private Floats() {}

  /**
   * Decodes {@code count} numbers from the buffer's position into {@code values} from {@code at}.
   */
  static void decode(Datatype type, ByteBuffer from, float[] values, int at, int count) {
    from.order(type.order());
    for (int i = 0; i < count; i++) {
      values[at + i] =
          switch (type.bytes()) {
            case 2 -> half(from.getShort());
            case 4 -> from.getFloat();
            default -> (float) from.getDouble();
          };
    }
  }

  /** The value of an IEEE 754 binary16 (Float.float16ToFloat came with Java 20). */
  static float half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int mantissa = bits & 0x3ff;
    float magnitude;
    if (exponent == 0x1f) {
      magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = mantissa * 0x1p-24f;
    } else {
      magnitude = (mantissa | 0x400) * (float) Math.scalb(1.0, exponent - 25);
    }
    return bits < 0 ? -magnitude : magnitude;
  }
}
