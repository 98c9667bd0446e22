package io.tplus1.serde;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Tells where a decimal that was read as a double is no longer the float nearest to it.
 *
 * <p>A double that lies in the middle between two floats may be the decimal itself, or what it was
 * rounded to from one side; the cast takes the even float of the two either way. Of the shortest
 * decimals of all floats 7.038531E-26 alone is read as another float that way.
 */
final class DecimalFloats {
  /** What a double has of digits beyond those of a float, and the middle of that. */
  private static final long BEYOND = (1L << 29) - 1;

  private static final long MIDDLE = 1L << 28;

  private DecimalFloats() {}

  /** Whether it lies between two floats, none of which is below the normal ones. */
  static boolean isBetween(double number) {
    return (Double.doubleToRawLongBits(number) & BEYOND) == MIDDLE;
  }

  /**
   * The nearest to a number that tplus1 wrote: the fewest digits that give the double are those of
   * the text then, which the node has no longer.
   */
  static float of(JsonNode number) {
    return isBetween(number.doubleValue())
        ? Float.parseFloat(number.asText())
        : number.floatValue();
  }
}
