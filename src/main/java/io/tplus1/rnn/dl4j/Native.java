package io.tplus1.rnn.dl4j;

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
  static {
    Nd4j.getEnvironment().setMaxThreads(1);
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    Nd4j.getMemoryManager().togglePeriodicGc(false);
    // When memory runs out, DL4J else leaves a file in the working directory of whoever runs it.
    CrashReportingUtil.crashDumpsEnabled(false);
  }

  private Native() {}

  /** Returns when ND4J is ready; the first call takes a second or more. */
  static void start() {
    // The static initialiser has run.
  }
}
