package io.tplus1.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;

/** Values of settings that may stand for none, or are written otherwise than what they mean. */
final class Values {
  private Values() {}

  /** The text of a setting that may be empty. */
  static Optional<String> optional(AbstractConfig config, String setting) {
    return Optional.of(config.getString(setting)).filter(value -> !value.isEmpty());
  }

  /** The duration of a setting that may be empty. */
  static Optional<Duration> duration(AbstractConfig config, String setting) {
    return optional(config, setting).map(Durations::parse);
  }

  /** The number of a setting where 0 stands for none. */
  static Optional<Integer> nonZero(AbstractConfig config, String setting) {
    return Optional.of(config.getInt(setting)).filter(value -> value != 0);
  }

  /** The text of a setting as the constants of an enum are written. */
  static String upper(AbstractConfig config, String setting) {
    return config.getString(setting).toUpperCase(Locale.ROOT);
  }
}
