package io.tplus1.expert;

import java.util.Arrays;

/**
 * Experts mixed by their matured errors, as plainly as it can be said: weight ∝ 1 / (decayed sum of
 * squared errors)^p, for each target and horizon. For tests that hold the experts against targets.
 */
final class OnlineMix {
  private final double[][] sums;
  private final double power;
  private final double decay;

  OnlineMix(int experts, int cells, double power, double decay) {
    this.sums = new double[experts][cells];
    this.power = power;
    this.decay = decay;
  }

  /** {@code experts[e][cell]} mixed; before any error is known, the first expert alone. */
  void mix(float[][] experts, float[] out) {
    double[] logs = new double[experts.length];
    for (int cell = 0; cell < out.length; cell++) {
      for (int e = 0; e < experts.length; e++) {
        logs[e] = -power * Math.log(sums[e][cell] + 1e-12);
      }
      double most = Arrays.stream(logs).max().orElseThrow();
      boolean known = Arrays.stream(logs).anyMatch(log -> log != most);
      double total = 0;
      double value = 0;
      for (int e = 0; e < experts.length; e++) {
        double weight = known ? Math.exp(logs[e] - most) : e == 0 ? 1 : 0;
        total += weight;
        value += weight * experts[e][cell];
      }
      out[cell] = (float) (value / total);
    }
  }

  /** Counts the errors of one cell. */
  void learn(int cell, float[][] experts, float actual) {
    for (int e = 0; e < experts.length; e++) {
      double error = experts[e][cell] - actual;
      sums[e][cell] = sums[e][cell] * decay + error * error;
    }
  }
}
