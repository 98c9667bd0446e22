package io.tplus1.expert;

import java.util.Arrays;

/**
 * Solves the equations of a linear regression with intercept by ridge. Those of one shape may share
 * it, one after the other. For one thread.
 */
final class RidgeSolver {
  private static final double SMALLEST_PIVOT = 1e-10;
  private static final double CONSTANT = 1e-12;

  /**
   * What is forgotten for long ends in numbers that have no inverse; values' squares are larger.
   */
  private static final double LEAST_VARIANCE = Double.MIN_NORMAL / SMALLEST_PIVOT;

  private final int inputs;
  private final int outputs;
  private final double[] means;
  private final double[] variances;
  private final double[] least;
  private final double[] factor;
  private final double[] right;

  private double[] gram;
  private double[] cross;
  private double[] inputSums;
  private double[] outputSums;
  private double count;
  private double noise;

  RidgeSolver(int inputs, int outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.means = new double[inputs];
    this.variances = new double[inputs];
    this.least = new double[inputs];
    this.factor = new double[inputs * (inputs + 1) / 2];
    this.right = new double[inputs * outputs];
  }

  /**
   * Takes the sums that are to be solved next; {@link #solve} reads them, and changes none.
   *
   * @param gram {@code double[inputs (inputs + 1) / 2]}, the upper triangle, rows from the diagonal
   * @param cross {@code double[inputs][outputs]}
   * @param inputSums {@code double[inputs]}
   * @param outputSums {@code double[outputs]}
   * @param count weight of the rows, more than 0 and finite
   * @param noise share of an input's square sum by which the sums may err, having been rounded
   */
  void take(
      double[] gram,
      double[] cross,
      double[] inputSums,
      double[] outputSums,
      double count,
      double noise) {
    this.gram = gram;
    this.cross = cross;
    this.inputSums = inputSums;
    this.outputSums = outputSums;
    this.count = count;
    this.noise = noise;
  }

  /**
   * Solves for the weights, with a ridge that grows tenfold until the equations are well posed. An
   * input that never varied gets weight 0.
   *
   * @param ridge share of each input's variance that is added to it
   * @param weights receives {@code double[inputs][outputs]}, rounded to floats, as they are stored
   * @param intercepts receives {@code double[outputs]}, for these very weights
   * @return whether there is a finite solution
   */
  boolean solve(double ridge, double[] weights, double[] intercepts) {
    moments();
    for (double more = ridge; more <= 1e9; more = Math.max(10 * more, 1e-9)) {
      covariances(more);
      crossCovariances();
      if (Cholesky.solve(factor, inputs, least, right, outputs)) {
        return finish(weights, intercepts);
      }
    }
    return false;
  }

  /** Means and variances of the inputs; 0 for the variance of one that never varied. */
  private void moments() {
    double perCount = 1 / count;
    int at = 0;
    for (int i = 0; i < inputs; i++) {
      double mean = inputSums[i] * perCount;
      double variance = gram[at] - inputSums[i] * mean;
      boolean varies = variance > CONSTANT * gram[at] && variance > LEAST_VARIANCE;
      means[i] = mean;
      variances[i] = varies ? variance : 0;
      at += inputs - i;
    }
  }

  /**
   * The matrix that is solved, as sums in the inputs' own units: a factorisation without pivoting
   * errs as much in any.
   */
  private void covariances(double ridge) {
    int at = 0;
    for (int i = 0; i < inputs; i++) {
      double mean = means[i];
      // Written so that the compiler turns the loop into vector code.
      int shift = at - i;
      if (variances[i] > 0) {
        for (int j = i + 1; j < inputs; j++) {
          double sum = gram[shift + j] - mean * inputSums[j];
          factor[shift + j] = variances[j] > 0 ? sum : 0;
        }
        factor[at] = Math.max((1 + ridge) * variances[i], variances[i] + noise * gram[at]);
      } else {
        Arrays.fill(factor, at + 1, at + inputs - i, 0);
        factor[at] = 1;
      }
      least[i] = SMALLEST_PIVOT * variances[i];
      at += inputs - i;
    }
  }

  /** The right sides of the equations. */
  private void crossCovariances() {
    for (int k = 0; k < outputs; k++) {
      double sum = outputSums[k];
      int at = k;
      for (int i = 0; i < inputs; i++) {
        right[at] = variances[i] > 0 ? cross[at] - means[i] * sum : 0;
        at += outputs;
      }
    }
  }

  private boolean finish(double[] weights, double[] intercepts) {
    double check = 0;
    for (int k = 0; k < outputs; k++) {
      double intercept = outputSums[k] / count;
      int at = k;
      for (int i = 0; i < inputs; i++) {
        double weight = (float) right[at];
        weights[at] = weight;
        intercept -= weight * means[i];
        at += outputs;
      }
      intercepts[k] = intercept;
      check += intercept;
    }
    return Double.isFinite(check);
  }
}
