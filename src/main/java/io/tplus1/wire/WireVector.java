package io.tplus1.wire;

/**
 * The binary form of a record of {@code features}: one observation of one series, which the
 * record's key names. Arrays are only to be read.
 *
 * <p>Numbers are big-endian: the byte F8, the version 1, flags (1: a time follows), the number of
 * values in 16 bits, the time in 64 if there is one, then each value as a 32-bit float. No text in
 * UTF-8 begins with F8, so the two forms can be told apart record by record.
 *
 * @param timeMs event time, epoch milliseconds; {@link #NO_TIME} where it is the record's timestamp
 * @param values {@code float[features]} in the order of the setting {@code features}, raw; of a
 *     category, the place of its word in the vocabulary from 1, or 0 for a word that is not there;
 *     NaN for a value that is absent
 */
public record WireVector(long timeMs, float[] values) {
  /** Stands where the record's timestamp is the time. */
  public static final long NO_TIME = Long.MIN_VALUE;

  private static final int KIND = 0xf8;
  private static final int VERSION = 1;
  private static final int WITH_TIME = 1;
  private static final String NAME = "vector";

  /** Whether a record's value claims to be of this form. */
  public static boolean isBinary(byte[] value) {
    return value.length > 0 && (value[0] & 0xff) == KIND;
  }

  /** Writes a vector whose time is the record's timestamp. */
  public static byte[] write(float[] values) {
    return new WireVector(NO_TIME, values).toBytes();
  }

  /**
   * The value of a record.
   *
   * @throws IllegalArgumentException if there are more than 65,535 values
   */
  public byte[] toBytes() {
    WireOutput out = WireOutput.begin();
    out.one(KIND);
    out.one(VERSION);
    out.one(timeMs == NO_TIME ? 0 : WITH_TIME);
    out.two("the number of values", values.length);
    if (timeMs != NO_TIME) {
      out.eight(timeMs);
    }
    out.floats(values);
    return out.toBytes();
  }

  /**
   * Reads the value of a record.
   *
   * @throws WireFormatException if it is no vector of this form
   */
  public static WireVector read(byte[] value) {
    WireInput in = new WireInput(value, KIND, VERSION, NAME);
    int flags = in.flags(WITH_TIME);
    int count = in.two();
    long timeMs = (flags & WITH_TIME) == 0 ? NO_TIME : in.eight();
    if ((flags & WITH_TIME) != 0 && timeMs == NO_TIME) {
      throw new WireFormatException(
          "a time of " + NO_TIME + " stands for none: leave its flag out");
    }
    float[] values = in.floats(count);
    in.requireEnd();
    return new WireVector(timeMs, values);
  }
}
