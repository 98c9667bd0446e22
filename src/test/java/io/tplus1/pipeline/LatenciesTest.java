package io.tplus1.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatenciesTest {
  @ParameterizedTest
  @CsvSource({
    // records a second before and now, compiling cores, forecasts that came, fewest, settled
    "45000, 45000, 0, 2400000, 2400000, true",
    "45000, 47000, 0.05, 2400000, 2400000, true",
    "45000, 45000, 0, 2399999, 2400000, false",
    "45000, 45000, 0, 1, 0, true",
    "45000, 48000, 0, 2400000, 2400000, false",
    "45000, 45000, 0.2, 2400000, 2400000, false",
    "0, 45000, 0, 2400000, 2400000, false"
  })
  void isSettled_twoSpans_areComparedOnceWindowsAreWhole(
      double before, double now, double compilers, long arrived, long fewest, boolean settled) {
    assertThat(Latencies.isSettled(before, now, compilers, arrived >= fewest)).isEqualTo(settled);
  }
}
