package io.tplus1.rnn.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The plain kernel's quick tanh, whose powers may overflow, against one that clamps always. */
class PlainOverflowTest {
  private static final int LONGEST = 12;

  @Property(tries = 3000, seed = "20261128")
  void forward_inputsOfAnySize_isWhatClampingGivesBitForBit(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 37) int power) {
    RandomNetworks draw = new RandomNetworks(seed);
    Network network = seed % 2 == 0 ? draw.network() : draw.unmasked();
    int steps = draw.steps(network);
    float[] window = draw.window(network, steps);
    int large = steps / 2 * network.inputs();
    for (int i = large; i < large + network.inputs(); i++) {
      window[i] *= (float) Math.pow(10, power);
    }
    Kernel quick = Kernels.compile(network, LONGEST, KernelKind.PLAIN);
    int longest = network.steps() == Shape.ANY_STEPS ? LONGEST : network.steps();
    Kernel clamped = new CompiledKernel(network, longest, new Clamped(new PlainArithmetic(true)));

    assertThat(run(quick, window, steps)).isEqualTo(run(clamped, window, steps));
  }

  private static float[] run(Kernel kernel, float[] window, int steps) {
    float[] output = new float[kernel.outputs()];
    kernel.forward(window, 0, steps, kernel.newScratch(), output);
    return output;
  }

  /** Has no quicker form. */
  private record Clamped(Arithmetic plain) implements Arithmetic {
    @Override
    public String version() {
      return plain.version();
    }

    @Override
    public int padded(int units) {
      return plain.padded(units);
    }

    @Override
    public Matrix matrix(int rows, int columns, float[] values) {
      return plain.matrix(rows, columns, values);
    }

    @Override
    public Projection projection(int rows, int columns, float[] values, float[] bias) {
      return plain.projection(rows, columns, values, bias);
    }

    @Override
    public void activate(ActivationFunction function, float[] values, int from, int to) {
      plain.activate(function, values, from, to);
    }

    @Override
    public void lstm(
        float[] gates, int units, float scale, float shift, float[] c, float[] h, float[][] work) {
      plain.lstm(gates, units, scale, shift, c, h, work);
    }

    @Override
    public void gruResetAfter(
        float[] gates,
        int units,
        float scale,
        float shift,
        float[] x,
        int at,
        float[] candidate,
        float[][] work) {
      plain.gruResetAfter(gates, units, scale, shift, x, at, candidate, work);
    }

    @Override
    public void gruResetBefore(
        float[] gates, int units, float scale, float shift, float[] h, float[] out) {
      plain.gruResetBefore(gates, units, scale, shift, h, out);
    }

    @Override
    public void gruOutput(
        float[] gates, int units, float scale, float shift, float[] candidate, float[] h) {
      plain.gruOutput(gates, units, scale, shift, candidate, h);
    }
  }
}
