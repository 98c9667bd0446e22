package io.tplus1.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S",
    "90s, PT90S",
    "5m, PT5M",
    "6h, PT6H",
    "7d, P7D",
    "0s, PT0S",
    "7 d, P7D",
    "7D, P7D",
    "' 7d ', P7D",
    "PT6H30M, PT6H30M",
    "P2DT3H, PT51H",
    "PT0.25S, PT0.25S",
    "109575d, P109575D",
    "3650000d, P3650000D"
  })
  void parse_form_isTheDuration(String text, String expected) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "7", "d", "7w", "7d6h", "1.5h", "-7d", "PT-6H", "-PT6H", "P", "1 000ms", "seven",
        "off", "٧d"
      })
  void parse_noDuration_isRefusedWithExamples(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parse(text))
        .withMessageMatching(
            "(?s)a duration (was expected, such as 250ms.*|must not be negative.*)");
  }

  /** Beyond these, arithmetic on epoch milliseconds wraps around. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "3650001d",
        "999999999999999999d",
        "9223372036854775807ms",
        "99999999999999999999999999s",
        "PT2562047788015215H"
      })
  void parse_longerThanTenThousandYears_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parse(text))
        .withMessageContaining("at most 3650000d, found '" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0.0001S", "PT1.0005S"})
  void parse_partsOfAMillisecond_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parse(text))
        .withMessageContaining("whole milliseconds");
  }

  @ParameterizedTest
  @CsvSource({
    "P8D, 8d",
    "PT24H, 1d",
    "PT193H, 193h",
    "PT90M, 90m",
    "PT90S, 90s",
    "PT60S, 1m",
    "PT0S, 0s",
    "PT0.25S, 250ms",
    "PT2.5S, 2500ms",
    "PT99.999S, 99999ms",
    "PT1M40.001S, PT1M40.001S",
    "PT1H0M0.123S, PT1H0.123S",
    "PT31H12M, PT31H12M",
    "PT16H39M, 999m",
    "PT1001H, PT1001H",
    "P3650000D, 3650000d",
    "PT0.0000005S, PT0.0000005S",
    "PT-6H, PT-6H"
  })
  void text_duration_isInTheLargestUnitThatFits(String duration, String expected) {
    assertThat(Durations.text(Duration.parse(duration))).isEqualTo(expected);
  }

  @Property(tries = 1_000, seed = "20261130")
  void parse_ofTheTextOfAnyDuration_givesItBack(
      @ForAll @LongRange(min = 0, max = 315_360_000_000_000L) long ms) {
    Duration duration = Duration.ofMillis(ms);

    assertThat(Durations.parse(Durations.text(duration))).isEqualTo(duration);
  }

  /** Nobody is shown what is longer than what was set. */
  @Property(tries = 1_000, seed = "20261130")
  void text_ofWhatPeopleWrite_isNoLongerAndTheSame(@ForAll @IntRange(max = 999) int amount) {
    for (String unit : List.of("ms", "s", "m", "h", "d")) {
      Duration duration = Durations.parse(amount + unit);

      assertThat(Durations.text(duration)).hasSizeLessThanOrEqualTo((amount + unit).length());
      assertThat(Durations.parse(Durations.text(duration))).isEqualTo(duration);
    }
  }

  /** Messages name what is computed of durations, too. */
  @ParameterizedTest
  @ValueSource(
      longs = {Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE / 86_400_000 * 86_400_000})
  void text_longestDurations_isWritten(long ms) {
    Duration duration = Duration.ofMillis(ms);

    assertThat(Durations.text(duration)).matches("\\d+d|PT.*");
  }

  @Property(tries = 100, seed = "20261124")
  void parse_ofAnyDurationsOwnText_givesItBack(
      @ForAll @LongRange(min = 0, max = 315_360_000_000_000L) long ms) {
    assertThat(Durations.parse(Duration.ofMillis(ms).toString())).hasMillis(ms);
    assertThat(Durations.parse(ms + "ms")).hasMillis(ms);
  }
}
