package io.tplus1.serde;

import io.tplus1.feature.FeatureSchema;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Arrays;

/**
 * The quick way to read a vector: all numbers, each once, nothing unknown, nothing absent. Whatever
 * else stands there is not read, but left to {@link VectorDecoder}'s parser, which knows what is
 * wrong with it. Immutable; any thread.
 *
 * <p>What is read is what the parser reads, to the bit.
 */
final class PlainVector {
  /** Largest mantissa and power of ten that doubles hold exactly: one operation, one rounding. */
  private static final long EXACT = 1L << 53;

  private static final double[] POWERS = powers();
  private static final int MOST_DIGITS = 18;

  /** The parser has a limit too, and says so. */
  private static final int MOST_CHARACTERS = 100;

  private static final int NONE = -1;

  private final byte[][] names;
  private final int features;
  private final int time;
  private final int nested;
  private final boolean timeInRecord;
  private final boolean needsTime;

  PlainVector(VectorFormat format) {
    FeatureSchema schema = format.schema();
    this.features = schema.size();
    this.time = features;
    this.nested = features + 1;
    this.names = new byte[features + 2][];
    for (int i = 0; i < features; i++) {
      names[i] = quoted(schema.feature(i).name());
    }
    names[time] = quoted(format.timeField());
    names[nested] = quoted(VectorFormat.FEATURES);
    this.timeInRecord = format.timeSource() == TimeSource.RECORD;
    this.needsTime = format.timeSource() == TimeSource.FIELD;
  }

  /** Whether vectors of this format can be read so at all. */
  static boolean reads(VectorFormat format) {
    return format.schema().features().stream().noneMatch(feature -> feature.isCategory())
        // Where a name means two things, the parser decides which.
        && !format.schema().names().contains(VectorFormat.FEATURES)
        && !format.schema().names().contains(format.timeField())
        && !format.timeField().equals(VectorFormat.FEATURES)
        && format.schema().names().stream().allMatch(PlainVector::standsAsItIs)
        && standsAsItIs(format.timeField());
  }

  /**
   * Whether JSON has a name's characters as they are: its bytes are compared, not what they say.
   */
  private static boolean standsAsItIs(String name) {
    return name.chars().noneMatch(c -> c == '"' || c == '\\' || c < ' ');
  }

  /** With the closing quote. */
  private static byte[] quoted(String name) {
    return (name + '"').getBytes(StandardCharsets.UTF_8);
  }

  private static double[] powers() {
    double[] powers = new double[23];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  /** The vector, or null if it takes the parser to read it. */
  DecodedRecord read(byte[] value) {
    Reading reading = new Reading(value);
    return reading.object() && (!needsTime || reading.timeMs != DecodedRecord.NO_TIME)
        ? DecodedRecord.vector(value, reading.values, reading.timeMs)
        : null;
  }

  /** The reading of one record; methods that return false leave it to the parser. */
  private final class Reading {
    private final byte[] bytes;
    private final float[] values = new float[features];
    private int at;
    private int seen;
    private int last = NONE;
    private boolean timeSeen;
    private long timeMs = DecodedRecord.NO_TIME;
    private double number;
    private boolean whole;

    /** The number, where it is whole and has at most {@value #MOST_DIGITS} characters. */
    private long integer;

    Reading(byte[] bytes) {
      this.bytes = bytes;
      Arrays.fill(values, Float.NaN);
    }

    boolean object() {
      if (!take('{')) {
        return false;
      }
      boolean isNested = false;
      boolean flat = false;
      do {
        int field = name();
        if (field == NONE) {
          return false;
        }
        if (field == time) {
          if (!time()) {
            return false;
          }
        } else if (field == nested) {
          if (isNested || flat || !nested()) {
            return false;
          }
          isNested = true;
        } else if (isNested || !feature(field)) {
          return false;
        } else {
          flat = true;
        }
      } while (take(','));
      return take('}') && seen == features && peek() == NONE;
    }

    private boolean nested() {
      if (take('[')) {
        for (int i = 0; i < features; i++) {
          if ((i > 0 && !take(',')) || !feature(i)) {
            return false;
          }
        }
        return take(']');
      }
      if (!take('{')) {
        return false;
      }
      do {
        int field = name();
        if (field < 0 || field >= features || !feature(field)) {
          return false;
        }
      } while (take(','));
      return take('}');
    }

    private boolean feature(int field) {
      last = field;
      int from = at;
      if (!Float.isNaN(values[field]) || !number()) {
        return false;
      }
      float value = (float) number;
      if (DecimalFloats.isBetween(number) && !(whole && Math.abs(number) <= EXACT)) {
        value = Float.parseFloat(ascii(from));
      }
      values[field] = value;
      seen++;
      return Float.isFinite(value);
    }

    private boolean time() {
      if (timeSeen) {
        return false;
      }
      timeSeen = true;
      if (peek() == '"') {
        int from = at + 1;
        int to = from;
        while (to < bytes.length && bytes[to] != '"' && bytes[to] != '\\') {
          to++;
        }
        if (to == bytes.length || bytes[to] != '"' || timeInRecord) {
          return false;
        }
        at = to + 1;
        try {
          timeMs = EventTime.parseIso(new String(bytes, from, to - from, StandardCharsets.UTF_8));
        } catch (DateTimeException e) {
          return false;
        }
        return true;
      }
      int from = at;
      if (!number() || !whole || at - from > MOST_DIGITS) {
        return false;
      }
      if (!timeInRecord) {
        timeMs = integer;
      }
      return true;
    }

    private String ascii(int from) {
      return new String(bytes, from, at - from, StandardCharsets.ISO_8859_1);
    }

    /** Reads a name and its colon; which one it is. */
    private int name() {
      if (!take('"')) {
        return NONE;
      }
      // Producers write fields in order, and the schema often has theirs.
      int next = last + 1;
      if (next < features && matches(next)) {
        return colon(next);
      }
      for (int i = names.length - 1; i >= 0; i--) {
        if (matches(i)) {
          return colon(i);
        }
      }
      return NONE;
    }

    private int colon(int field) {
      at += names[field].length;
      boolean there = take(':');
      peek();
      return there ? field : NONE;
    }

    private boolean matches(int field) {
      byte[] name = names[field];
      int end = at + name.length;
      return end <= bytes.length && Arrays.equals(name, 0, name.length, bytes, at, end);
    }

    /** Reads a number as JSON has them into {@link #number}. */
    private boolean number() {
      int from = peek() == NONE ? bytes.length : at;
      boolean negative = from < bytes.length && bytes[from] == '-';
      at = negative ? from + 1 : from;
      int first = at;
      long mantissa = digits(0);
      int digits = at - first;
      if (digits == 0 || (digits > 1 && bytes[first] == '0')) {
        return false;
      }
      int exponent = 0;
      whole = true;
      if (at < bytes.length && bytes[at] == '.') {
        whole = false;
        at++;
        int point = at;
        mantissa = digits(mantissa);
        exponent = point - at;
        digits -= exponent;
        if (exponent == 0) {
          return false;
        }
      }
      if (at < bytes.length && (bytes[at] | 0x20) == 'e') {
        whole = false;
        at++;
        boolean down = at < bytes.length && bytes[at] == '-';
        at += down || (at < bytes.length && bytes[at] == '+') ? 1 : 0;
        int power = at;
        long moved = digits(0);
        if (at == power || at - power > 3) {
          return false;
        }
        exponent += (int) (down ? -moved : moved);
      }
      if (at - from > MOST_CHARACTERS) {
        return false;
      }
      integer = negative ? -mantissa : mantissa;
      if (digits > MOST_DIGITS || mantissa > EXACT || Math.abs(exponent) > 22) {
        number = Double.parseDouble(ascii(from));
        return true;
      }
      double magnitude = exponent < 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
      // A whole −0 is the integer 0.
      number = negative && !(whole && mantissa == 0) ? -magnitude : magnitude;
      return true;
    }

    /** Reads digits behind those that were read before; overflows if they are too many. */
    private long digits(long before) {
      long value = before;
      int next = at;
      while (next < bytes.length) {
        int digit = bytes[next] - '0';
        if (digit < 0 || digit > 9) {
          break;
        }
        value = value * 10 + digit;
        next++;
      }
      at = next;
      return value;
    }

    /** Passes over white space to the next character, which is returned; −1 at the end. */
    private int peek() {
      while (at < bytes.length) {
        int c = bytes[at] & 0xff;
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
          return c;
        }
        at++;
      }
      return NONE;
    }

    private boolean take(char expected) {
      if (peek() != expected) {
        return false;
      }
      at++;
      return true;
    }
  }
}
