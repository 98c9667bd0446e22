package io.tplus1.csv;

import io.tplus1.config.CsvSettings;
import io.tplus1.serde.EventTime;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.stream.Stream;

/** Times as a CSV file writes them, as epoch milliseconds. */
final class CsvTime {
  private static final ZonedDateTime SAMPLE =
      ZonedDateTime.of(2001, 2, 3, 16, 5, 6, 0, ZoneOffset.UTC);

  /** Far more than any time has, before or behind its point. */
  private static final int MOST_DIGITS = 400;

  private final String format;
  private final long stepMs;
  private final DateTimeFormatter pattern;

  /**
   * @throws CsvException if the format is neither a known word nor a pattern
   */
  CsvTime(CsvSettings settings) {
    this.format = settings.timeFormat();
    this.stepMs = settings.timeStep().toMillis();
    this.pattern =
        switch (format) {
          case "iso", "epoch.ms", "epoch.s", "steps" -> null;
          default -> pattern(format);
        };
  }

  private static DateTimeFormatter pattern(String format) {
    try {
      // Strict, so that the 31st of June is no day; then a year of era (yyyy) needs its era.
      DateTimeFormatter pattern =
          new DateTimeFormatterBuilder()
              .appendPattern(format)
              .parseDefaulting(ChronoField.ERA, 1)
              .toFormatter(Locale.ENGLISH)
              .withResolverStyle(ResolverStyle.STRICT);
      if (losesTimeOfDay(pattern)) {
        throw new IllegalArgumentException(
            "its fields make no time of day; hours of twelve (h) need am or pm (a), others are H");
      }
      return pattern;
    } catch (IllegalArgumentException e) {
      throw new CsvException(
          "csv.time.format is '%s': iso, epoch.ms, epoch.s, steps or a pattern such as yyyy/M/d H:mm was expected: %s"
              .formatted(format, e.getMessage()),
          e);
    }
  }

  /** Whether a date is all that is left of a time that the pattern wrote itself. */
  private static boolean losesTimeOfDay(DateTimeFormatter pattern) {
    try {
      TemporalAccessor again = pattern.parse(pattern.format(SAMPLE));
      return again.query(TemporalQueries.localTime()) == null
          && Stream.of(ChronoField.values())
              .anyMatch(field -> field.isTimeBased() && again.isSupported(field));
    } catch (DateTimeException e) {
      return false; // each text is refused
    }
  }

  /**
   * Reads one time; without an offset or zone in the text it is UTC.
   *
   * @throws java.time.DateTimeException or IllegalArgumentException or ArithmeticException if the
   *     text is not of the format, or outside the range of epoch milliseconds
   */
  long parse(String text) {
    return switch (format) {
      case "iso" -> EventTime.parseIso(text);
      case "epoch.ms" -> number(text).longValueExact();
      case "epoch.s" ->
          number(text).movePointRight(3).setScale(0, RoundingMode.FLOOR).longValueExact();
      case "steps" -> Math.multiplyExact(number(text).longValueExact(), stepMs);
      default -> {
        TemporalAccessor parsed = pattern.parse(text);
        if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
          yield Instant.from(parsed).toEpochMilli();
        }
        LocalTime time = parsed.query(TemporalQueries.localTime());
        ZoneId zone = parsed.query(TemporalQueries.zone());
        yield LocalDate.from(parsed)
            .atTime(time == null ? LocalTime.MIDNIGHT : time)
            .atZone(zone == null ? ZoneOffset.UTC : zone)
            .toInstant()
            .toEpochMilli();
      }
    };
  }

  /** Some write whole numbers with a fraction of nothing, such as 1700000000.0. */
  private static BigDecimal number(String text) {
    BigDecimal number = new BigDecimal(text);
    if (Math.abs((long) number.scale()) > MOST_DIGITS) {
      throw new ArithmeticException("exponent out of range");
    }
    return number;
  }
}
