package io.tplus1.ops;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done again and again beside the streams, on threads that hold up no end. Any thread. */
final class Ticks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ticks.class);

  private final ScheduledExecutorService threads;

  /**
   * Does nothing yet.
   *
   * @param threads how many things are done at once at most
   */
  Ticks(int threads) {
    this.threads = Executors.newScheduledThreadPool(threads, DaemonThreads.named("operations"));
  }

  /** Where others schedule what they do. */
  ScheduledExecutorService threads() {
    return threads;
  }

  /**
   * Does something at a fixed rate, and makes up for times that were missed, as while the process
   * stood still.
   */
  void every(long millis, Runnable task) {
    var unused = threads.scheduleAtFixedRate(lasting(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Does something again and again, so long after it was done; no time is made up for. */
  void withRests(long millis, Runnable task) {
    var unused =
        threads.scheduleWithFixedDelay(lasting(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** A time that fails is logged, and the next one comes. */
  private static Runnable lasting(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        LOG.warn("What watches the instance failed once; it goes on", e);
      }
    };
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
