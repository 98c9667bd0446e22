package io.tplus1.train;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Holds one training to its share of a core, and to its time. Owned by the training thread.
 *
 * <p>After its steps it sleeps as long as they took, times (1 − share) / share; not after each, for
 * a short sleep takes longer than it was asked to.
 */
public final class Throttle {
  private static final long LEAST_SLEEP_NANOS = 10_000_000;

  private final double share;
  private final long limitNanos;
  private final LongSupplier nanoClock;
  private final Sleeper sleeper;
  private final long startNanos;
  private long wokenNanos;

  /** Sleep that the steps since the last one are worth; less than nothing where it was long. */
  private long owedNanos;

  /** Lets a thread wait. */
  @FunctionalInterface
  public interface Sleeper {
    /** Waits on the calling thread. */
    void sleep(long nanos) throws InterruptedException;
  }

  /** A training took longer than it may. */
  static final class TimeLimitException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    TimeLimitException(String message) {
      super(message);
    }
  }

  /**
   * Begins now.
   *
   * @param share part of one core, above 0 and at most 1
   * @param limit longest training, sleeps included
   * @param nanoClock such as {@link System#nanoTime}; a replay's stands still, so that its training
   *     neither sleeps nor ends early
   */
  public Throttle(double share, Duration limit, LongSupplier nanoClock, Sleeper sleeper) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("a share in (0, 1] is needed, found " + share);
    }
    this.share = share;
    this.limitNanos = TimeUnit.NANOSECONDS.convert(limit);
    this.nanoClock = nanoClock;
    this.sleeper = sleeper;
    this.startNanos = nanoClock.getAsLong();
    this.wokenNanos = startNanos;
  }

  /**
   * Ends a step of the training: waits for the share's sake, though no longer than there is time.
   *
   * @throws CancellationException if the thread is interrupted
   * @throws IllegalStateException if the training's time is over
   */
  public void step() {
    long now = nanoClock.getAsLong();
    if (now - startNanos > limitNanos) {
      throw new TimeLimitException(
          "it took longer than retrain.time.limit, %d s: raise it%s, or lower the epochs, the steps or the network's size"
              .formatted(
                  Duration.ofNanos(limitNanos).toSeconds(),
                  share < 1 ? " or retrain.cpu.share, %s".formatted(share) : ""));
    }
    owedNanos += (long) ((now - wokenNanos) * (1 - share) / share);
    try {
      if (owedNanos >= LEAST_SLEEP_NANOS) {
        // Whoever slept on past the limit would be given up as one that hangs; the next step finds
        // the time over, and says what to set. If there is none, the training ends well.
        long leftNanos = limitNanos - (now - startNanos);
        sleeper.sleep(leftNanos < owedNanos ? leftNanos + 1 : owedNanos);
        long slept = nanoClock.getAsLong() - now;
        owedNanos = Math.max(-LEAST_SLEEP_NANOS, owedNanos - slept);
      } else if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the training was interrupted");
    }
    wokenNanos = nanoClock.getAsLong();
  }

  /** Time since the training began. */
  public Duration elapsed() {
    return Duration.ofNanos(nanoClock.getAsLong() - startNanos);
  }
}
