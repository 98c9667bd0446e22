package io.tplus1.rnn.learn.vector;

import io.tplus1.rnn.kernel.Arithmetic;
import io.tplus1.rnn.kernel.KernelProvider;
import io.tplus1.rnn.learn.BatchArithmetic;
import io.tplus1.rnn.learn.BatchArithmeticProvider;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import jdk.incubator.vector.FloatVector;

/** Offers vectors where the kernels have them, and activates with theirs. */
public final class VectorBatchProvider implements BatchArithmeticProvider {
  private final Optional<Arithmetic> kernels;

  /**
   * Touches the Vector API.
   *
   * @throws LinkageError where its module is absent
   */
  public VectorBatchProvider() {
    kernels =
        FloatVector.SPECIES_PREFERRED.length() < 4
            ? Optional.empty()
            : ServiceLoader.load(KernelProvider.class, getClass().getClassLoader())
                .findFirst()
                .map(KernelProvider::arithmetic)
                .filter(Objects::nonNull);
  }

  @Override
  public Optional<BatchArithmetic> arithmetic() {
    return kernels.map(VectorBatchArithmetic::new);
  }
}
