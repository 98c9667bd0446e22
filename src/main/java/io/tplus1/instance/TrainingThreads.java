package io.tplus1.instance;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs trainings one after another, each on a thread of its own, and beside one that was given up
 * and does not come back. Beside two such, the next waits until one of them does, or until it is
 * given up itself. Any thread.
 */
final class TrainingThreads implements Executor, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingThreads.class);

  private final Duration patience;
  private final Semaphore turn = new Semaphore(1);
  private final AtomicBoolean anotherRuns = new AtomicBoolean();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  /** Whether the log has said of whatever holds the turn that it does not come back. */
  private volatile boolean told;

  private volatile boolean closed;

  /**
   * @param patience how long a training waits for the one before it to come back
   */
  TrainingThreads(Duration patience) {
    this.patience = patience;
  }

  /** Begins a training; whoever does so has given up, or seen the end of, the one before. */
  // Nice 19 with the options of the launcher; Linux ignores priorities without them, and nothing's
  // correctness hangs on them.
  @Override
  @SuppressWarnings("ThreadPriorityCheck")
  public void execute(Runnable training) {
    if (closed) {
      throw new RejectedExecutionException("closed");
    }
    Thread thread = new Thread(() -> await(training), "training");
    thread.setDaemon(true);
    thread.setPriority(Thread.MIN_PRIORITY);
    threads.add(thread);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      // "unable to create native thread" is one, too; the forecasts go on without.
      threads.remove(thread);
      LOG.warn("A training is given up: {}", e.getMessage());
      throw new RejectedExecutionException(e.getMessage(), e);
    }
  }

  private void await(Runnable training) {
    try {
      while (!turn.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        if (training instanceof Future<?> future && future.isDone()) {
          return; // given up while it waited
        }
        if (anotherRuns.compareAndSet(false, true)) {
          if (!told) {
            told = true;
            LOG.warn(
                "A training that was given up has not come back yet; the next begins beside it. Until the former does, it holds memory and a core: should this last, restart this process when it suits");
          }
          runAndLeave(training, () -> anotherRuns.set(false));
          return;
        }
      }
      runAndLeave(
          training,
          () -> {
            turn.release();
            told = false;
          });
    } catch (InterruptedException e) {
      // Closed: what waits is dropped.
    } finally {
      threads.remove(Thread.currentThread());
    }
  }

  private static void runAndLeave(Runnable training, Runnable leave) {
    try {
      training.run();
    } finally {
      leave.run();
    }
  }

  /** Gives up what runs. */
  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }
}
