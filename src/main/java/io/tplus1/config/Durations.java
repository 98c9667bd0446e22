package io.tplus1.config;

import java.math.BigInteger;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
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

  /** Far more than any retention, and far from where epoch milliseconds end. */
  private static final Duration LONGEST = Duration.ofDays(3_650_000);

  /** Accepts what {@link #parse} accepts. */
  static final ConfigDef.Validator VALID = validator(Durations::parse);

  /** Accepts of that what is longer than zero. */
  static final ConfigDef.Validator POSITIVE =
      validator(text -> requireLonger(text, "must be longer than zero"));

  /** Accepts what is longer than zero, and nothing at all. */
  static final ConfigDef.Validator OPTIONAL =
      validator(
          text -> {
            if (!text.isEmpty()) {
              requireLonger(text, "must be longer than zero; leave it empty for none");
            }
          });

  /** Units as people write them, the largest first. */
  private enum Unit {
    D(Duration.ofDays(1), Duration.ofSeconds(Long.MAX_VALUE)),
    H(Duration.ofHours(1), Duration.ofHours(999)),
    M(Duration.ofMinutes(1), Duration.ofMinutes(999)),
    S(Duration.ofSeconds(1), Duration.ofSeconds(999)),
    MS(Duration.ofMillis(1), Duration.ofMillis(99_999));

    private final Duration length;

    /** Of more of them nobody sees how long they are. */
    private final Duration most;

    Unit(Duration length, Duration most) {
      this.length = length;
      this.most = most;
    }

    private boolean measures(Duration duration) {
      return !duration.isNegative()
          && duration.compareTo(most) <= 0
          && length.multipliedBy(duration.dividedBy(length)).equals(duration);
    }

    private String of(Duration duration) {
      return duration.dividedBy(length) + name().toLowerCase(Locale.ROOT);
    }
  }

  private Durations() {}

  private static void requireLonger(String text, String complaint) {
    if (parse(text).isZero()) {
      throw new IllegalArgumentException(complaint);
    }
  }

  private static ConfigDef.Validator validator(Consumer<String> check) {
    return ConfigDef.LambdaValidator.with(
        (name, value) -> {
          if (value != null) {
            try {
              check.accept((String) value);
            } catch (IllegalArgumentException e) {
              throw new ConfigException(name, value, e.getMessage());
            }
          }
        },
        () -> "a duration, such as 250ms, 90s, 5m, 6h, 7d or PT6H");
  }

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if the text is none, is negative, is no whole number of
   *     milliseconds, or is longer than 10,000 years
   */
  public static Duration parse(String text) {
    Duration duration;
    try {
      duration = read(text.strip());
    } catch (ArithmeticException e) {
      throw tooLong(text);
    }
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a duration must not be negative, found " + text);
    }
    if (duration.compareTo(LONGEST) > 0) {
      throw tooLong(text);
    }
    if (!duration.truncatedTo(ChronoUnit.MILLIS).equals(duration)) {
      throw new IllegalArgumentException(
          "a duration must be whole milliseconds, found '" + text + "'");
    }
    return duration;
  }

  private static Duration read(String text) {
    Matcher matcher = SHORT.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      try {
        return Duration.parse(text);
      } catch (DateTimeParseException e) {
        if (e.getCause() instanceof ArithmeticException overflow) {
          throw overflow;
        }
        throw new IllegalArgumentException(
            "a duration was expected, such as 250ms, 90s, 5m, 6h, 7d or PT6H, found '" + text + "'",
            e);
      }
    }
    long amount = new BigInteger(matcher.group(1)).longValueExact();
    return Unit.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)).length.multipliedBy(amount);
  }

  /**
   * Writes a duration as people do: in the largest unit that it is a whole number of, such as
   * {@code 8d} or {@code 90s}. Where no unit fits, or the number would be too long to be read at a
   * glance, it is ISO-8601. {@link #parse} reads either.
   */
  public static String text(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    return Arrays.stream(Unit.values())
        .filter(unit -> unit.measures(duration))
        .findFirst()
        .map(unit -> unit.of(duration))
        .orElseGet(duration::toString);
  }

  private static IllegalArgumentException tooLong(String text) {
    return new IllegalArgumentException(
        "a duration must be at most %dd, found '%s'".formatted(LONGEST.toDays(), text));
  }
}
