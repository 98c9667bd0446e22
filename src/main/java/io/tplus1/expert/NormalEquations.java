package io.tplus1.expert;

import io.tplus1.score.EarlyRows;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Running sums of a linear regression with intercept, and their solution by ridge. For one thread.
 *
 * <p>Rows are weighted by λ per later row (exponential forgetting). Instead of shrinking the sums
 * at each row, the unit grows in which rows are added; it is taken out again before it overflows.
 *
 * <p>One row cannot take the sums over: where the squares of its inputs, or of an output, are more
 * than {@value #MOST} times their means so far, it weighs that much less, as leverage weights do in
 * robust regression (Mallows 1975). The bound depends on no unit. A giant among the first rows has
 * nothing to be measured by, and fades when others follow ({@link EarlyRows}).
 */
final class NormalEquations {
  /** Most that a row's mean square may be of the mean, before it weighs less. */
  static final double MOST = 100;

  /** Most that one error counts, in units of the mean size of errors. */
  private static final double MOST_ERROR = 10;

  /** Rows for each input from which on a solution is not bounded by what was seen. */
  private static final int ENOUGH_ROWS = 2;

  /**
   * Share of the rows that forgetting leaves in the end, from which on a solution is not bounded
   * either: where memory is short, there are never enough for each input.
   */
  private static final double ENOUGH_PART = 0.8;

  /** Root mean squares of an output that a forecast may go in any case. */
  private static final double FAR = 30;

  private static final double LARGEST_UNIT = 1e30;

  /** Least square that a float holds with three digits; of smaller ones a fit is noise. */
  private static final double LEAST_FLOAT = 1000 * Float.MIN_VALUE;

  /**
   * Share of an input's mean square by which sums err that {@link #store} rounds at each row. Where
   * an input's mean is far above its spread, that is more than the variance, and what is left of it
   * is noise.
   */
  static final double FLOAT_ROUNDING = 1e-5;

  /** Roundings of a trend err to one side: more rows than these err more in proportion. */
  private static final double ROUNDED_ROWS = 1000;

  private final int inputs;
  private final int outputs;
  private final double forgetting;
  private final double rounding;
  private final double[] gram;
  private final double[] cross;
  private final double[] inputSums;
  private final double[] outputSums;
  private final double[] outputSquares;
  private final double[] errorSums;
  private final double huber;

  /** All sums, in the order in which they are written. */
  private final double[][] all;

  private double count;

  /** Rows behind the sums of errors, or all that came, where no row is weighed by its error. */
  private double errorCount;

  private double unit = 1;

  /**
   * Sums of nothing yet.
   *
   * @param huber δ of {@link LinearShape}; 0 for plain least squares
   * @param rounding {@link #FLOAT_ROUNDING} where the sums are kept as floats, or else 0
   */
  NormalEquations(int inputs, int outputs, double forgetting, double huber, double rounding) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.forgetting = forgetting;
    this.huber = huber;
    this.rounding = rounding;
    this.errorSums = new double[outputs];
    this.gram = new double[inputs * (inputs + 1) / 2];
    this.cross = new double[inputs * outputs];
    this.inputSums = new double[inputs];
    this.outputSums = new double[outputs];
    this.outputSquares = new double[outputs];
    this.all = new double[][] {gram, cross, inputSums, outputSums, outputSquares, errorSums};
  }

  /** How many numbers the sums are. */
  static int size(int inputs, int outputs) {
    return 2 + inputs * (inputs + 1) / 2 + inputs * (outputs + 1) + 3 * outputs;
  }

  /** Weight of all rows, the newest counting once. */
  double count() {
    return count / unit;
  }

  /**
   * Takes a row into account.
   *
   * @param in {@code double[inputs]}, finite
   * @param out {@code double[outputs]}, finite
   * @param weight more than 0; 1 for an ordinary row
   * @param forecast {@code double[outputs]}, what the latest solution made of the inputs; null if
   *     there is none yet, or large errors weigh as others do
   */
  void add(double[] in, double[] out, double weight, double[] forecast) {
    unit /= forgetting;
    if (unit > LARGEST_UNIT) {
      normalise();
    }
    outgrow(in, out);
    double w = weight * unit * share(in, out);
    if (huber == 0) {
      errorCount += weight * unit;
    } else if (forecast != null) {
      w *= errorShare(out, forecast, weight * unit);
    }
    if (beginsLate(out)) {
      addSizes(out, w);
      return;
    }
    int at = 0;
    for (int i = 0; i < inputs; i++) {
      double wi = w * in[i];
      // Written so that the compiler turns both loops into vector code.
      int base = at - i;
      for (int j = i; j < inputs; j++) {
        gram[base + j] += wi * in[j];
      }
      at += inputs - i;
      int row = i * outputs;
      for (int k = 0; k < outputs; k++) {
        cross[row + k] += wi * out[k];
      }
      inputSums[i] += wi;
    }
    for (int k = 0; k < outputs; k++) {
      outputSums[k] += w * out[k];
    }
    addSizes(out, w);
    count += w;
  }

  private void addSizes(double[] out, double w) {
    for (int k = 0; k < outputs; k++) {
      outputSquares[k] += w * out[k] * out[k];
    }
  }

  /**
   * Whether an output moves for the first time after many rows in which others did. Nothing bounds
   * such a row, and from 0 to a first reading it is a jump, so that its size alone is learnt.
   */
  private boolean beginsLate(double[] out) {
    boolean begins = false;
    for (int k = 0; k < outputs; k++) {
      begins |= RowRatio.isNews(out[k] * out[k], outputSquares[k], count);
    }
    return begins && !EarlyRows.are(rows(), forgetting);
  }

  private double rows() {
    return Math.max(count, errorCount) / unit;
  }

  /** Lets early rows fade, and those before anything moved, which say nothing of how it will. */
  private void outgrow(double[] in, double[] out) {
    double kept = 1;
    if (isStill()) {
      kept = 0;
      errorCount = 0;
    } else if (EarlyRows.are(rows(), forgetting)) {
      kept = EarlyRows.kept(ratio(in, out, Double.POSITIVE_INFINITY));
    }
    if (kept < 1) {
      scaleSums(kept);
      count *= kept;
    }
  }

  private boolean isStill() {
    if (!isZero(outputSquares)) {
      return false;
    }
    int at = 0;
    for (int i = 0; i < inputs; i++) {
      if (gram[at] > 0) {
        return false;
      }
      at += inputs - i;
    }
    return true;
  }

  /** What a row may weigh: 1, or less if it is out of all proportion. */
  private double share(double[] in, double[] out) {
    double ratio = ratio(in, out, 0);
    return ratio > MOST ? MOST / ratio : 1;
  }

  private double ratio(double[] in, double[] out, double news) {
    return RowRatio.of(in, gram, out, outputSquares, count, news);
  }

  private static boolean isZero(double[] sums) {
    for (double sum : sums) {
      if (sum != 0) {
        return false;
      }
    }
    return true;
  }

  /** What a row may weigh by its error, which is counted too. */
  private double errorShare(double[] out, double[] forecast, double weight) {
    if (isZero(errorSums)) {
      errorCount = 0; // They were all that came, where no row was weighed by its error yet.
    }
    double ratios = 0;
    int known = 0;
    for (int k = 0; k < outputs; k++) {
      double error = Math.abs(out[k] - forecast[k]);
      double mean = errorCount > 0 ? errorSums[k] / errorCount : 0;
      if (mean > 0) {
        // Where errors have grown for good, rows must not weigh next to nothing until the mean has.
        error = Math.min(error, MOST_ERROR * mean);
        ratios += error / mean;
        known++;
      }
      errorSums[k] += weight * error;
    }
    errorCount += weight;
    return ratios > huber * known ? huber * known / ratios : 1;
  }

  /**
   * Cuts a forecast at the root of the sum of squares of all outputs so far, while rows are fewer
   * than twice the inputs, and than {@value #ENOUGH_PART} of those that forgetting leaves in the
   * end: so few determine slopes without end.
   *
   * @param forecast {@code double[outputs]}, of a solution
   */
  void bound(double[] forecast) {
    if (count() >= ENOUGH_ROWS * inputs || rows() * (1 - forgetting) >= ENOUGH_PART) {
      return;
    }
    for (int k = 0; k < outputs; k++) {
      double most = Math.sqrt(outputSquares[k] / unit);
      forecast[k] = Math.max(-most, Math.min(most, forecast[k]));
    }
  }

  /**
   * How far a forecast may go, for each output: the root of the sum of its squares so far, which is
   * no less than any that counted in full, or {@value #FAR} times its root mean square, where that
   * is more, as with a short memory. An input that begins to move after thousands of rows has its
   * weight from few of them, in the size of its first moves, and without an end for larger ones.
   */
  float[] farthest() {
    double most = Math.max(1, FAR * FAR / count());
    float[] farthest = new float[outputs];
    for (int k = 0; k < outputs; k++) {
      double far = count > 0 ? Math.sqrt(outputSquares[k] / unit * most) : 0;
      farthest[k] = (float) Math.min(Float.MAX_VALUE, far);
    }
    return farthest;
  }

  private void normalise() {
    scale(1 / unit);
    unit = 1;
  }

  private void scale(double factor) {
    scaleSums(factor);
    count *= factor;
    errorCount *= factor;
  }

  /** See {@link LinearSums#weighByRows}. */
  void weighByRows() {
    double most = 1 / (1 - forgetting);
    if (rows() > most) {
      scale(most / rows());
    }
  }

  private void scaleSums(double factor) {
    for (double[] sums : all) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] *= factor;
      }
    }
  }

  /**
   * Solves for the weights, see {@link RidgeSolver#solve}.
   *
   * @param solver of these inputs and outputs
   * @return whether there is a finite solution
   */
  boolean solve(RidgeSolver solver, double ridge, double[] weights, double[] intercepts) {
    if (!(count > 0) || !Double.isFinite(count)) {
      return false;
    }
    double noise = rounding * Math.max(1, count() / ROUNDED_ROWS);
    solver.take(gram, cross, inputSums, outputSums, count, noise);
    return solver.solve(ridge, weights, intercepts);
  }

  /** Writes the sums as doubles, {@link #size} of them. */
  void write(ByteBuffer bytes) {
    normalise();
    bytes.putDouble(count).putDouble(errorCount);
    for (double[] sums : all) {
      for (double sum : sums) {
        bytes.putDouble(sum);
      }
    }
  }

  /**
   * Reads what {@link #write} wrote; returns whether it can be sums: finite, squares not below 0.
   */
  boolean read(ByteBuffer bytes) {
    unit = 1;
    count = bytes.getDouble();
    errorCount = bytes.getDouble();
    double check = count + errorCount;
    for (double[] sums : all) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] = bytes.getDouble();
        check += sums[i];
      }
    }
    if (huber == 0) {
      Arrays.fill(errorSums, 0); // Of rows under another setting: they would count as of all rows.
    }
    return plausible(check);
  }

  /**
   * Rounds the sums to floats from {@code at} on, {@link #size} of them.
   *
   * @return whether each of them is one: squares of more than 1e38 are not, nor those of an output
   *     that are next to 0 beside a sum that is not
   */
  boolean store(float[] state, int at) {
    double factor = 1 / unit;
    int to = at;
    state[to++] = (float) (count * factor);
    state[to++] = (float) (errorCount * factor);
    boolean floats = count * factor <= Float.MAX_VALUE && errorCount * factor <= Float.MAX_VALUE;
    for (double[] sums : all) {
      for (double sum : sums) {
        double scaled = sum * factor;
        floats &= Math.abs(scaled) <= Float.MAX_VALUE;
        state[to++] = (float) scaled;
      }
    }
    for (int k = 0; k < outputs; k++) {
      floats &= outputSums[k] == 0 || outputSquares[k] * factor >= LEAST_FLOAT;
    }
    return floats;
  }

  /** Takes back what {@link #store} left. */
  void load(float[] state, int at) {
    unit = 1;
    int from = at;
    count = state[from++];
    errorCount = state[from++];
    for (double[] sums : all) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] = state[from++];
      }
    }
    if (huber == 0) {
      Arrays.fill(errorSums, 0); // As read does.
    }
  }

  private boolean plausible(double check) {
    boolean squares = count >= 0 && errorCount >= 0;
    int at = 0;
    for (int i = 0; i < inputs; i++) {
      squares &= gram[at] >= 0;
      at += inputs - i;
    }
    for (double square : outputSquares) {
      squares &= square >= 0;
    }
    return squares && Double.isFinite(check);
  }
}
