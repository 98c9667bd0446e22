package io.tplus1.rnn.learn;

import io.tplus1.rnn.network.Layer;
import java.util.Arrays;

/**
 * The loss of a batch and its gradient, tile by tile of the batch's sequences.
 *
 * <p>Deterministic: tiles, rows and steps are added up in one order, which the shapes decide. After
 * construction nothing is allocated. Of one thread at a time.
 */
final class BackwardPass {
  private final Trainable trainable;
  private final int maxSteps;
  private final int maxBatch;
  private final Tile tile;
  private final InputPass input;
  private final RecurrentPass[] recurrent;
  private final HeadPass head;

  BackwardPass(
      Trainable trainable, LossSpec loss, int maxSteps, int maxBatch, BatchArithmetic arithmetic) {
    if (maxSteps < 1 || maxBatch < 1) {
      throw new IllegalArgumentException(
          "steps and batch must be at least 1, found %d and %d".formatted(maxSteps, maxBatch));
    }
    this.trainable = trainable;
    this.maxSteps = maxSteps;
    this.maxBatch = maxBatch;
    int most = Tile.capacity(maxSteps, maxBatch, widest(trainable));
    int rows = Math.multiplyExact(maxSteps, most);
    tile = new Tile(most);
    input = new InputPass(arithmetic, trainable.embedding(), trainable.network().inputs(), rows);
    int at = trainable.embedding().map(Trainable::length).orElse(0);
    Signal signal = input.out();
    recurrent = new RecurrentPass[trainable.recurrent().size()];
    for (int i = 0; i < recurrent.length; i++) {
      Layer.Recurrent layer = trainable.recurrent().get(i);
      recurrent[i] = RecurrentPass.of(arithmetic, layer, at, signal, rows, most);
      signal = recurrent[i].out();
      at += Trainable.length(layer);
    }
    OutputLoss outputLoss = new OutputLoss(loss, trainable.outputs());
    head = new HeadPass(arithmetic, trainable.dense(), at, signal, outputLoss, rows);
  }

  private static int widest(Trainable trainable) {
    int widest = 1;
    for (Layer.Recurrent layer : trainable.recurrent()) {
      int gates = layer instanceof Layer.Lstm ? 4 : layer instanceof Layer.Gru ? 3 : 1;
      widest = Math.max(widest, Math.multiplyExact(gates, layer.units()));
    }
    return widest;
  }

  /** Mean weighted loss; 0 where no step has a weight. */
  double loss(SequenceBatch batch, float[] weights) {
    return run(batch, weights, null);
  }

  /**
   * Mean weighted loss, as {@link #loss} gives it, and its gradient.
   *
   * @param weights all weights, as {@link Trainable#weights} orders them
   * @param gradient overwritten, in the same order
   */
  double gradient(SequenceBatch batch, float[] weights, float[] gradient) {
    return run(batch, weights, gradient);
  }

  private double run(SequenceBatch batch, float[] weights, float[] gradient) {
    double total = check(batch);
    load(weights);
    double sum = 0;
    for (int from = 0; total != 0 && from < batch.batch(); from += tile.starts.length) {
      if (!tile.take(batch, from)) {
        continue;
      }
      input.forward(tile, batch, weights);
      for (RecurrentPass layer : recurrent) {
        layer.forward(tile);
      }
      sum += head.forward(tile, batch, total);
      if (gradient != null) {
        head.backward(tile);
        for (int i = recurrent.length - 1; i >= 0; i--) {
          recurrent[i].backward(tile);
        }
        input.backward(tile);
      }
    }
    if (gradient != null) {
      collect(gradient);
    }
    return sum;
  }

  private void load(float[] weights) {
    input.load();
    for (RecurrentPass layer : recurrent) {
      layer.load(weights);
    }
    head.load(weights);
  }

  private void collect(float[] gradient) {
    Arrays.fill(gradient, 0f);
    input.collect(gradient);
    for (RecurrentPass layer : recurrent) {
      layer.collect(gradient);
    }
    head.collect(gradient);
  }

  /** Sum of the weights. */
  private double check(SequenceBatch batch) {
    int inputs = trainable.network().inputs();
    int outputs = trainable.outputs();
    if (batch.inputWidth() != inputs || batch.outputWidth() != outputs) {
      throw new IllegalArgumentException(
          "the network reads %d values a step and puts out %d, the batch has %d and %d"
              .formatted(inputs, outputs, batch.inputWidth(), batch.outputWidth()));
    }
    int steps = batch.steps();
    int count = batch.batch();
    if (steps < 1 || steps > maxSteps || count < 1 || count > maxBatch) {
      throw new IllegalArgumentException(
          "this learner takes 1 to %d steps of 1 to %d sequences, found %d of %d"
              .formatted(maxSteps, maxBatch, steps, count));
    }
    double total = 0;
    for (int t = 0; t < steps; t++) {
      for (int b = 0; b < count; b++) {
        float weight = batch.weights()[t * count + b];
        if (weight < 0 || (weight != 0 && t < batch.starts()[b])) {
          throw new IllegalArgumentException(
              "weights must be 0 or more, and 0 before a sequence's start, found %s at step %d of"
                      .formatted(weight, t)
                  + " sequence %d, which starts at step %d".formatted(b, batch.starts()[b]));
        }
        total += weight;
      }
    }
    for (int b = 0; b < count; b++) {
      if (batch.starts()[b] < 0 || batch.starts()[b] > steps) {
        throw new IllegalArgumentException(
            "a start must be 0 to %d, found %d of sequence %d"
                .formatted(steps, batch.starts()[b], b));
      }
    }
    return total;
  }
}
