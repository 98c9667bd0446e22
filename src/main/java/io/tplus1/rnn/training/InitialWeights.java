package io.tplus1.rnn.training;

import java.util.Arrays;
import java.util.Random;

/**
 * Draws first weights as Keras does, in plain Java: the same seed gives the same weights on any
 * machine, and DL4J's orthogonal initialiser, which kills the JVM, is not needed.
 */
final class InitialWeights implements WeightSource {
  private final Random random;

  InitialWeights(long seed) {
    this.random = new Random(seed);
  }

  @Override
  public float[] glorotUniform(int in, int out) {
    return uniform(in * out, Math.sqrt(6.0 / ((double) in + out)));
  }

  @Override
  public float[] embedding(int rows, int width) {
    return uniform(rows * width, 0.05);
  }

  private float[] uniform(int count, double limit) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * limit);
    }
    return values;
  }

  /** Normal draws, made orthogonal row by row (Gram–Schmidt, twice, because once loses digits). */
  @Override
  public float[] orthogonal(int rows, int columns) {
    double[][] q = new double[rows][columns];
    for (int r = 0; r < rows; r++) {
      Arrays.setAll(q[r], c -> random.nextGaussian());
      for (int pass = 0; pass < 2; pass++) {
        for (int before = 0; before < r; before++) {
          double dot = dot(q[r], q[before]);
          for (int c = 0; c < columns; c++) {
            q[r][c] -= dot * q[before][c];
          }
        }
      }
      double norm = Math.sqrt(dot(q[r], q[r]));
      for (int c = 0; c < columns; c++) {
        q[r][c] /= norm;
      }
    }
    float[] values = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        values[r * columns + c] = (float) q[r][c];
      }
    }
    return values;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
