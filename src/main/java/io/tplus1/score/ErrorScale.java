package io.tplus1.score;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How large the errors of one target will be, as all series together have learnt it: the logarithm
 * of an error's size as a linear function of what is known when the forecast is made. For one
 * thread.
 *
 * <p>The inputs are a constant; the size of the series' errors; and, in units of that size, so that
 * series may differ in theirs: the size of its newest errors, the changes of its newest values, how
 * far its last value lies from what is usual in the pool, and how far the experts are apart. A
 * factor below 1 on the size draws series of few errors towards what all have in common.
 *
 * <p>Kept: {@value #DOUBLES} doubles.
 */
final class ErrorScale {
  /*
   * Normalised conformal prediction [1]: the size is fitted to the logarithm of |error|, by ridge
   * regression. Departures: the fit is recursive, with forgetting; squares weigh more above the
   * fit than below it (an expectile [2]), since it is the large errors that decide about intervals;
   * and errors far below their usual size, whose logarithm says little, are lifted.
   *
   * [1] Papadopoulos, Gammerman, Vovk, Normalized Nonconformity Measures for Regression Conformal
   *     Prediction, 2008.
   * [2] Newey, Powell, Asymmetric Least Squares Estimation and Testing, 1987.
   */
  /** Numbers that are known when a forecast is made, beside the constant. */
  static final int INPUTS = 5;

  private static final int SIZE = 0;
  private static final int NEWEST = 1;
  private static final int CHANGES = 2;
  private static final int LEVEL = 3;
  private static final int SPREAD = 4;

  private static final int ALL = INPUTS + 1;
  private static final int PAIRS = ALL * (ALL + 1) / 2;
  static final int DOUBLES = PAIRS + ALL + 3;

  /** Vectors after which two thirds of what was learnt are forgotten. */
  private static final double MEMORY = 2000;

  private static final double RIDGE = 5;
  private static final double RIDGE_CONSTANT = .01;
  private static final double EXPECTILE = .8;
  private static final int LEAST_ERRORS = 10;
  private static final double SMALLEST = .3;
  private static final double LARGEST = 1000;

  /** What the fit lies above the mean logarithm of errors, so that both rules mean one quantile. */
  private static final double ABOVE = -.43;

  /** Floor of what is compared with a size, in its units: below it, nothing is told apart. */
  private static final double FLOOR = .1;

  private static final double MOST_LOG = 6;
  private static final double MOST_LEVEL = 3;

  /** Deviations beyond which a last value counts for no more, once so many values were seen. */
  private static final double MOST_OFF = 10;

  private static final int BOUNDED_FROM = 30;

  /** What the size of the newest errors counts in that of an error, where there is no pool. */
  static final double FAST_SHARE = .3;

  /** So far a multiple of sizes may leave its start, as a logarithm: a stuck series ends there. */
  static final double RANGE = 4;

  /** The constant and the inputs as they count without a pool. */
  private static final double[] ALONE = {0, 1, FAST_SHARE, 0, 0, 0};

  /** Where the fit begins: the size of a few errors counts less. */
  private static final double[] PRIOR = {0, .7, FAST_SHARE, .2, 0, 0};

  // Upper triangle by rows, right-hand side, then number, mean and variance of last values.
  private final double[] state = new double[DOUBLES];
  private final double forgetting;
  private double[] factors;

  /**
   * @param horizon H, errors of one target that come with one vector
   */
  ErrorScale(int horizon) {
    this.forgetting = 1 - 1 / (MEMORY * horizon);
  }

  /** Number of errors behind the sums, with forgetting. */
  private double errors() {
    return state[0];
  }

  /**
   * Puts down what is known of one slot.
   *
   * @param size of the series' errors, raw, positive
   * @param newest size of its newest errors, raw
   * @param last its last value, raw
   * @param changes of its newest values, raw; NaN where nobody knows
   * @param spread of the experts, raw
   * @param inputs receives them from {@code at} on
   */
  void inputs(
      double size,
      double newest,
      double last,
      double changes,
      double spread,
      float[] inputs,
      int at) {
    inputs[at + SIZE] = (float) Math.log(size);
    inputs[at + NEWEST] = bounded(Math.log(newest / size), MOST_LOG);
    inputs[at + CHANGES] = bounded(Math.log(changes / size + FLOOR), MOST_LOG);
    inputs[at + LEVEL] = bounded(level(last), MOST_LEVEL);
    inputs[at + SPREAD] = bounded(Math.log(spread / size + FLOOR), MOST_LOG);
  }

  /** Neutral where nobody knows. */
  private static float bounded(double value, double most) {
    return Double.isNaN(value) ? 0 : (float) Math.max(-most, Math.min(most, value));
  }

  private double level(double last) {
    double deviation = Math.sqrt(state[DOUBLES - 1]);
    return deviation > 0 ? (last - state[DOUBLES - 2]) / deviation : 0;
  }

  /** Takes a last value into account, from which levels are told. */
  void level(float last) {
    if (Float.isFinite(last)) {
      double count = Math.min(MEMORY, state[DOUBLES - 3] + 1);
      double off = last - state[DOUBLES - 2];
      double most = MOST_OFF * Math.sqrt(state[DOUBLES - 1]);
      if (count > BOUNDED_FROM && most > 0) {
        off = Math.max(-most, Math.min(most, off));
      }
      double mean = state[DOUBLES - 2] + off / count;
      double left = state[DOUBLES - 2] + off - mean; // nothing, at the first
      state[DOUBLES - 3] = count;
      state[DOUBLES - 2] = mean;
      state[DOUBLES - 1] += (off * left - state[DOUBLES - 1]) / count;
    }
  }

  /** By how much the logarithm of the size differs from that which holds without a pool. */
  double logFactor(float[] inputs, int at) {
    double[] w = factors();
    double sum = w[0];
    for (int i = 0; i < INPUTS; i++) {
      sum += (w[i + 1] - ALONE[i + 1]) * inputs[at + i];
    }
    return Math.max(-RANGE, Math.min(RANGE, sum));
  }

  /**
   * Learns from one error.
   *
   * @param inputs as they were when the forecast was made, from {@code at} on
   * @param error its absolute value, raw
   */
  void learn(float[] inputs, int at, double error) {
    double[] w = factors();
    double fit = w[0];
    for (int i = 0; i < INPUTS; i++) {
      fit += w[i + 1] * inputs[at + i];
    }
    double inSizes = error / Math.exp(inputs[at + SIZE]);
    double log =
        inputs[at + SIZE] + Math.log(Math.max(SMALLEST, Math.min(LARGEST, inSizes))) + ABOVE;
    double weight = 2 * (log > fit ? EXPECTILE : 1 - EXPECTILE);
    int pair = 0;
    for (int i = 0; i < ALL; i++) {
      double one = i == 0 ? 1 : inputs[at + i - 1];
      for (int j = i; j < ALL; j++) {
        double other = j == 0 ? 1 : inputs[at + j - 1];
        state[pair] = forgetting * state[pair] + weight * one * other;
        pair++;
      }
      state[PAIRS + i] = forgetting * state[PAIRS + i] + weight * one * log;
    }
    factors = null;
  }

  /** The constant, and the factors of the inputs. */
  private double[] factors() {
    if (factors == null) {
      factors = errors() < LEAST_ERRORS ? ALONE.clone() : solve();
    }
    return factors;
  }

  /** Solves the normal equations by elimination; they are positive definite. */
  private double[] solve() {
    double[][] rows = new double[ALL][ALL + 1];
    int pair = 0;
    for (int i = 0; i < ALL; i++) {
      double ridge = i == 0 ? RIDGE_CONSTANT : RIDGE;
      for (int j = i; j < ALL; j++) {
        rows[i][j] = state[pair];
        rows[j][i] = state[pair];
        pair++;
      }
      rows[i][i] += ridge;
      rows[i][ALL] = state[PAIRS + i] + ridge * PRIOR[i];
    }
    for (int i = 0; i < ALL; i++) {
      for (int below = i + 1; below < ALL; below++) {
        double factor = rows[below][i] / rows[i][i];
        for (int j = i; j <= ALL; j++) {
          rows[below][j] -= factor * rows[i][j];
        }
      }
    }
    double[] solution = new double[ALL];
    for (int i = ALL - 1; i >= 0; i--) {
      double sum = rows[i][ALL];
      for (int j = i + 1; j < ALL; j++) {
        sum -= rows[i][j] * solution[j];
      }
      solution[i] = sum / rows[i][i];
    }
    return solution;
  }

  void write(ByteBuffer bytes) {
    for (double value : state) {
      bytes.putDouble(value);
    }
  }

  void read(ByteBuffer bytes) {
    for (int i = 0; i < DOUBLES; i++) {
      state[i] = bytes.getDouble();
    }
    factors = null;
  }

  @Override
  public String toString() {
    return Arrays.toString(factors());
  }
}
