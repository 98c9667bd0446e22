package io.tplus1.rnn.proof;

import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.function.DoubleUnaryOperator;

/** {@link ReferenceNetwork} in the place of a kernel, to see what a model makes of its outputs. */
public final class ReferenceKernel implements Kernel {
  private final Network network;
  private final DoubleUnaryOperator rounding;

  /**
   * @param steps of the longest window
   * @param rounding as {@link ReferenceNetwork}'s
   */
  public ReferenceKernel(Network network, int steps, DoubleUnaryOperator rounding) {
    this.network = network.ofSteps(steps);
    this.rounding = rounding;
  }

  @Override
  public int inputs() {
    return network.inputs();
  }

  @Override
  public int outputs() {
    Shape output = network.output();
    return Math.max(1, output.steps()) * output.width();
  }

  @Override
  public String name() {
    return "doubles";
  }

  @Override
  public Scratch newScratch() {
    return new Nothing();
  }

  @Override
  public void forward(float[] window, int offset, int steps, Scratch scratch, float[] output) {
    double[][] rows = new double[steps][];
    for (int s = 0; s < steps; s++) {
      rows[s] = new double[inputs()];
      for (int i = 0; i < rows[s].length; i++) {
        rows[s][i] = window[offset + s * rows[s].length + i];
      }
    }
    double[] exact = ReferenceNetwork.forward(network, rows, rounding);
    for (int i = 0; i < exact.length; i++) {
      output[i] = (float) exact[i];
    }
  }

  private record Nothing() implements Scratch {}
}
