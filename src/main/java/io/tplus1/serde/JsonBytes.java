package io.tplus1.serde;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Writes JSON as UTF-8 into a buffer that is used again. For one thread.
 *
 * <p>Methods are called as Jackson's generator's are, and the bytes are those that it would write,
 * but for floats, which are as short as can be ({@link FloatDigits}). Names are made once ({@link
 * JsonName}). It trusts its caller to open and close in order.
 */
public final class JsonBytes {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  /** What follows a backslash, by character; 0 for what stands for itself. */
  private static final byte[] ESCAPES = escapes();

  private static final long TRUE = 'e' << 24 | 'u' << 16 | 'r' << 8 | 't';
  private static final long FALSE = (long) 'e' << 32 | 's' << 24 | 'l' << 16 | 'a' << 8 | 'f';
  private static final byte UNICODE = 'u';

  private byte[] bytes = new byte[1024];
  private int at;
  private boolean comma;
  private String repeated;
  private byte[] repeatedBytes;
  private byte[] encoded = new byte[0];

  private static byte[] escapes() {
    byte[] escapes = new byte[128];
    Arrays.fill(escapes, 0, ' ', UNICODE);
    escapes['\b'] = 'b';
    escapes['\t'] = 't';
    escapes['\n'] = 'n';
    escapes['\f'] = 'f';
    escapes['\r'] = 'r';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    return escapes;
  }

  JsonBytes() {}

  /** Bytes that a text takes between its quotes; half of a pair counts as half of one. */
  public static int length(String text) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 128) {
        length += ESCAPES[c] == 0 ? 1 : ESCAPES[c] == UNICODE ? 6 : 2;
      } else {
        length += c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
      }
    }
    return length;
  }

  /** Forgets what was written. */
  JsonBytes begin() {
    at = 0;
    comma = false;
    return this;
  }

  /** What was written since {@link #begin}, copied. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes, at);
  }

  void writeStartObject() {
    start('{');
  }

  void writeEndObject() {
    end('}');
  }

  void writeStartArray() {
    start('[');
  }

  void writeEndArray() {
    end(']');
  }

  void writeFieldName(JsonName name) {
    room(name.mostBytes() + 1);
    separate();
    at = name.write(bytes, at);
    comma = false;
  }

  void writeObjectFieldStart(JsonName name) {
    writeFieldName(name);
    writeStartObject();
  }

  void writeArrayFieldStart(JsonName name) {
    writeFieldName(name);
    writeStartArray();
  }

  void writeNullField(JsonName name) {
    writeFieldName(name);
    writeNull();
  }

  /** Writes a string that is mostly the same as at the last call. */
  void writeRepeatedField(JsonName name, String value) {
    writeFieldName(name);
    if (!value.equals(repeated)) {
      int from = at;
      writeString(value);
      repeated = value;
      repeatedBytes = Arrays.copyOfRange(bytes, from, at);
      return;
    }
    room(repeatedBytes.length + 1);
    separate();
    System.arraycopy(repeatedBytes, 0, bytes, at, repeatedBytes.length);
    at += repeatedBytes.length;
  }

  void writeStringField(JsonName name, String value) {
    writeFieldName(name);
    writeString(value);
  }

  void writeNumberField(JsonName name, long value) {
    writeFieldName(name);
    writeNumber(value);
  }

  void writeNumberField(JsonName name, float value) {
    if (!Float.isFinite(value)) {
      writeFieldName(name);
      writeNumber(value);
      return;
    }
    room(name.mostBytes() + FloatDigits.MOST_BYTES + 1);
    separate();
    at = FloatDigits.write(value, bytes, name.write(bytes, at));
  }

  void writeNumberField(JsonName name, double value) {
    writeFieldName(name);
    writeNumber(value);
  }

  void writeBooleanField(JsonName name, boolean value) {
    writeFieldName(name);
    room(Long.BYTES);
    WholeDigits.BYTES.set(bytes, at, value ? TRUE : FALSE);
    at += value ? 4 : 5;
    comma = true;
  }

  /** Writes bytes in base 64. */
  void writeBinaryField(JsonName name, byte[] value) {
    writeFieldName(name);
    int length = (value.length + 2) / 3 * 4;
    if (encoded.length < length) {
      encoded = new byte[2 * length];
    }
    Base64.getEncoder().encode(value, encoded);
    room(length + 3);
    separate();
    bytes[at++] = '"';
    System.arraycopy(encoded, 0, bytes, at, length);
    at += length;
    bytes[at++] = '"';
  }

  void writeNull() {
    ascii("null");
  }

  /** Writes a string, with room for one byte behind it. */
  void writeString(String text) {
    int length = text.length();
    room(6 * length + 4);
    separate();
    byte[] to = bytes;
    int next = at;
    to[next++] = '"';
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 128 && ESCAPES[c] == 0) {
        to[next++] = (byte) c;
      } else {
        at = next;
        i = special(text, i);
        next = at;
      }
    }
    to[next++] = '"';
    at = next;
  }

  void writeNumber(long value) {
    room(WholeDigits.MOST_BYTES + 2);
    separate();
    if (value == Long.MIN_VALUE) {
      ascii(Long.toString(value), false);
      return;
    }
    if (value < 0) {
      bytes[at++] = '-';
    }
    at = WholeDigits.write(Math.abs(value), bytes, at);
  }

  /** Writes a number; what is not finite as a string, for JSON has no word for it. */
  void writeNumber(float value) {
    if (Float.isFinite(value)) {
      room(FloatDigits.MOST_BYTES + 1);
      separate();
      at = FloatDigits.write(value, bytes, at);
    } else {
      writeString(Float.toString(value));
    }
  }

  /** Writes a number; what is not finite as a string, for JSON has no word for it. */
  void writeNumber(double value) {
    if (Double.isFinite(value)) {
      ascii(Double.toString(value));
    } else {
      writeString(Double.toString(value));
    }
  }

  private void start(char bracket) {
    room(2);
    separate();
    bytes[at++] = (byte) bracket;
    comma = false;
  }

  private void end(char bracket) {
    room(1);
    bytes[at++] = (byte) bracket;
    comma = true;
  }

  private void separate() {
    if (comma) {
      bytes[at++] = ',';
    }
    comma = true;
  }

  private void ascii(String text) {
    ascii(text, true);
  }

  private void ascii(String text, boolean separated) {
    room(text.length() + 1);
    if (separated) {
      separate();
    }
    for (int i = 0; i < text.length(); i++) {
      bytes[at++] = (byte) text.charAt(i);
    }
  }

  /** Writes a character that takes more than a byte; returns the index of its last part. */
  private int special(String text, int index) {
    char c = text.charAt(index);
    if (c < 128) {
      bytes[at++] = '\\';
      bytes[at++] = ESCAPES[c];
      if (ESCAPES[c] == UNICODE) {
        bytes[at++] = '0';
        bytes[at++] = '0';
        bytes[at++] = HEX[c >> 4];
        bytes[at++] = HEX[c & 15];
      }
      return index;
    }
    int point = text.codePointAt(index);
    if (point < 0x800) {
      bytes[at++] = (byte) (0xc0 | (point >> 6));
    } else if (point < 0x10000) {
      if (Character.isSurrogate(c)) {
        throw new IllegalArgumentException(
            "text must be pairs of surrogates, found half of one at %d".formatted(index));
      }
      bytes[at++] = (byte) (0xe0 | (point >> 12));
      bytes[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
    } else {
      bytes[at++] = (byte) (0xf0 | (point >> 18));
      bytes[at++] = (byte) (0x80 | ((point >> 12) & 0x3f));
      bytes[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
    }
    bytes[at++] = (byte) (0x80 | (point & 0x3f));
    return point < 0x10000 ? index : index + 1;
  }

  private void room(int more) {
    if (bytes.length - at < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, at + more));
    }
  }
}
