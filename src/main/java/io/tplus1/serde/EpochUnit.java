package io.tplus1.serde;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Units that producers count time in by mistake, where milliseconds are expected. */
public enum EpochUnit {
  SECONDS(TimeUnit.SECONDS),
  MICROSECONDS(TimeUnit.MICROSECONDS),
  NANOSECONDS(TimeUnit.NANOSECONDS);

  private static final long YEAR_MS = TimeUnit.DAYS.toMillis(366);

  /**
   * A day into the year 10000: what lies before it may be meant so, as {@code 9999-12-31} is, in
   * whatever zone, where there is no end. Microseconds since 1978, taken for milliseconds, lie
   * behind it.
   */
  private static final long FAR_MS = 253_402_387_200_000L;

  /** Seconds since September 2001, taken for milliseconds, lie in 12 to 21 January 1970. */
  private static final long BILLION_SECONDS_MS = 1_000_000_000_000L;

  private final TimeUnit unit;

  EpochUnit(TimeUnit unit) {
    this.unit = unit;
  }

  /**
   * What is wrong with a time that lies far from now, where that is its unit.
   *
   * @param time as it came, taken for epoch milliseconds
   * @param nowMs the clock, epoch milliseconds
   * @return for people, if the time taken in another unit lies within a year of the clock, or
   *     anywhere before it: in seconds since September 2001, or in a finer unit where as it came it
   *     lies behind the year 9999
   */
  public static Optional<String> mistaken(long time, long nowMs) {
    long aheadMs = time - nowMs;
    if (Math.abs(aheadMs) < YEAR_MS) {
      return Optional.empty();
    }
    long from = aheadMs < 0 ? BILLION_SECONDS_MS : time < FAR_MS ? nowMs - YEAR_MS : 0;
    return Arrays.stream(values())
        .filter(any -> (any == SECONDS) == (aheadMs < 0))
        .filter(any -> any.unit.toMillis(time) >= from && any.unit.toMillis(time) < nowMs + YEAR_MS)
        .findFirst()
        .map(
            any ->
                "it looks like epoch %s, expected milliseconds"
                    .formatted(any.unit.name().toLowerCase(Locale.ROOT)));
  }
}
