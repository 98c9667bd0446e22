package io.tplus1.rnn.kernel.vector;

import io.tplus1.rnn.kernel.Arithmetic;
import io.tplus1.rnn.kernel.KernelProvider;
import jdk.incubator.vector.FloatVector;

/** Offers vectors where the CPU has at least four lanes. */
public final class VectorKernelProvider implements KernelProvider {
  private final boolean suited;

  /**
   * Touches the Vector API.
   *
   * @throws LinkageError where its module is absent
   */
  public VectorKernelProvider() {
    suited = FloatVector.SPECIES_PREFERRED.length() >= 4;
  }

  @Override
  public Arithmetic arithmetic() {
    return suited ? new VectorArithmetic() : null;
  }
}
