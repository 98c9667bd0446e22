package io.tplus1.rnn.learn;

import java.util.Optional;

/**
 * Finds an arithmetic that this JVM may not have, through {@link java.util.ServiceLoader}: the
 * package that uses the incubating Vector API is compiled apart and never named by other code.
 *
 * <p>An implementation's constructor fails with a {@link LinkageError} where its JVM module is
 * absent, which is taken for "not here".
 */
public interface BatchArithmeticProvider {

  /** A new arithmetic for one learner; empty where this machine is unsuited to it. */
  Optional<BatchArithmetic> arithmetic();
}
