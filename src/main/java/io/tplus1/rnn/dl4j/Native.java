package io.tplus1.rnn.dl4j;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.deeplearning4j.util.CrashReportingUtil;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J's settings, made once, before its first operation.
 *
 * <p>With two OpenMP threads on two busy cores an LSTM batch took 117–208 ms that takes 20 ms with
 * one: so each operation has one thread. ND4J also calls {@code System.gc()} from time to time,
 * which would stop the stream threads beside a training: that is off, and workspaces, which
 * training uses, do not need it.
 */
final class Native {
  private static final FutureTask<Void> START = new FutureTask<>(Native::settle, null);

  private Native() {}

  private static void settle() {
    // What an operation uses; setMaxThreads changes nothing in this version of ND4J.
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    Nd4j.getMemoryManager().togglePeriodicGc(false);
    // When memory runs out, DL4J else leaves a file in the working directory of whoever runs it.
    CrashReportingUtil.crashDumpsEnabled(false);
  }

  /**
   * Returns when ND4J is ready; the first call takes a second or more, and is not interrupted.
   *
   * <p>It starts on a thread of its own: ND4J unpacks its libraries under a file lock, which an
   * interrupted thread, such as that of a training that was given up, does not get. And a class
   * whose initialiser has failed once stays unusable until the process ends.
   *
   * @throws Nd4jUnavailableException if ND4J cannot start, each time
   */
  static void start() {
    if (!START.isDone()) {
      Thread starter = new Thread(START, "nd4j");
      starter.setDaemon(true);
      starter.start();
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          START.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw new Nd4jUnavailableException(root(e));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Throwable root(Throwable failure) {
    return failure.getCause() == null ? failure : root(failure.getCause());
  }
}
