package io.tplus1.serde;

import java.math.BigInteger;

/**
 * Writes the shortest decimal that reads back as the same float, as ASCII, in the form of {@link
 * Float#toString(float)}: plain from 1e-3 to 1e7, else with an exponent.
 *
 * <p>Immutable; any thread.
 */
final class FloatDigits {
  /*
   * Schubfach [1], with the table of its section 9.8 for floats. The Java 17 library's own method
   * takes several times as long, allocates, and is not always the shortest. Names of variables are
   * those of the paper: v = c 2^q, Rv is the interval that rounds to v, k the decimal exponent.
   * Digits are written eight at a time. What depends on the digits is chosen by masks rather than
   * by branches, of which every third would be foreseen wrongly: that took a third of the time.
   *
   * [1] Giulietti, The Schubfach way to render doubles, 2020.
   */

  /** Most bytes that {@link #write} touches, from where it begins. */
  static final int MOST_BYTES = 20;

  /** Most digits of a float. */
  private static final int NINE = 9;

  private static final int[] POWERS = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
  };

  private static final int P = 24;
  private static final int Q_MIN = -149;
  private static final int C_MIN = 1 << (P - 1);
  private static final int C_TINY = 8;
  private static final int K_MIN = -45;
  private static final int K_MAX = 31;
  private static final long[] G = table();

  private FloatDigits() {}

  /** ⌊10^−k 2^−r⌋ + 1 with 126 bits, of which the upper 63 are kept, plus 1. */
  private static long[] table() {
    long[] g = new long[K_MAX - K_MIN + 1];
    for (int k = K_MIN; k <= K_MAX; k++) {
      int r = floorLog2Pow10(-k) - 125;
      BigInteger power = BigInteger.TEN.pow(Math.abs(k));
      BigInteger scaled =
          k <= 0 ? shift(power, -r) : BigInteger.ONE.shiftLeft(Math.max(0, -r)).divide(power);
      g[k - K_MIN] = scaled.add(BigInteger.ONE).shiftRight(63).longValueExact() + 1;
    }
    return g;
  }

  private static BigInteger shift(BigInteger value, int left) {
    return left >= 0 ? value.shiftLeft(left) : value.shiftRight(-left);
  }

  /**
   * Writes a finite value.
   *
   * @param to has room for {@link #MOST_BYTES}
   * @param at where to begin
   * @return where it ends
   */
  static int write(float value, byte[] to, int at) {
    int bits = Float.floatToRawIntBits(value);
    to[at] = '-';
    int next = at + (bits >>> 31);
    int fraction = bits & (C_MIN - 1);
    int exponent = (bits >>> (P - 1)) & 0xff;
    if (exponent != 0) {
      int mq = -Q_MIN + 1 - exponent; // −q
      int c = C_MIN | fraction;
      if (0 < mq && mq < P && (c >> mq) << mq == c) {
        return write(c >> mq, 0, to, next); // a whole number
      }
      return decimal(-mq, c, 0, to, next);
    }
    if (fraction != 0) {
      return fraction < C_TINY
          ? decimal(Q_MIN, 10 * fraction, -1, to, next)
          : decimal(Q_MIN, fraction, 0, to, next);
    }
    to[next] = '0';
    to[next + 1] = '.';
    to[next + 2] = '0';
    return next + 3;
  }

  private static int decimal(int q, int c, int dk, byte[] to, int at) {
    int out = c & 1;
    long cb = (long) c << 2;
    long cbr = cb + 2;
    boolean regular = c != C_MIN || q == Q_MIN;
    long cbl = regular ? cb - 2 : cb - 1;
    int k = regular ? floorLog10Pow2(q) : floorLog10ThreeQuartersPow2(q);
    int h = q + floorLog2Pow10(-k) + 33;
    long g = G[k - K_MIN];
    int vb = round(g, cb << h);
    int vbl = round(g, cbl << h);
    int vbr = round(g, cbr << h);
    int s = vb >> 2;
    // One digit less, if exactly one such decimal lies in Rv.
    int lower = 10 * (int) ((s * 1_717_986_919L) >>> 34); // 10 ⌊s / 10⌋
    int outsideLower = isLess(lower << 2, vbl + out);
    int outsideUpper = isLess(vbr, ((lower + 10) << 2) + out);
    int isShorter = (outsideLower ^ outsideUpper) & ~isLess(s, 100);
    int shorter = lower + (10 & outsideLower);
    // Else the one of s and s + 1 that lies in Rv, or the nearer one, an even one between both.
    int outsideThis = isLess(s << 2, vbl + out);
    int outsideNext = isLess(vbr, ((s + 1) << 2) + out);
    int isNextNearer = isLess((s << 2) + 2 - (s & 1), vb);
    int isOne = outsideThis ^ outsideNext;
    int isNext = (isOne & outsideThis) | (~isOne & isNextNearer);
    int full = s - isNext;
    return write((shorter & isShorter) | (full & ~isShorter), k + (dk & ~isShorter), to, at);
  }

  /** −1 if a < b, else 0, for numbers whose difference is an int. */
  private static int isLess(int a, int b) {
    return (a - b) >> 31;
  }

  /** Rounded to odd, so that ties still show. */
  private static int round(long g, long cp) {
    long x1 = Math.multiplyHigh(g, cp);
    long mask = (1L << 32) - 1;
    return (int) ((x1 >>> 31) | (((x1 & mask) + mask) >>> 32));
  }

  /** ⌊log10 2^e⌋. */
  private static int floorLog10Pow2(int e) {
    return (int) ((e * 661_971_961_083L) >> 41);
  }

  /** ⌊log10 (3/4 2^e)⌋. */
  private static int floorLog10ThreeQuartersPow2(int e) {
    return (int) ((e * 661_971_961_083L - 274_743_187_321L) >> 41);
  }

  /** ⌊log2 10^e⌋. */
  private static int floorLog2Pow10(int e) {
    return (int) ((e * 913_124_641_741L) >> 38);
  }

  /** Writes f 10^e, 0 < f < 10^9. */
  private static int write(int f, int e, byte[] to, int at) {
    int count = count(f);
    int whole = f * POWERS[NINE - count]; // nine digits, the first not 0
    int first = whole / 10;
    byte last = (byte) ('0' + whole - 10 * first);
    long digits = WholeDigits.eight(first);
    int isNine = isLess('0', last);
    int shown = (NINE & isNine) | ((8 - (Long.numberOfLeadingZeros(digits) >>> 3)) & ~isNine);
    digits |= WholeDigits.ZEROS;
    int point = count + e; // digits before the point
    if (-3 < point && point <= 7) {
      return plain(digits, last, shown, point, to, at);
    }
    int next = plain(digits, last, shown, 1, to, at);
    to[next++] = 'E';
    int power = point - 1;
    if (power < 0) {
      to[next++] = '-';
      power = -power;
    }
    if (power >= 10) {
      to[next++] = (byte) ('0' + power / 10);
    }
    to[next++] = (byte) ('0' + power % 10);
    return next;
  }

  /**
   * Writes nine digits, of which those beyond {@code shown} are 0, with so many before the point,
   * or, if that is not positive, so many zeros between it and them.
   */
  private static int plain(long digits, byte last, int shown, int point, byte[] to, int at) {
    int isBelowOne = isLess(point, 1);
    int before = point & ~isBelowOne;
    WholeDigits.BYTES.set(to, at, (WholeDigits.ZEROS & isBelowOne) | (digits & ~(long) isBelowOne));
    to[at + before - isBelowOne] = '.';
    int rest = at + before + 1 - isBelowOne - (point & isBelowOne);
    WholeDigits.BYTES.set(to, rest, digits >>> (8 * before));
    to[rest + 8 - before] = last;
    return rest + Math.max(shown - before, 1);
  }

  private static int count(int f) {
    int least = ((32 - Integer.numberOfLeadingZeros(f)) * 1_233) >>> 12; // log10 2 = 0.301
    return least + 1 + isLess(f, POWERS[least]);
  }
}
