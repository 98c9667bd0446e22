package io.tplus1.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes numbers, big-endian, and texts into a buffer that is used again. For one thread. */
final class WireOutput {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final ThreadLocal<WireOutput> OF_THREAD = ThreadLocal.withInitial(WireOutput::new);

  /** A length with this bit says that the text is lower-case hexadecimal, two digits a byte. */
  static final int HEXADECIMAL = 0x80;

  private byte[] bytes = new byte[1024];
  private int at;

  private WireOutput() {}

  /** This thread's buffer, empty. */
  static WireOutput begin() {
    WireOutput output = OF_THREAD.get();
    output.at = 0;
    return output;
  }

  /** What was written since {@link #begin}, copied. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes, at);
  }

  void one(int value) {
    room(1);
    bytes[at++] = (byte) value;
  }

  /** Writes 16 bits without a sign. */
  void two(String what, int value) {
    if (value < 0 || value > 0xffff) {
      throw new IllegalArgumentException("%s must be 0 to 65535, found %d".formatted(what, value));
    }
    room(2);
    bytes[at++] = (byte) (value >> 8);
    bytes[at++] = (byte) value;
  }

  void four(int value) {
    room(4);
    INT.set(bytes, at, value);
    at += 4;
  }

  void eight(long value) {
    room(8);
    LONG.set(bytes, at, value);
    at += 8;
  }

  /** Writes as many 32-bit floats as there are. */
  void floats(float[] values) {
    room(4 * values.length);
    for (float value : values) {
      INT.set(bytes, at, Float.floatToRawIntBits(value));
      at += 4;
    }
  }

  void bytes(byte[] values) {
    room(values.length);
    System.arraycopy(values, 0, bytes, at, values.length);
    at += values.length;
  }

  /** Writes a text behind its length in 16 bits. */
  void longText(String what, String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    two("the length of " + what, encoded.length);
    bytes(encoded);
  }

  /** Writes a text of at most 127 bytes behind its length in 8 bits; digits of hashes by pairs. */
  void text(String what, String text) {
    int length = text.length();
    if (length > 0 && length % 2 == 0 && length / 2 < HEXADECIMAL && isHexadecimal(text)) {
      one(HEXADECIMAL | length / 2);
      room(length / 2);
      for (int i = 0; i < length; i += 2) {
        bytes[at++] = (byte) (digit(text.charAt(i)) << 4 | digit(text.charAt(i + 1)));
      }
      return;
    }
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    if (encoded.length >= HEXADECIMAL) {
      throw new IllegalArgumentException(
          "%s must have at most 127 bytes, found %d".formatted(what, encoded.length));
    }
    one(encoded.length);
    bytes(encoded);
  }

  private static boolean isHexadecimal(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (digit(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  private void room(int more) {
    if (bytes.length - at < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, at + more));
    }
  }
}
