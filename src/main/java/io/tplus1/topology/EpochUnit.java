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

  /** In the year 2972: microseconds since 2 January 1971, taken for milliseconds, lie behind it. */
  private static final long FAR_MS = YEAR_MS * 1_000;

  private final TimeUnit unit;

  EpochUnit(TimeUnit unit) {
    this.unit = unit;
  }

  /**
   * What is wrong with a time that lies far from now, where that is its unit.
   *
   * @param time as it came, taken for epoch milliseconds
   * @param nowMs the clock, epoch milliseconds
   * @return for people, if the time taken in another unit lies within a year of the clock, or if it
   *     lies centuries ahead, where history in a finer unit would
   */
  static Optional<String> mistaken(long time, long nowMs) {
    long aheadMs = time - nowMs;
    if (Math.abs(aheadMs) < YEAR_MS) {
      return Optional.empty();
    }
    long from = time < FAR_MS ? nowMs - YEAR_MS : 0;
    return Arrays.stream(values())
        .filter(any -> (any == SECONDS) == (aheadMs < 0))
        .filter(any -> any.unit.toMillis(time) > from && any.unit.toMillis(time) < nowMs + YEAR_MS)
        .findFirst()
        .map(
            any ->
                "it looks like epoch %s, expected milliseconds"
                    .formatted(any.unit.name().toLowerCase(Locale.ROOT)));
  }
}
