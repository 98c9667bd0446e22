package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.List;
import java.util.Random;

/** The three shapes that are measured, each a recurrent layer and a linear Dense of F units. */
public enum BenchmarkShape {
  A(2, 4, 8, false),
  B(24, 7, 32, true),
  C(96, 21, 64, true);

  final int steps;
  final int features;
  final int units;
  final boolean lstm;

  BenchmarkShape(int steps, int features, int units, boolean lstm) {
    this.steps = steps;
    this.features = features;
    this.units = units;
    this.lstm = lstm;
  }

  Network network() {
    Random random = new Random(11);
    int gates = lstm ? 4 * units : units;
    float[] kernel = weights(random, features * gates, features + units);
    float[] recurrent = weights(random, units * gates, 2 * units);
    float[] bias = weights(random, gates, 20);
    Layer first =
        lstm
            ? new Layer.Lstm(
                units,
                ActivationFunction.TANH,
                ActivationFunction.SIGMOID,
                false,
                false,
                kernel,
                recurrent,
                bias)
            : new Layer.SimpleRnn(
                units, ActivationFunction.TANH, false, false, kernel, recurrent, bias);
    Layer dense =
        new Layer.Dense(
            features,
            ActivationFunction.LINEAR,
            weights(random, units * features, units + features),
            weights(random, features, 20));
    return new Network(features, steps, List.of(first, dense));
  }

  /** Windows of {@code count} series, scaled. */
  float[] windows(int count) {
    Random random = new Random(3);
    float[] windows = new float[count * steps * features];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = (float) random.nextGaussian();
    }
    return windows;
  }

  /** Glorot's uniform draw. */
  private static float[] weights(Random random, int count, int fans) {
    float limit = (float) Math.sqrt(6.0 / fans);
    float[] w = new float[count];
    for (int i = 0; i < count; i++) {
      w[i] = limit * (2 * random.nextFloat() - 1);
    }
    return w;
  }
}
