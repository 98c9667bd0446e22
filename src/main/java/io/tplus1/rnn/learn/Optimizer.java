package io.tplus1.rnn.learn;

import java.util.Arrays;

/** An {@link UpdateRule} with its running means. */
final class Optimizer {
  /** Beyond, squares overflow a float's range, and a running mean would never come back. */
  private static final double LARGEST_NORM = 1e18;

  private final UpdateRule rule;
  private final boolean[] kernels;
  final float[] mean;
  final float[] square;
  long steps;

  /**
   * @param kernels the weights that L2 holds for
   */
  Optimizer(UpdateRule rule, boolean[] kernels) {
    this.rule = rule;
    this.kernels = kernels;
    mean = new float[rule.kind() == UpdateRule.Kind.ADAM ? kernels.length : 0];
    square = new float[kernels.length];
    if (rule.kind() == UpdateRule.Kind.RMSPROP) {
      Arrays.fill(square, (float) rule.epsilon());
    }
  }

  /**
   * Takes one step, or none where the gradient is not finite.
   *
   * @param gradient of the loss; overwritten
   * @return whether it was taken
   */
  boolean update(float[] weights, float[] gradient, double learningRate) {
    double sum = 0;
    for (float g : gradient) {
      sum += (double) g * g;
    }
    double norm = Math.sqrt(sum);
    double clip = rule.clipNorm();
    boolean clipped = clip > 0 && norm > clip;
    if (!(norm < Double.POSITIVE_INFINITY) || (!clipped && norm > LARGEST_NORM)) {
      return false;
    }
    float factor = clipped ? (float) (clip / norm) : 1f;
    float l2 = (float) rule.l2();
    for (int i = 0; i < gradient.length; i++) {
      float g = factor * gradient[i];
      gradient[i] = kernels[i] ? Math.fma(l2, weights[i], g) : g;
    }
    steps++;
    switch (rule.kind()) {
      case ADAM -> adam(weights, gradient, learningRate);
      case RMSPROP -> rmsProp(weights, gradient, learningRate);
    }
    return true;
  }

  private void adam(float[] weights, float[] gradient, double learningRate) {
    double b1 = rule.momentum();
    double b2 = rule.decay();
    double correction = Math.sqrt(1 - power(b2, steps)) / (1 - power(b1, steps));
    float rate = (float) (learningRate * correction);
    float keep1 = (float) b1;
    float add1 = (float) (1 - b1);
    float keep2 = (float) b2;
    float add2 = (float) (1 - b2);
    float epsilon = (float) rule.epsilon();
    float[] m = mean;
    float[] v = square;
    for (int i = 0; i < weights.length; i++) {
      float g = gradient[i];
      m[i] = keep1 * m[i] + add1 * g;
      v[i] = keep2 * v[i] + add2 * g * g;
      weights[i] -= rate * m[i] / ((float) Math.sqrt(v[i]) + epsilon);
    }
  }

  /** By squaring; StrictMath's power allocates, and Math's may differ between machines. */
  private static double power(double base, long exponent) {
    double result = 1;
    double square = base;
    for (long n = exponent; n > 0; n >>= 1) {
      if ((n & 1) != 0) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }

  private void rmsProp(float[] weights, float[] gradient, double learningRate) {
    float rate = (float) learningRate;
    float keep = (float) rule.decay();
    float add = (float) (1 - rule.decay());
    float epsilon = (float) rule.epsilon();
    float[] v = square;
    for (int i = 0; i < weights.length; i++) {
      float g = gradient[i];
      v[i] = keep * v[i] + add * g * g;
      weights[i] -= rate * g / ((float) Math.sqrt(v[i]) + epsilon);
    }
  }
}
