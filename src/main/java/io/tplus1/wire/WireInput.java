package io.tplus1.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads what {@link WireOutput} writes; never beyond the end, and never trusts a length. */
final class WireInput {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final char[] DIGITS = "0123456789abcdef".toCharArray();

  private final byte[] bytes;
  private int at;

  /**
   * Begins behind magic and version.
   *
   * @param kind the magic byte
   * @param what the record is, for people
   * @throws WireFormatException if it does not begin so
   */
  WireInput(byte[] bytes, int kind, int version, String what) {
    this.bytes = bytes;
    int found = one();
    if (found != kind) {
      throw new WireFormatException(
          "a binary %s begins with the byte %02X, found %02X".formatted(what, kind, found));
    }
    int foundVersion = one();
    if (foundVersion != version) {
      throw new WireFormatException(
          "version %d of a binary %s was expected, found %d: it takes another tplus1 to read it"
              .formatted(version, what, foundVersion));
    }
  }

  int one() {
    need(1);
    return bytes[at++] & 0xff;
  }

  int two() {
    need(2);
    at += 2;
    return (bytes[at - 2] & 0xff) << 8 | (bytes[at - 1] & 0xff);
  }

  int four() {
    need(4);
    at += 4;
    return (int) INT.get(bytes, at - 4);
  }

  long eight() {
    need(8);
    at += 8;
    return (long) LONG.get(bytes, at - 8);
  }

  long[] longs(int count) {
    need(8L * count);
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = eight();
    }
    return values;
  }

  float[] floats(long count) {
    requireFloats(count);
    float[] values = new float[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat((int) INT.get(bytes, at));
      at += 4;
    }
    return values;
  }

  /** Holds a count of floats to come against the bytes that are there, before room is made. */
  void requireFloats(long count) {
    need(4 * count);
  }

  /** As many bytes as a 32-bit length says. */
  byte[] bytes() {
    int length = four();
    need(length < 0 ? Long.MAX_VALUE : length);
    byte[] values = new byte[length];
    System.arraycopy(bytes, at, values, 0, length);
    at += length;
    return values;
  }

  /** As many floats as a 32-bit count says. */
  float[] countedFloats() {
    int count = four();
    return floats(count < 0 ? Integer.MAX_VALUE : count);
  }

  String longText() {
    return utf8(two());
  }

  String text() {
    int length = one();
    if ((length & WireOutput.HEXADECIMAL) == 0) {
      return utf8(length);
    }
    int pairs = length & ~WireOutput.HEXADECIMAL;
    need(pairs);
    char[] digits = new char[2 * pairs];
    for (int i = 0; i < pairs; i++) {
      digits[2 * i] = DIGITS[(bytes[at] & 0xff) >> 4];
      digits[2 * i + 1] = DIGITS[bytes[at] & 0xf];
      at++;
    }
    return new String(digits);
  }

  /** Flags, none of which may be unknown. */
  int flags(int known) {
    int flags = one();
    if ((flags & ~known) != 0) {
      throw new WireFormatException(
          "flags must be some of %02X, found %02X".formatted(known, flags));
    }
    return flags;
  }

  /** Whether there is nothing more to read; else an error. */
  void requireEnd() {
    if (at != bytes.length) {
      throw new WireFormatException(
          "the record ends at byte %d, found %d bytes".formatted(at, bytes.length));
    }
  }

  private String utf8(int length) {
    need(length);
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length)).toString();
      at += length;
      return text;
    } catch (CharacterCodingException e) {
      throw new WireFormatException("the text at byte %d must be UTF-8".formatted(at));
    }
  }

  private void need(long more) {
    if (bytes.length - at < more) {
      throw new WireFormatException(
          "the record goes on behind byte %d, found %d bytes".formatted(at, bytes.length));
    }
  }
}
