package io.tplus1.config;

import static io.tplus1.config.ConfigurationTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowConfigurationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "step.interval|1d|24 vectors, one each 1d (step.interval), never lie in it",
        "window.retention|7d|must be at least window.max.age + max.lateness, 8d",
        "history.minimum|25|must not be more than window.steps, 24",
      })
  void parse_windowsThatNeverFillOrAreNotKept_isRefused(
      String setting, String value, String message) {
    assertRefused(message, setting, value);
  }

  /** That no window fills is told at the start, as {@code ShortHistoryTest} has it. */
  @Test
  void parse_minimumLiesWithinTheAgeAndAFullWindowDoesNot_isTaken() {
    WindowSettings windows =
        ConfigurationTest.configuration("step.interval", "1d", "history.minimum", "2").windows();

    assertThat(windows.historyMinimum()).isEqualTo(2);
    assertThat(windows.mostVectors(86_400_000)).isLessThan(windows.steps());
  }

  @Test
  void parse_horizonBeyondTheRetention_isRefused() {
    assertRefused("window.retention, 8d", "forecast.horizon", "9", "step.interval", "1d");
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 250, 5",
    "1000, 251, 4",
    "1000, 1001, 1",
    "0, 250, 1",
    "0, 0, 1",
    "1000, 0, 1001"
  })
  void mostVectors_oneEachStep_bothEndsCount(long maxAgeMs, long stepMs, long most) {
    WindowSettings windows =
        new WindowSettings(
            24,
            1,
            1,
            Duration.ofMillis(maxAgeMs),
            Duration.ZERO,
            Duration.ofDays(1),
            Optional.empty(),
            true,
            1,
            .1,
            0);

    assertThat(windows.mostVectors(stepMs)).isEqualTo(most);
  }
}
