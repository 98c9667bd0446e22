package io.tplus1.rnn.kernel;

/** Which arithmetic a kernel is compiled for. */
public enum KernelKind {
  /** What is expected to be faster for the network on this machine. */
  AUTO,
  /** Plain loops, which any JVM runs. */
  PLAIN,
  /** The Vector API; needs {@code --add-modules jdk.incubator.vector}. */
  VECTOR
}
