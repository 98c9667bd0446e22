package io.tplus1.rnn.learn;

import io.tplus1.rnn.kernel.KernelKind;
import java.util.Iterator;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Chooses the arithmetic of a learner. */
final class Arithmetics {
  private Arithmetics() {}

  /**
   * @throws IllegalStateException if {@code kind} is {@code VECTOR} and this JVM offers no vectors
   */
  static BatchArithmetic of(KernelKind kind) {
    if (kind == KernelKind.PLAIN) {
      return new PlainBatchArithmetic();
    }
    Optional<BatchArithmetic> vector = vector();
    if (vector.isEmpty() && kind == KernelKind.VECTOR) {
      throw new IllegalStateException(
          "no vector arithmetic here: it needs --add-modules jdk.incubator.vector and a CPU with"
              + " vectors of at least 128 bits that the JVM uses");
    }
    return vector.orElseGet(PlainBatchArithmetic::new);
  }

  private static Optional<BatchArithmetic> vector() {
    try {
      Iterator<BatchArithmeticProvider> providers =
          ServiceLoader.load(BatchArithmeticProvider.class, Arithmetics.class.getClassLoader())
              .iterator();
      return providers.hasNext() ? providers.next().arithmetic() : Optional.empty();
    } catch (ServiceConfigurationError | LinkageError e) {
      return Optional.empty();
    }
  }
}
