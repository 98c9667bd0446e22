package io.tplus1.serde;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;

/** ISO-8601 date-times as epoch milliseconds; without an offset they are UTC. */
public final class EventTime {
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalEnd()
          .optionalStart()
          .appendOffsetId()
          .optionalEnd()
          .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
          .toFormatter(java.util.Locale.ROOT);

  private EventTime() {}

  /**
   * Reads a date ({@code 1975-06-27}) or date-time, with {@code T} or a blank between, with or
   * without an offset.
   *
   * @throws DateTimeException if the text is none of these, or outside the range of a long
   */
  public static long parseIso(CharSequence text) {
    TemporalAccessor parsed = ISO.parse(text);
    try {
      if (parsed.isSupported(ChronoField.OFFSET_SECONDS)) {
        return Instant.from(parsed).toEpochMilli();
      }
      return LocalDateTime.from(parsed).toInstant(ZoneOffset.UTC).toEpochMilli();
    } catch (ArithmeticException e) {
      throw new DateTimeException("outside the range of epoch milliseconds: " + text, e);
    }
  }
}
