package io.tplus1.rnn.proof;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds known outputs that are smaller than 1 by their own size, which their unit has made: what is
 * within {@link Certificate#TOLERANCE} of 1 may be all of a return, or of a farad.
 *
 * <p>Where an output is small as it cancels, float32 alone makes more than that of it. So, as in
 * {@link Agreement}, a pass in doubles decides, and what that loses in float32 is granted: more of
 * it than there, since an output that is known to that much only is small; but not so much that
 * other columns, or zeros, would do.
 *
 * <p>A probability has no unit, and is not held so: 1 is its size.
 */
public final class SmallOutputs {
  private static final Logger LOG = LoggerFactory.getLogger(SmallOutputs.class);

  /**
   * Times a loss that are granted. What cancels shows other libraries' functions more than the rest
   * does (TensorFlow's own tanh is off by several units in the last place), and a column of a few
   * windows shows less of its losses.
   */
  private static final int MARGIN = 16;

  private static final int PASSES = 8;

  /** Most of a column's size that is put down to float32. */
  private static final double MOST = 0.05;

  /** The same where nothing tells: of networks that DL4J alone runs, which gave these outputs. */
  private static final double MOST_UNTOLD = 0.01;

  /** Sizes in parts of the unit that are 0 to some: those of numbers that processors cut to it. */
  private static final double FLUSHED = Float.MIN_NORMAL / Certificate.TOLERANCE;

  /**
   * A column of what a model puts out.
   *
   * @param zero what its size is counted from
   * @param unit size from which on {@link Agreement} has decided; 0 of a probability
   * @param rounding part of a difference that is none
   */
  public record Column(double zero, double unit, double rounding) {}

  /** A model in doubles. */
  public interface Pass {
    /**
     * What it makes of a window.
     *
     * @param noise rounds everything to float32, up or down; empty for nothing
     */
    double[] of(float[][] window, Optional<Random> noise);
  }

  private final List<Column> columns;
  private final double[] sizes;

  private SmallOutputs(List<Column> columns, List<Agreement.Outputs> windows) {
    this.columns = columns;
    sizes = new double[columns.size()];
    Arrays.setAll(sizes, c -> FLUSHED * columns.get(c).unit);
    for (Agreement.Outputs outputs : windows) {
      widen(outputs.expected());
      outputs.found().forEach(this::widen);
    }
  }

  private void widen(float[] outputs) {
    for (int i = 0; i < outputs.length; i++) {
      int c = i % sizes.length;
      double size = Math.abs(outputs[i] - columns.get(c).zero);
      sizes[c] = Math.max(sizes[c], Double.isFinite(size) ? size : 0);
    }
  }

  /**
   * What agrees by a size of 1, held by its own size.
   *
   * @param found by a size of 1; it stands unless another model is found here
   * @param pass empty where nothing computes the network in doubles
   */
  public static Agreement.Result bySize(
      Agreement.Result found,
      List<Column> columns,
      List<Agreement.Outputs> windows,
      Optional<Pass> pass) {
    OptionalDouble error = found.agrees() ? error(columns, windows, pass) : OptionalDouble.empty();
    return error.isPresent()
        ? new Agreement.Result(error.getAsDouble(), Certificate.TOLERANCE)
        : found;
  }

  /** Largest error of a column by its own size that float32 does not make; empty without one. */
  private static OptionalDouble error(
      List<Column> columns, List<Agreement.Outputs> windows, Optional<Pass> pass) {
    SmallOutputs small = new SmallOutputs(columns, windows);
    List<Agreement.Outputs> apart =
        windows.stream()
            .filter(outputs -> small.error(outputs) > Certificate.TOLERANCE)
            .sorted(Comparator.<Agreement.Outputs>comparingDouble(small::error).reversed())
            .limit(Agreement.EXACT_WINDOWS)
            .toList();
    double most = apart.isEmpty() ? 0 : small.error(apart.get(0));
    // Each of two may be off by all that is granted.
    if (most > 2 * MOST || (pass.isEmpty() && most > MOST_UNTOLD)) {
      return OptionalDouble.of(most);
    }
    return apart.isEmpty() || pass.isEmpty()
        ? OptionalDouble.empty()
        : small.errorOf(apart, pass.get());
  }

  private OptionalDouble errorOf(List<Agreement.Outputs> apart, Pass pass) {
    LOG.info(
        "Small known outputs differ by {} of their size: {} windows are computed in doubles, which takes minutes where the network is large",
        error(apart.get(0)),
        apart.size());
    double[] errors = new double[sizes.length];
    double[] losses = new double[sizes.length];
    for (int w = 0; w < apart.size(); w++) {
      Agreement.Outputs outputs = apart.get(w);
      double[] exact = pass.of(outputs.window(), Optional.empty());
      outputs.found().forEach(found -> widen(errors, exact, Agreement.doubles(found)));
      widen(errors, exact, Agreement.doubles(outputs.expected()));
      for (int n = 0; n < PASSES && w < Agreement.ROUNDED_WINDOWS; n++) {
        Random random = new Random(Agreement.SEED + (long) w * PASSES + n);
        widen(losses, exact, pass.of(outputs.window(), Optional.of(random)));
      }
    }
    double worst = 0;
    for (int c = 0; c < errors.length; c++) {
      double granted = Math.min(MARGIN * losses[c], MOST);
      worst = Math.max(worst, errors[c] > Math.max(granted, Certificate.TOLERANCE) ? errors[c] : 0);
    }
    return worst > 0 ? OptionalDouble.of(worst) : OptionalDouble.empty();
  }

  private double error(Agreement.Outputs outputs) {
    double[] errors = new double[sizes.length];
    double[] expected = Agreement.doubles(outputs.expected());
    outputs.found().forEach(found -> widen(errors, expected, Agreement.doubles(found)));
    return Arrays.stream(errors).max().orElse(0);
  }

  private void widen(double[] most, double[] exact, double[] found) {
    for (int i = 0; i < exact.length; i++) {
      int c = i % sizes.length;
      Column column = columns.get(c);
      if (sizes[c] < column.unit) {
        double error = Math.max(0, Math.abs(found[i] - exact[i]) - column.rounding) / sizes[c];
        most[c] = Math.max(most[c], Double.isFinite(error) ? error : Double.MAX_VALUE);
      }
    }
  }
}
