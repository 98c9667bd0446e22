package io.tplus1.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeterTest {
  private static final long MS = 1_000_000;

  /** Readings of six seconds; CPU per record and what compilers take, in each half. */
  @ParameterizedTest
  @CsvSource({
    // micros before and after, compiling cores before and after, records a second, length, settled
    "10, 10, 0, 0, 1000, 6000, true",
    "10, 10.3, 0, 0, 1000, 6000, true",
    "10, 9.7, 0, 0, 1000, 6000, true",
    "10, 10.5, 0, 0, 1000, 6000, false",
    "10, 9.5, 0, 0, 1000, 6000, false",
    "10, 10, 1, 0, 1000, 6000, true",
    "10, 10, 0, 0.05, 1000, 6000, true",
    "10, 10, 0, 0.2, 1000, 6000, false",
    "10, 10, 0, 0, 0, 6000, false",
    "10, 10, 0, 0, 1000, 5000, false"
  })
  void isSettled_costsOfTwoSpans_areCompared(
      double microsBefore,
      double microsAfter,
      double compilingBefore,
      double compilingAfter,
      int rate,
      int lengthMs,
      boolean settled) {
    Deque<Meter.Reading> readings = new ArrayDeque<>();
    double cpuNanos = 0;
    double compiledMs = 0;
    double records = 0;
    for (int ms = 0; ms <= lengthMs; ms += 100) {
      readings.addLast(
          new Meter.Reading(ms * MS, records, cpuNanos, 0, 0, 0, 0, compiledMs, Map.of()));
      boolean early = ms < 3000;
      records += rate / 10.0;
      cpuNanos += rate / 10.0 * 1000 * (early ? microsBefore : microsAfter);
      compiledMs += 100 * (early ? compilingBefore : compilingAfter);
    }

    assertThat(Meter.isSettled(readings)).isEqualTo(settled);
  }
}
