package io.tplus1;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts the seconds of a run, of which each is told once it is over. Those over which the process
 * was stopped, or kept busy, are not told one by one afterwards. For one thread.
 */
final class Seconds {
  private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanoClock;
  private final long startNanos;
  private final long lengthNanos;
  private long second;
  private long toldNanos;

  /**
   * Begins now.
   *
   * @param length of the run; empty for no end
   * @param nanoClock such as {@link System#nanoTime}
   */
  Seconds(Optional<Duration> length, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
    this.lengthNanos = length.map(TimeUnit.NANOSECONDS::convert).orElse(Long.MAX_VALUE);
  }

  private long elapsed() {
    return nanoClock.getAsLong() - startNanos;
  }

  /** When the run began, as the clock has it. */
  long startNanos() {
    return startNanos;
  }

  /** Begins another second; false if the run is over. */
  boolean begin() {
    long elapsed = elapsed();
    second = Math.max(second, elapsed / NANOS) + 1;
    return elapsed < lengthNanos;
  }

  /** Whether the second that began is over, or the run. */
  boolean isOver() {
    return elapsed() >= Math.min(lengthNanos, second * NANOS);
  }

  /**
   * Ends the second.
   *
   * @return seconds since the one before was ended, or since the run began
   */
  double end() {
    long elapsed = elapsed();
    second = Math.max(second, elapsed / NANOS);
    long passed = Math.max(1, elapsed - toldNanos);
    toldNanos = elapsed;
    return passed / (double) NANOS;
  }

  /** The second that was ended last, from 1. */
  long number() {
    return second;
  }
}
