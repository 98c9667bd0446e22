package io.tplus1.serde;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Writes whole numbers as ASCII, eight digits at a time. Immutable; any thread. */
final class WholeDigits {
  /** Most bytes that {@link #write} touches, from where it begins. */
  static final int MOST_BYTES = 28;

  /** Eight times the digit 0. */
  static final long ZEROS = 0x3030_3030_3030_3030L;

  /** Eight bytes, the first in the lowest. */
  static final VarHandle BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EIGHT = 100_000_000;

  private WholeDigits() {}

  /**
   * Writes a number.
   *
   * @param value at least 0
   * @param to has room for {@link #MOST_BYTES}
   * @param at where to begin
   * @return where it ends
   */
  static int write(long value, byte[] to, int at) {
    if (value >= EIGHT) {
      long rest = value / EIGHT;
      int next = write(rest, to, at);
      BYTES.set(to, next, eight((int) (value - rest * EIGHT)) | ZEROS);
      return next + 8;
    }
    long digits = eight((int) value);
    int leading = value == 0 ? 7 : Long.numberOfTrailingZeros(digits) >>> 3;
    BYTES.set(to, at, (digits | ZEROS) >>> (8 * leading));
    return at + 8 - leading;
  }

  /**
   * The digits of a number below 10^8, a byte each, the first in the lowest.
   *
   * <p>Halves are divided side by side: by 10^4, by 100 (10,486 / 2^20 is close enough below 10^4),
   * by 10 (103 / 2^10, below 100).
   */
  static long eight(int number) {
    long upper = number / 10_000;
    long four = upper | ((number - upper * 10_000) << 32);
    long hundreds = ((four * 10_486) >>> 20) & 0x7f_0000_007fL;
    long two = hundreds | ((four - 100 * hundreds) << 16);
    long tens = ((two * 103) >>> 10) & 0xf_000f_000f_000fL;
    return tens | ((two - 10 * tens) << 8);
  }
}
