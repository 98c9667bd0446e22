package io.tplus1.model;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;

/**
 * What a linear expert has learnt, as it forecasts: raw units in and out. Immutable and
 * thread-safe.
 */
public interface LinearForecaster {

  /** Hash over its content, 64 hexadecimal digits. */
  String hash();

  FeatureSchema schema();

  /** H: steps ahead that one forecast covers. */
  int horizon();

  /**
   * Forecasts the H steps after a window.
   *
   * @param window one vector or more, raw
   * @param out receives {@code float[horizon][schema.outputWidth()]}, row-major, raw units: number
   *     targets alone, zeros for categories
   */
  void forecast(FeatureWindow window, float[] out);

  /** Its content as bytes, a copy, which a {@link Decoder} reads. */
  byte[] toBytes();

  /** Reads the bytes of a linear part. */
  @FunctionalInterface
  interface Decoder {
    /**
     * Reads a linear part.
     *
     * @throws InvalidArtifactException if the bytes are none
     */
    LinearForecaster decode(byte[] bytes) throws InvalidArtifactException;
  }
}
