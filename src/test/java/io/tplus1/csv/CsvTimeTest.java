package io.tplus1.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.config.CsvSettings;
import io.tplus1.feature.MissingValues;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CsvTimeTest {
  @ParameterizedTest
  @CsvSource({
    "iso, 1975-06-27, 1975-06-27T00:00:00Z",
    "iso, 1975-06-27T06:00:00, 1975-06-27T06:00:00Z",
    "iso, 1975-06-27 06:00, 1975-06-27T06:00:00Z",
    "iso, 1975-06-27T06:00:00+02:00, 1975-06-27T04:00:00Z",
    "epoch.ms, 173080800001, 1975-06-27T06:00:00.001Z",
    "epoch.ms, -1, 1969-12-31T23:59:59.999Z",
    "epoch.ms, 173080800001.0, 1975-06-27T06:00:00.001Z",
    "epoch.s, 173080800, 1975-06-27T06:00:00Z",
    "epoch.s, 173080800.0, 1975-06-27T06:00:00Z",
    "epoch.s, 173080800.2509, 1975-06-27T06:00:00.250Z",
    "epoch.s, 1.730808e+08, 1975-06-27T06:00:00Z",
    "epoch.s, -0.0005, 1969-12-31T23:59:59.999Z",
    "steps, 0, 1970-01-01T00:00:00Z",
    "steps, 25, 1970-01-02T01:00:00Z",
    "steps, 25.0, 1970-01-02T01:00:00Z",
    "yyyy/M/d H:mm, 1975/6/27 6:05, 1975-06-27T06:05:00Z",
    "dd.MM.uuuu, 27.06.1975, 1975-06-27T00:00:00Z",
    "d/M/yy h:mm a, 3/6/05 1:07 PM, 2005-06-03T13:07:00Z",
    "uuuu-MM-dd HH:mm:ssXXX, 1975-06-27 06:00:00+02:00, 1975-06-27T04:00:00Z",
    "uuuu-MM-dd HH:mm VV, 1975-06-27 06:00 Europe/Berlin, 1975-06-27T05:00:00Z",
    "yyyy-MM-ddXXX, 2005-06-03+02:00, 2005-06-02T22:00:00Z",
    "yyyy-MM-dd HH, 2005-06-03 13, 2005-06-03T13:00:00Z",
    "EEE MMM d uuuu, Fri Jun 27 1975, 1975-06-27T00:00:00Z"
  })
  void parse_ofTheFormat_isThatInstant(String format, String text, Instant expected) {
    assertThat(Instant.ofEpochMilli(time(format).parse(text))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "iso, 27.06.1975",
    "iso, ''",
    "epoch.ms, 1.5",
    "epoch.ms, 99999999999999999999",
    "epoch.s, 9223372036854775807",
    "epoch.s, 1e-999999999",
    "epoch.s, 1e999999999",
    "epoch.s, NaN",
    "steps, 1.5",
    "steps, 9223372036854775807",
    "steps, x",
    "yyyy/M/d H:mm, 1975-06-27",
    "dd.MM.yyyy, 31.06.1975",
    "yyyy/M/d H:mm, 1975/6/27 25:00",
    "HH:mm, 06:00"
  })
  void parse_notOfTheFormat_refused(String format, String text) {
    CsvTime time = time(format);

    assertThatThrownBy(() -> time.parse(text))
        .isInstanceOfAny(
            DateTimeException.class, IllegalArgumentException.class, ArithmeticException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoch", "yyyy-MM-dd'T", "bbb", "yyyy-MM-dd hh:mm", "yyyy-MM-dd[ hh:mm]"})
  void new_neitherWordNorPattern_errorNamesSettingAndWhatIsExpected(String format) {
    assertThatThrownBy(() -> time(format))
        .isInstanceOf(CsvException.class)
        .hasMessageStartingWith(
            "csv.time.format is '%s': iso, epoch.ms, epoch.s, steps or a pattern such as yyyy/M/d H:mm was expected: "
                .formatted(format));
  }

  @Test
  void parse_stepsOfAnotherLength_areThatLong() {
    CsvSettings settings =
        new CsvSettings(
            false,
            Optional.empty(),
            Optional.of("t"),
            "steps",
            Duration.ofMinutes(5),
            "NA",
            MissingValues.NONE);

    assertThat(new CsvTime(settings).parse("3")).isEqualTo(Duration.ofMinutes(15).toMillis());
  }

  private static CsvTime time(String format) {
    return new CsvTime(
        new CsvSettings(
            false,
            Optional.empty(),
            Optional.of("t"),
            format,
            Duration.ofHours(1),
            "NA",
            MissingValues.NONE));
  }
}
