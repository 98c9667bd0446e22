package io.tplus1.doctor;

import io.tplus1.cluster.Reason;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

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

  /**
   * As it is told outside of doctor, with what to do about it. What was looked at is a setting
   * then, and what was found begins with its value.
   */
  public String line() {
    return "%s=%s; %s".formatted(check, found, remedy.orElseThrow());
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

  /**
   * Brokers did not say in time whether they would make topics.
   *
   * @param topics which, in words
   */
  static Finding untried(String check, String topics, KafkaException why) {
    return warning(
        check,
        "whether brokers would make %s, they do not tell: %s".formatted(topics, Reason.of(why)),
        "see whether the cluster has an active controller");
  }
}
