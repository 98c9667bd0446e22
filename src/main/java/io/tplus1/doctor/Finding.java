package io.tplus1.doctor;

import java.util.Optional;

/**
 * What a check of {@code tplus1 doctor} found.
 *
 * @param check what was looked at, in one or two words
 * @param found what is there, in one sentence
 * @param remedy what to do about it; there if the level is a warning or a failure
 */
public record Finding(String check, Level level, String found, Optional<String> remedy) {

  /** How bad it is. */
  public enum Level {
    OK,
    /** It runs, and something may be better. */
    WARNING,
    /** It will not run, or lose something. */
    FAILED,
    /** Nobody could look. */
    SKIPPED
  }

  static Finding ok(String check, String found) {
    return new Finding(check, Level.OK, found, Optional.empty());
  }

  static Finding warning(String check, String found, String remedy) {
    return new Finding(check, Level.WARNING, found, Optional.of(remedy));
  }

  static Finding failed(String check, String found, String remedy) {
    return new Finding(check, Level.FAILED, found, Optional.of(remedy));
  }

  static Finding skipped(String check, String why) {
    return new Finding(check, Level.SKIPPED, why, Optional.empty());
  }
}
