package io.tplus1;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Vectors per second. */
final class Speed implements ITypeConverter<Double> {
  @Override
  public Double convert(String value) {
    try {
      double speed = value.equals("max") ? Double.POSITIVE_INFINITY : Double.parseDouble(value);
      if (speed > 0) {
        return speed;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new TypeConversionException("a number above 0, or max, was expected, found " + value);
  }
}
