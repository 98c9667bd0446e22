package io.tplus1.config;

import static io.tplus1.config.ConfigurationTest.assertRefused;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowConfigurationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "step.interval|1d|24 vectors, one each PT24H (step.interval), never lie in it",
        "window.retention|7d|must be at least window.max.age + max.lateness, PT192H",
        "history.minimum|25|must not be more than window.steps, 24",
      })
  void parse_windowsThatNeverFillOrAreNotKept_isRefused(
      String setting, String value, String message) {
    assertRefused(message, setting, value);
  }

  @Test
  void parse_horizonBeyondTheRetention_isRefused() {
    assertRefused("window.retention, PT192H", "forecast.horizon", "9", "step.interval", "1d");
  }
}
