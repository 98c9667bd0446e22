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

  /** From so many preceding words on, and with nothing beside them, what is counted is text. */
  private static final int TEXT = 3;

  public ContextSettings {
    readings = List.copyOf(readings);
  }

  /**
   * Whether these are contexts of text: of words alone, one of them of three or more. Of those a
   * shorter one counts only what is new after longer ones.
   */
  public static boolean areOfText(List<ContextSettings> contexts) {
    return contexts.stream().anyMatch(context -> context.symbols() >= TEXT)
        && contexts.stream().allMatch(context -> context.readings().isEmpty());
  }
}
