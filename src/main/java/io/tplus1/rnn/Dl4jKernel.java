package io.tplus1.rnn;

import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.network.Shape;
import java.util.Arrays;

/**
 * DL4J in the place of a kernel, for networks that no kernel computes. Against the contract of
 * kernels it allocates, and its callers wait for each other.
 *
 * <p>DL4J loses the mask of padded steps within bidirectional layers. So a short window is given to
 * it as it is, and padded only where the network wants a fixed number of steps. Where there is a
 * row for each step, those of a short window stand at the end of the output, behind zeros.
 */
final class Dl4jKernel implements Kernel {
  static final String NAME = "dl4j";

  private final Dl4jNetwork network;
  private final int maxSteps;
  private final Shape output;

  /** Runs the network once, to learn the shape of its output. */
  Dl4jKernel(Dl4jNetwork network, int maxSteps) {
    this.network = network;
    this.maxSteps = maxSteps;
    this.output = network.outputShape(maxSteps);
  }

  @Override
  public int inputs() {
    return network.inputs();
  }

  /** Shape of what a full window gives. */
  Shape output() {
    return output;
  }

  @Override
  public int outputs() {
    return Math.max(1, output.steps()) * output.width();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Scratch newScratch() {
    return new Padded(new float[maxSteps * inputs()]);
  }

  @Override
  public void forward(float[] window, int offset, int steps, Scratch scratch, float[] output) {
    if (network.readsAnySteps()) {
      float[] present = Arrays.copyOfRange(window, offset, offset + steps * inputs());
      float[] values = network.output(present, new int[] {steps}, steps);
      int absent = outputs() - values.length;
      Arrays.fill(output, 0, absent, 0f);
      System.arraycopy(values, 0, output, absent, values.length);
      return;
    }
    float[] padded = ((Padded) scratch).window;
    int padding = (maxSteps - steps) * inputs();
    Arrays.fill(padded, 0, padding, 0f);
    System.arraycopy(window, offset, padded, padding, steps * inputs());
    float[] out = network.output(padded, new int[] {steps}, maxSteps);
    System.arraycopy(out, 0, output, 0, out.length);
  }

  private record Padded(float[] window) implements Scratch {}
}
