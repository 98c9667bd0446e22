package io.tplus1.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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

  @Property(tries = 100, seed = "20261124")
  void parse_ofAnyDurationsOwnText_givesItBack(
      @ForAll @LongRange(min = 0, max = 315_360_000_000_000L) long ms) {
    assertThat(Durations.parse(Duration.ofMillis(ms).toString())).hasMillis(ms);
    assertThat(Durations.parse(ms + "ms")).hasMillis(ms);
  }
}
