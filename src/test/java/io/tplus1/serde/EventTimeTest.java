package io.tplus1.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimeTest {

  @ParameterizedTest
  @CsvSource({
    "1975-06-27, 1975-06-27T00:00:00Z",
    "1975-06-27T06, REFUSED",
    "1975-06-27T06:30, 1975-06-27T06:30:00Z",
    "1975-06-27 06:30, 1975-06-27T06:30:00Z",
    "1975-06-27 06:30:15, 1975-06-27T06:30:15Z",
    "1975-06-27T06:30:15.25, 1975-06-27T06:30:15.250Z",
    // Cut, not rounded: Python writes micro-, Go nanoseconds.
    "1975-06-27T06:30:15.250999Z, 1975-06-27T06:30:15.250Z",
    "1975-06-27T06:30:15.250000001Z, 1975-06-27T06:30:15.250Z",
    "1975-06-27T06:30:15Z, 1975-06-27T06:30:15Z",
    "1975-06-27t06:30:15z, 1975-06-27T06:30:15Z",
    "1975-06-27T06:30:15+02:00, 1975-06-27T04:30:15Z",
    "1975-06-27 06:30:15-05:30, 1975-06-27T12:00:15Z",
    "1975-06-27 06:30:15+02, 1975-06-27T04:30:15Z",
    "1975-06-27T06:30:15+0200, 1975-06-27T04:30:15Z",
    "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z",
    "2024-02-29, 2024-02-29T00:00:00Z",
  })
  void parseIso_form_isTheInstant(String text, String expected) {
    if (expected.equals("REFUSED")) {
      assertThatThrownBy(() -> EventTime.parseIso(text)).isInstanceOf(DateTimeException.class);
    } else {
      assertThat(EventTime.parseIso(text)).isEqualTo(Instant.parse(expected).toEpochMilli());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "yesterday",
        "1975-6-27",
        "27.06.1975",
        "1975-06-27T",
        "1975-06-2706:30",
        "1975-06-27T 06:30",
        "1975-06-27  06:30",
        "1975-06-27T25:00",
        "1975-06-27T06:30 ",
        "1975-06-27T06:30+99:00",
        // Not a day: to be refused, not moved to the last of February.
        "1975-02-29",
        "1975-02-30T00:00:00Z",
        "1975-04-31",
        "1975-13-01",
        // Years that have no epoch milliseconds.
        "+999999999-12-31",
        "-999999999-01-01",
        "+9999999999-01-01",
        // The least long, which stands for no time.
        "-292275055-05-16T16:47:04.192Z",
        "-292275055-05-16 16:47:04.192"
      })
  void parseIso_anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> EventTime.parseIso(text)).isInstanceOf(DateTimeException.class);
  }

  @Property(tries = 300, seed = "20261124")
  void parseIso_ofAnyInstantAndOffset_givesItBack(
      @ForAll @LongRange(min = -62_135_596_800_000L, max = 253_402_300_799_999L) long timeMs,
      @ForAll @IntRange(min = -18 * 60, max = 18 * 60) int offsetMinutes) {
    var offset = ZoneOffset.ofTotalSeconds(offsetMinutes * 60);
    Instant instant = Instant.ofEpochMilli(timeMs);

    String local = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atOffset(offset));
    assertThat(EventTime.parseIso(local)).isEqualTo(timeMs);
    assertThat(EventTime.parseIso(local.replace('T', ' '))).isEqualTo(timeMs);
    assertThat(
            EventTime.parseIso(
                DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC))))
        .isEqualTo(timeMs);
  }
}
