package io.tplus1.topology;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Units that producers count time in by mistake, where milliseconds are expected. */
enum EpochUnit {
  SECONDS(TimeUnit.SECONDS),
  MICROSECONDS(TimeUnit.MICROSECONDS),
  NANOSECONDS(TimeUnit.NANOSECONDS);

  private static final long YEAR_MS = TimeUnit.DAYS.toMillis(366);

  private final TimeUnit unit;

  EpochUnit(TimeUnit unit) {
    this.unit = unit;
  }

  /**
   * What is wrong with a time that lies far from now, where that is its unit.
   *
   * @param time as it came, taken for epoch milliseconds
   * @param nowMs the clock, epoch milliseconds
   * @return for people, if the time taken in another unit lies within a year of the clock
   */
  static Optional<String> mistaken(long time, long nowMs) {
    return Arrays.stream(values())
        .filter(any -> Math.abs(any.unit.toMillis(time) - nowMs) < YEAR_MS)
        .findFirst()
        .map(
            any ->
                "it looks like epoch %s, expected milliseconds"
                    .formatted(any.unit.name().toLowerCase(Locale.ROOT)));
  }
}
