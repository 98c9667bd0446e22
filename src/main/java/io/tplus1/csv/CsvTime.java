package io.tplus1.csv;

import io.tplus1.config.CsvSettings;
import io.tplus1.serde.EventTime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** Times as a CSV file writes them, as epoch milliseconds. */
final class CsvTime {
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
      return new DateTimeFormatterBuilder()
          .appendPattern(format)
          .parseDefaulting(ChronoField.ERA, 1)
          .toFormatter(Locale.ENGLISH)
          .withResolverStyle(ResolverStyle.STRICT);
    } catch (IllegalArgumentException e) {
      throw new CsvException(
          "csv.time.format is '%s': iso, epoch.ms, epoch.s, steps or a pattern such as yyyy/M/d H:mm was expected: %s"
              .formatted(format, e.getMessage()),
          e);
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
      case "epoch.ms" -> Long.parseLong(text);
      case "epoch.s" -> Math.multiplyExact(Long.parseLong(text), 1000L);
      case "steps" -> Math.multiplyExact(Long.parseLong(text), stepMs);
      default -> {
        TemporalAccessor parsed =
            pattern.parseBest(text, Instant::from, LocalDateTime::from, LocalDate::from);
        if (parsed instanceof Instant instant) {
          yield instant.toEpochMilli();
        }
        LocalDateTime time =
            parsed instanceof LocalDate date ? date.atStartOfDay() : (LocalDateTime) parsed;
        yield time.toInstant(ZoneOffset.UTC).toEpochMilli();
      }
    };
  }
}
