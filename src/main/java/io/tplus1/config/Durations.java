package io.tplus1.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Durations as people write them: {@code 250ms}, {@code 90s}, {@code 5m}, {@code 6h}, {@code 7d},
 * or ISO-8601.
 */
public final class Durations {
  private static final Pattern SHORT = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

  /** Accepts what {@link #parse} accepts. */
  static final ConfigDef.Validator VALID =
      ConfigDef.LambdaValidator.with(
          (name, value) -> {
            if (value != null && !((String) value).isEmpty()) {
              try {
                parse((String) value);
              } catch (IllegalArgumentException e) {
                throw new ConfigException(name, value, e.getMessage());
              }
            }
          },
          () -> "a duration, such as 250ms, 90s, 5m, 6h, 7d or PT6H");

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if the text is none, or is negative
   */
  public static Duration parse(String text) {
    Matcher matcher = SHORT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (matcher.matches()) {
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    }
    try {
      Duration duration = Duration.parse(text.strip());
      if (duration.isNegative()) {
        throw new IllegalArgumentException("a duration must not be negative, found " + text);
      }
      return duration;
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "a duration was expected, such as 250ms, 90s, 5m, 6h, 7d or PT6H, found '" + text + "'",
          e);
    }
  }
}
