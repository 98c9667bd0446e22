package io.tplus1.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestTimeoutTest {
  /** Another broker can be asked, and one that takes three seconds is well. */
  @ParameterizedTest
  @CsvSource({"1, 1000", "5, 4000", "12, 4000", "30, 10000", "90, 30000", "600, 30000"})
  void set_noneOfTheUser_isAPartOfTheCallers(int timeoutSeconds, int requestMs) {
    assertThat(set(Map.of(), timeoutSeconds)).isEqualTo(requestMs);
  }

  @ParameterizedTest
  @CsvSource({"2000, 30, 2000", "25000, 30, 25000", "40000, 30, 30000"})
  void set_oneOfTheUser_standsWithinTheCallers(String ownMs, int timeoutSeconds, int requestMs) {
    assertThat(set(Map.of("request.timeout.ms", ownMs), timeoutSeconds)).isEqualTo(requestMs);
  }

  @Test
  void set_timeWithoutEnd_isWhatKafkaCanCount() {
    assertThat(RequestTimeout.milliseconds(Duration.ofDays(1_000))).isEqualTo(Integer.MAX_VALUE);
  }

  private static Object set(Map<String, Object> own, int timeoutSeconds) {
    Map<String, Object> settings = new HashMap<>(own);
    RequestTimeout.set(settings, Duration.ofSeconds(timeoutSeconds));
    return settings.get("request.timeout.ms");
  }
}
