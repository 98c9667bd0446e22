package io.tplus1.rnn.proof;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/**
 * Networks as people make them without a scaler: a recurrent layer and Dense on latitude,
 * longitude, wind and pressure as they are, the head fitted by ridge regression to the vector that
 * follows.
 */
public final class RawUnits {
  public static final int STEPS = 24;
  static final int UNITS = 32;

  private static final int COLUMNS = 4;
  private static final double RIDGE = 0.001;
  private static final double[] STARTS = {25, -70, 60, 990};
  private static final double[] MOVES = {0.8, 1.5, 5, 4};

  private RawUnits() {}

  /** {@code float[count][STEPS + 1][4]}: windows, each with the vector that follows. */
  private static float[][][] windows(int count, long seed) {
    Random random = new Random(seed);
    float[][][] windows = new float[count][STEPS + 1][COLUMNS];
    for (float[][] window : windows) {
      for (int c = 0; c < COLUMNS; c++) {
        double value = STARTS[c] + 5 * MOVES[c] * random.nextGaussian();
        for (float[] step : window) {
          value += MOVES[c] * random.nextGaussian();
          step[c] = (float) value;
        }
      }
    }
    return windows;
  }

  /** {@code float[count][STEPS][4]}: windows that no head was fitted to. */
  public static float[][][] inputs(int count) {
    float[][][] windows = windows(count, 77);
    float[][][] inputs = new float[windows.length][][];
    for (int i = 0; i < windows.length; i++) {
      inputs[i] = Arrays.copyOf(windows[i], STEPS);
    }
    return inputs;
  }

  /** Of tanh the inputs are to saturate no unit, so that the head has something to cancel. */
  public static Network simple(ActivationFunction activation, double deviation, long seed) {
    Random random = new Random(seed);
    return fitted(
        new Layer.SimpleRnn(
            UNITS,
            activation,
            false,
            false,
            gaussian(random, COLUMNS * UNITS, deviation),
            gaussian(random, UNITS * UNITS, 1 / Math.sqrt(UNITS)),
            gaussian(random, UNITS, 0.1)),
        seed);
  }

  static Network lstm(long seed) {
    Random random = new Random(seed);
    return fitted(
        new Layer.Lstm(
            UNITS,
            ActivationFunction.TANH,
            ActivationFunction.SIGMOID,
            false,
            false,
            gaussian(random, COLUMNS * 4 * UNITS, 0.005),
            gaussian(random, UNITS * 4 * UNITS, 1 / Math.sqrt(UNITS)),
            gaussian(random, 4 * UNITS, 0.1)),
        seed);
  }

  /** What the network makes of windows in doubles, rounded on the way. */
  public static Golden golden(Network network, float[][][] windows, DoubleUnaryOperator rounding) {
    float[][] outputs = new float[windows.length][];
    for (int i = 0; i < windows.length; i++) {
      double[] exact = ReferenceNetwork.forward(network, doubles(windows[i]), rounding);
      outputs[i] = new float[exact.length];
      for (int j = 0; j < exact.length; j++) {
        outputs[i][j] = (float) exact[j];
      }
    }
    return new Golden("raw", windows, outputs, false);
  }

  private static double[][] doubles(float[][] window) {
    double[][] rows = new double[STEPS][COLUMNS];
    for (int s = 0; s < STEPS; s++) {
      for (int c = 0; c < COLUMNS; c++) {
        rows[s][c] = window[s][c];
      }
    }
    return rows;
  }

  private static Network fitted(Layer.Recurrent rnn, long seed) {
    float[][][] windows = windows(400, seed);
    Network body = new Network(COLUMNS, STEPS, List.of(rnn));
    int n = UNITS + 1;
    double[][] system = new double[n][n + COLUMNS];
    for (int i = 0; i < n; i++) {
      system[i][i] = RIDGE;
    }
    for (float[][] window : windows) {
      double[] state = Arrays.copyOf(ReferenceNetwork.forward(body, doubles(window)), n);
      state[UNITS] = 1;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          system[i][j] += state[i] * state[j];
        }
        for (int c = 0; c < COLUMNS; c++) {
          system[i][n + c] += state[i] * window[STEPS][c];
        }
      }
    }
    solve(system);
    float[] kernel = new float[UNITS * COLUMNS];
    float[] bias = new float[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
      for (int i = 0; i < UNITS; i++) {
        kernel[i * COLUMNS + c] = (float) system[i][n + c];
      }
      bias[c] = (float) system[UNITS][n + c];
    }
    return new Network(
        COLUMNS,
        STEPS,
        List.of(rnn, new Layer.Dense(COLUMNS, ActivationFunction.LINEAR, kernel, bias)));
  }

  /** Gauss and Jordan, with the largest pivot; the answers stand behind the square. */
  private static void solve(double[][] system) {
    for (int p = 0; p < system.length; p++) {
      int largest = p;
      for (int i = p + 1; i < system.length; i++) {
        if (Math.abs(system[i][p]) > Math.abs(system[largest][p])) {
          largest = i;
        }
      }
      double[] row = system[largest];
      system[largest] = system[p];
      system[p] = row;
      double pivot = row[p];
      for (int j = p; j < row.length; j++) {
        row[j] /= pivot;
      }
      for (int i = 0; i < system.length; i++) {
        double factor = system[i][p];
        for (int j = p; i != p && j < row.length; j++) {
          system[i][j] -= factor * row[j];
        }
      }
    }
  }

  public static float[] gaussian(Random random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }
}
