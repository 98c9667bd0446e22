package io.tplus1.feature;

/** What a series' key takes of the heap where it is long: others are part of any estimate. */
public final class LongKey {
  /** Characters that are part of estimates. */
  private static final int USUAL = 60;

  /** Bytes at most of a character in UTF-8, of a String's. */
  private static final int UTF8_BYTES = 3;

  private LongKey() {}

  /**
   * Bytes at most that a key takes beyond those of {@value #USUAL} characters; half of it if all of
   * them are of Latin-1.
   */
  public static int bytes(String key) {
    return Character.BYTES * Math.max(0, key.length() - USUAL);
  }

  /** Whether a key in UTF-8 has more than {@value #USUAL} characters whichever they are. */
  public static boolean isLong(byte[] utf8) {
    return utf8.length > UTF8_BYTES * USUAL;
  }
}
