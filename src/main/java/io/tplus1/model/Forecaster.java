package io.tplus1.model;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;

/**
 * A loaded model: feature windows in, forecasts out, both in raw units. Immutable and shared by
 * threads; each thread brings a {@link Session} of its own.
 */
public interface Forecaster {

  /** Content hash of the artifact that made this forecaster, in hexadecimal. */
  String modelHash();

  FeatureSchema schema();

  /** N: vectors of a full window. */
  int steps();

  /** Fewest vectors that it forecasts from; it is not asked with a shorter window. */
  default int fewestSteps() {
    return 1;
  }

  /** Whether it is asked with windows as short as this one. */
  default boolean isAskedWith(FeatureWindow window) {
    return window.steps() >= fewestSteps();
  }

  /** H: steps ahead that one forecast covers. */
  int horizon();

  /** What computes, such as {@code plain-1}, {@code vector-1/16} or {@code dl4j}. */
  String kernel();

  /** Working memory and entry point for one thread. */
  Session newSession();

  /** A forecaster as one thread uses it. */
  interface Session {
    /**
     * Forecasts the H steps that follow a window.
     *
     * @param window 1 to N vectors, raw; a shorter one counts as left-padded with a mask
     * @param output receives {@code float[horizon][schema.outputWidth()]}, row-major, raw units;
     *     probabilities for categories. May hold non-finite values if the network overflows.
     */
    void forecast(FeatureWindow window, float[] output);
  }

  /** Length of the array that {@link Session#forecast} fills. */
  default int outputLength() {
    return horizon() * schema().outputWidth();
  }
}
