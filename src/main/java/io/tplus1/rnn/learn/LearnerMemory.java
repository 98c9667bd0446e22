package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.Layer;

/**
 * What a learner allocates, told from shapes: the large arrays of the passes and of the weights.
 */
final class LearnerMemory {
  /** Arrays with all weights: the start's, those of now, gradient, its sum, and two means. */
  private static final int ARRAYS = 6;

  /** Arrays more of a layer's: packed, transposed, and each as the arithmetic likes it. */
  private static final int OF_LAYERS = 4;

  private LearnerMemory() {}

  static long bytes(Trainable trainable, BatchSize most, BatchArithmetic arithmetic) {
    int sequences = Tile.capacity(most, trainable.widestGates());
    long weights = trainable.length();
    long ofLayers = weights - trainable.embedding().map(Trainable::length).orElse(0);
    long steps = (long) most.steps() * sequences;
    long losses = (long) most.lossSteps() * sequences;
    long passes = steps * step(trainable, arithmetic) + losses * loss(trainable, arithmetic);
    return Float.BYTES * (passes + ARRAYS * weights + OF_LAYERS * ofLayers) + weights;
  }

  /** Floats of a step of a sequence: what each layer puts out, its slopes, and what is between. */
  private static long step(Trainable trainable, BatchArithmetic arithmetic) {
    long floats =
        trainable
            .embedding()
            .map(table -> 2L * arithmetic.padded(table.width()) + 1)
            .orElse((long) trainable.network().inputs());
    for (Layer.Recurrent layer : trainable.recurrent()) {
      int beside = layer instanceof Layer.SimpleRnn ? 0 : Trainable.gates(layer) + 2;
      floats += (2L + beside) * arithmetic.padded(layer.units());
    }
    return floats;
  }

  /** Floats of a step that has a loss. */
  private static long loss(Trainable trainable, BatchArithmetic arithmetic) {
    int last = trainable.recurrent().get(trainable.recurrent().size() - 1).units();
    long floats = 2L * arithmetic.padded(last) + 2;
    for (Layer.Dense layer : trainable.dense()) {
      floats += 2L * arithmetic.padded(layer.units());
    }
    return floats;
  }
}
