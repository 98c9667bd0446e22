package io.tplus1.rnn.proof;

import io.tplus1.rnn.network.Network;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far two ways of computing a network lie from each other, and how much of that float32 makes.
 *
 * <p>A difference counts by the size of its column, which is its largest value over the windows, 1
 * at least: what cancels to almost nothing has the rounding of what it was made of. Known outputs
 * that their unit makes small are held by {@link SmallOutputs}, too.
 *
 * <p>Some networks, such as those of relu in raw units, make more of a rounding than {@link
 * Certificate#TOLERANCE}, so that no two implementations in float32 agree within it. Where a
 * difference is that large, both outputs are held against the same pass in doubles instead, within
 * {@value #MARGIN} times what that pass loses when everything in it is rounded to float32, at
 * random up or down (Monte Carlo arithmetic: Parker, Pierce, Eggert 2000). Never more than {@link
 * Certificate#MOST_TOLERANCE} is granted, however badly a network is conditioned: a wrong gate,
 * activation or weight is to be seen.
 */
public final class Agreement {
  private static final Logger LOG = LoggerFactory.getLogger(Agreement.class);

  /** Other orders of sums, and functions that are off by some units in the last place. */
  private static final int MARGIN = 4;

  private static final int PASSES = 4;

  /** Windows that are computed in doubles: those of the largest differences. */
  static final int EXACT_WINDOWS = 64;

  /** Of these the first, which are computed that often. */
  static final int ROUNDED_WINDOWS = 4;

  static final long SEED = 1;

  /**
   * Outputs of one window.
   *
   * @param window {@code float[steps][inputs]}, as the network reads it
   * @param found one of each kernel
   */
  public record Outputs(float[][] window, List<float[]> found, float[] expected) {}

  /**
   * The column that is worst by its tolerance.
   *
   * @param error largest difference, by the column's size
   * @param tolerance what is granted to it
   */
  public record Result(double error, double tolerance) {
    static final Result NONE = new Result(0, Certificate.TOLERANCE);

    boolean agrees() {
      return error <= tolerance;
    }

    /** The one that is worse by its tolerance. */
    static Result worse(Result a, Result b) {
      return a.error / a.tolerance >= b.error / b.tolerance ? a : b;
    }
  }

  private final int columns;
  private final double[] sizes;

  private Agreement(int columns, List<Outputs> windows) {
    this.columns = columns;
    sizes = new double[columns];
    Arrays.fill(sizes, 1);
    for (Outputs outputs : windows) {
      for (int i = 0; i < outputs.expected.length; i++) {
        double size = Math.abs(outputs.expected[i]);
        sizes[i % columns] = Math.max(sizes[i % columns], Double.isFinite(size) ? size : 0);
      }
    }
  }

  static Result of(Network network, List<Outputs> windows) {
    Agreement agreement = new Agreement(network.output().width(), windows);
    double worst = agreement.worst(windows);
    // Each of two may be off by all that is granted.
    return worst <= Certificate.TOLERANCE || worst > 2 * Certificate.MOST_TOLERANCE
        ? new Result(worst, Certificate.TOLERANCE)
        : agreement.againstDoubles(network, windows);
  }

  /** Largest difference of outputs that have so many columns, whatever makes it. */
  static double error(int columns, List<Outputs> windows) {
    return new Agreement(columns, windows).worst(windows);
  }

  private double worst(List<Outputs> windows) {
    return windows.stream().mapToDouble(this::error).max().orElse(0);
  }

  /** What the network makes of a window in doubles, rounded at its end. */
  static float[] inDoubles(Network network, float[][] window) {
    double[] exact = ReferenceNetwork.forward(network, doubles(window));
    float[] output = new float[exact.length];
    for (int i = 0; i < output.length; i++) {
      output[i] = (float) exact[i];
    }
    return output;
  }

  private double error(Outputs outputs) {
    return outputs.found.stream()
        .mapToDouble(found -> error(found, outputs.expected))
        .max()
        .orElse(0);
  }

  private double error(float[] found, float[] expected) {
    if (found.length != expected.length) {
      return Double.MAX_VALUE;
    }
    double max = 0;
    for (int i = 0; i < found.length; i++) {
      max = Math.max(max, difference(found[i], expected[i]) / sizes[i % columns]);
    }
    return max;
  }

  /**
   * How far two outputs lie apart. Where both are more than a float holds nothing does: whether
   * that is Infinity or NaN is of the order of sums.
   */
  private static double difference(double a, double b) {
    boolean finite = Float.isFinite((float) a);
    if (finite != Float.isFinite((float) b)) {
      return Double.MAX_VALUE;
    }
    return finite ? Math.abs(a - b) : 0;
  }

  private Result againstDoubles(Network network, List<Outputs> windows) {
    List<Outputs> apart =
        windows.stream()
            .filter(outputs -> error(outputs) > Certificate.TOLERANCE)
            .sorted(Comparator.<Outputs>comparingDouble(this::error).reversed())
            .limit(EXACT_WINDOWS)
            .toList();
    LOG.info(
        "Outputs differ by {} on windows of {} steps: {} are computed in doubles, which takes minutes where the network is large",
        error(apart.get(0)),
        apart.get(0).window.length,
        apart.size());
    double[] errors = new double[columns];
    double[] losses = new double[columns];
    for (int w = 0; w < apart.size(); w++) {
      double[][] window = doubles(apart.get(w).window);
      double[] exact = ReferenceNetwork.forward(network, window);
      apart.get(w).found.forEach(found -> widen(errors, exact, doubles(found)));
      widen(errors, exact, doubles(apart.get(w).expected));
      for (int pass = 0; pass < PASSES && w < ROUNDED_WINDOWS; pass++) {
        DoubleUnaryOperator rounding = randomly(new Random(SEED + (long) w * PASSES + pass));
        widen(losses, exact, ReferenceNetwork.forward(network, window, rounding));
      }
    }
    Result worst = Result.NONE;
    for (int c = 0; c < columns; c++) {
      worst = Result.worse(new Result(errors[c], Certificate.tolerance(MARGIN * losses[c])), worst);
    }
    return worst;
  }

  private void widen(double[] most, double[] exact, double[] found) {
    for (int i = 0; i < exact.length; i++) {
      double error = difference(found[i], exact[i]) / sizes[i % columns];
      most[i % columns] = Math.max(most[i % columns], error);
    }
  }

  /** Rounds to float32, at random up or down. */
  public static DoubleUnaryOperator randomly(Random random) {
    return value -> (float) (value + Math.ulp((float) value) * (random.nextDouble() - 0.5));
  }

  static double[][] doubles(float[][] rows) {
    return Arrays.stream(rows).map(Agreement::doubles).toArray(double[][]::new);
  }

  public static double[] doubles(float[] values) {
    double[] out = new double[values.length];
    Arrays.setAll(out, i -> values[i]);
    return out;
  }
}
