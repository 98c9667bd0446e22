package io.tplus1.ops;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches for a clock that is set back. Kafka Streams commit by the clock, and consumers send their
 * heartbeats by it: neither does before it is again where it was. Any thread.
 */
final class ClockWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

  /** Less ends no session. */
  private static final long UNHEARD_MS = 5_000;

  private final LongSupplier clock;
  private final AtomicLong newestMs = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong toldMs = new AtomicLong(Long.MIN_VALUE);

  /**
   * @param clock epoch milliseconds
   */
  ClockWatch(LongSupplier clock) {
    this.clock = clock;
  }

  /** Looks at the clock; to be called once a second. */
  void look() {
    long behindMs = behindMs();
    long newest = newestMs.get();
    if (behindMs > UNHEARD_MS && toldMs.getAndSet(newest) != newest) {
      LOG.warn(
          "The clock was set back by {} s: until it is again where it was, nothing is committed, and brokers may take this instance for gone. If that is long, start it anew",
          behindMs / 1_000);
    }
  }

  /** How far the clock is behind where it was, in ms. */
  long behindMs() {
    long nowMs = clock.getAsLong();
    return newestMs.accumulateAndGet(nowMs, Math::max) - nowMs;
  }

  /** The same in whole seconds. */
  long behindSeconds() {
    return behindMs() / 1_000;
  }
}
