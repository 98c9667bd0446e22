package io.tplus1.replay;

import io.tplus1.config.CsvSettings;
import io.tplus1.serde.EventTime;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** Times as a CSV file writes them, as epoch milliseconds. */
final class CsvTime {
  private final String format;
  private final long stepMs;
  private final DateTimeFormatter pattern;

  /**
   * @throws IllegalArgumentException if the format is neither a known word nor a pattern
   */
  CsvTime(CsvSettings settings) {
    this.format = settings.timeFormat();
    this.stepMs = settings.timeStep().toMillis();
    this.pattern =
        switch (format) {
          case "iso", "epoch.ms", "epoch.s", "steps" -> null;
          default -> DateTimeFormatter.ofPattern(format, Locale.ROOT);
        };
  }

  /**
   * Reads one time.
   *
   * @throws java.time.DateTimeException or IllegalArgumentException if the text is not of the
   *     format
   */
  long parse(String text) {
    return switch (format) {
      case "iso" -> EventTime.parseIso(text);
      case "epoch.ms" -> Long.parseLong(text);
      case "epoch.s" -> Math.multiplyExact(Long.parseLong(text), 1000L);
      case "steps" -> Math.multiplyExact(Long.parseLong(text), stepMs);
      default -> {
        TemporalAccessor parsed = pattern.parseBest(text, LocalDateTime::from, LocalDate::from);
        LocalDateTime time =
            parsed instanceof LocalDate date ? date.atStartOfDay() : (LocalDateTime) parsed;
        yield time.toInstant(ZoneOffset.UTC).toEpochMilli();
      }
    };
  }
}
