package io.tplus1.ops;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Writes to clients, of which those that do not read are cut off: a full connection holds its
 * writer, and with it one of few threads, for as long as it stays open. Any thread.
 */
final class Writes {
  private static final Duration LONGEST = Duration.ofSeconds(15);

  /** Writes some bytes. */
  @FunctionalInterface
  interface Write {
    void run() throws IOException;
  }

  private final LongSupplier nanoClock;

  /** When the writes that are under way began, by their threads. */
  private final Map<Thread, Long> underWay = new HashMap<>();

  Writes(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Writes on the calling thread.
   *
   * @throws IOException if it fails, or is cut off
   */
  void run(Write write) throws IOException {
    synchronized (underWay) {
      underWay.put(Thread.currentThread(), nanoClock.getAsLong());
    }
    try {
      write.run();
    } finally {
      synchronized (underWay) {
        underWay.remove(Thread.currentThread());
        // What was meant for this write must not meet the thread's next work.
        Thread.interrupted();
      }
    }
  }

  /** Cuts off the writes that have taken too long: an interrupt closes their connections. */
  void cutOffStuck() {
    long now = nanoClock.getAsLong();
    synchronized (underWay) {
      underWay.forEach(
          (thread, since) -> {
            if (now - since > LONGEST.toNanos()) {
              thread.interrupt();
            }
          });
    }
  }
}
