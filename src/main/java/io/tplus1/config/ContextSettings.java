package io.tplus1.config;

import java.util.List;

/**
 * What one of the counts of {@code markov} depends on.
 *
 * @param symbols number of preceding words of the target
 * @param readings of other features beside them
 */
public record ContextSettings(int symbols, List<Reading> readings) {

  /**
   * Another feature at the newest vector.
   *
   * @param feature its name
   * @param width size of its bins; of a change, what it must exceed
   * @param change whether the sign of its last change counts, not its value
   */
  public record Reading(String feature, float width, boolean change) {}

  public ContextSettings {
    readings = List.copyOf(readings);
  }
}
