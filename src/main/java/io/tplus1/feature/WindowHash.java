package io.tplus1.feature;

import java.util.HexFormat;

/**
 * A hash of all that stands in a window: shape, times and values, those behind the features
 * included. Two windows of one hash are the same for every practical purpose; it does not withstand
 * somebody who wants to find another window of the same hash.
 */
public final class WindowHash {
  private static final long START = 0x9e3779b97f4a7c15L;
  private static final long FACTOR = 0xbf58476d1ce4e5b9L;

  private WindowHash() {}

  /** The hash, 16 hexadecimal digits. */
  public static String of(FeatureWindow window) {
    long hash = mix(START, ((long) window.steps() << 32) | window.features());
    for (int s = 0; s < window.steps(); s++) {
      hash = mix(hash, window.timeMs(s));
    }
    float[] buffer = window.buffer();
    int end = window.offset() + window.steps() * window.features();
    for (int i = window.offset(); i < end; i++) {
      // One pattern of bits for every NaN.
      hash = mix(hash, Float.floatToIntBits(buffer[i]));
    }
    return HexFormat.of().toHexDigits(hash ^ (hash >>> 31));
  }

  /** One round: xor, multiply by an odd number, rotate; each is invertible, so nothing is lost. */
  private static long mix(long hash, long word) {
    return Long.rotateLeft((hash ^ word) * FACTOR, 29);
  }
}
