package io.tplus1.rnn.kernel;

/**
 * Finds an arithmetic that this JVM may not have, through {@link java.util.ServiceLoader}: the
 * package that uses the incubating Vector API is compiled apart and never named by other code.
 *
 * <p>An implementation's constructor fails with a {@link LinkageError} where its JVM module is
 * absent; {@link Kernels} takes that for "not here".
 */
public interface KernelProvider {

  /** A new arithmetic for one kernel, or null where this machine is unsuited to it. */
  Arithmetic arithmetic();
}
