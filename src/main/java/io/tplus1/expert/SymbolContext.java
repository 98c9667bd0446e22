package io.tplus1.expert;

import java.util.List;

/**
 * What a forecast of a category is conditioned on: the target's own last symbols, and readings of
 * other features at the newest vector.
 *
 * @param symbols number of last symbols of the target, 0 or more; of fewer, where the window is
 *     shorter
 * @param readings of other features, often none
 */
public record SymbolContext(int symbols, List<Reading> readings) {
  /** Most symbols of a context. */
  public static final int MAX_SYMBOLS = 64;

  /**
   * A number, or a category, as a symbol.
   *
   * @param feature column in a vector
   * @param width size of a number's bins in raw units, more than 0: its symbol is {@code
   *     floor(value / width)}; 1 for a category. What lies on a border but for the rounding of
   *     floats lies on it, as .7 does of .1
   * @param change whether the symbol is, instead, the sign of the newest change of more than {@code
   *     width}, by more than that rounding
   */
  public record Reading(int feature, float width, boolean change) {
    public Reading {
      if (feature < 0 || !(width > 0) || !Float.isFinite(width)) {
        throw new IllegalArgumentException(
            "a reading needs a feature >= 0 and a width > 0, found %d and %s"
                .formatted(feature, width));
      }
    }
  }

  public SymbolContext {
    readings = List.copyOf(readings);
    if (symbols < 0 || symbols > MAX_SYMBOLS || readings.size() > MAX_SYMBOLS) {
      throw new IllegalArgumentException(
          "a context has 0..%d symbols and as many readings, found %d and %d"
              .formatted(MAX_SYMBOLS, symbols, readings.size()));
    }
  }

  /** Number of newest vectors that it depends on, at least 1. */
  public int vectors() {
    return Math.max(symbols, readings.stream().anyMatch(Reading::change) ? 2 : 1);
  }
}
