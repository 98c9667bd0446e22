package io.tplus1.serde;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** ISO-8601 date-times as epoch milliseconds; without an offset they are UTC. */
public final class EventTime {
  private static final DateTimeFormatter WITH_T = formatter('T');
  private static final DateTimeFormatter WITH_BLANK = formatter(' ');

  private EventTime() {}

  private static DateTimeFormatter formatter(char separator) {
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .append(DateTimeFormatter.ISO_LOCAL_DATE)
        .optionalStart()
        .appendLiteral(separator)
        .append(DateTimeFormatter.ISO_LOCAL_TIME)
        .optionalEnd()
        .optionalStart()
        .appendOffset("+HHMM", "Z")
        .optionalEnd()
        .optionalStart()
        .appendOffset("+HH:mm:ss", "+00:00")
        .optionalEnd()
        .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
        .toFormatter(Locale.ROOT)
        // Else the 30th of February would be the 28th.
        .withResolverStyle(ResolverStyle.STRICT);
  }

  /**
   * Reads a date ({@code 1975-06-27}) or date-time, with {@code T} or a blank between, with or
   * without an offset ({@code Z}, {@code +02}, {@code +0200}, {@code +02:00}).
   *
   * @throws DateTimeException if the text is none of these, or outside the range of a long, of
   *     which the least stands for no time
   */
  public static long parseIso(String text) {
    DateTimeFormatter formatter = text.indexOf(' ') < 0 ? WITH_T : WITH_BLANK;
    TemporalAccessor parsed = formatter.parse(text);
    try {
      Instant instant =
          parsed.isSupported(ChronoField.OFFSET_SECONDS)
              ? Instant.from(parsed)
              : LocalDateTime.from(parsed).toInstant(ZoneOffset.UTC);
      long timeMs = instant.toEpochMilli();
      if (timeMs != DecodedRecord.NO_TIME) {
        return timeMs;
      }
      throw new DateTimeException("the least of epoch milliseconds, which says no time: " + text);
    } catch (ArithmeticException e) {
      throw new DateTimeException("outside the range of epoch milliseconds: " + text, e);
    }
  }
}
