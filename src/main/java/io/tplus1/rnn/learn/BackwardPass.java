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
  private final BatchSize most;
  private final Tile tile;
  private final InputPass input;
  private final RecurrentPass[] recurrent;
  private final HeadPass head;

  BackwardPass(Trainable trainable, LossSpec loss, BatchSize most, BatchArithmetic arithmetic) {
    this.trainable = trainable;
    this.most = most;
    int sequences = Tile.capacity(most, trainable.widestGates());
    int rows = Math.multiplyExact(most.steps(), sequences);
    tile = new Tile(sequences);
    input = new InputPass(arithmetic, trainable.embedding(), trainable.network().inputs(), rows);
    int at = trainable.embedding().map(Trainable::length).orElse(0);
    Signal signal = input.out();
    recurrent = new RecurrentPass[trainable.recurrent().size()];
    for (int i = 0; i < recurrent.length; i++) {
      Layer.Recurrent layer = trainable.recurrent().get(i);
      recurrent[i] = RecurrentPass.of(arithmetic, layer, at, signal, rows, sequences);
      signal = recurrent[i].out();
      at += Trainable.length(layer);
    }
    OutputLoss outputLoss = new OutputLoss(loss, trainable.outputs());
    int lossRows = most.lossSteps() * sequences;
    head = new HeadPass(arithmetic, trainable.dense(), at, signal, outputLoss, lossRows);
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

  /**
   * What the network puts out wherever there is a weight.
   *
   * @param to as the batch's targets; overwritten there
   */
  void outputs(SequenceBatch batch, float[] weights, float[] to) {
    check(batch);
    load(weights);
    for (int from = 0; from < batch.batch(); from += tile.starts.length) {
      if (tile.take(batch, from)) {
        states(batch, weights);
        head.outputs(tile, batch, to);
      }
    }
  }

  /** Of all recurrent layers, at all steps of the tile. */
  private void states(SequenceBatch batch, float[] weights) {
    input.forward(tile, batch, weights);
    for (RecurrentPass layer : recurrent) {
      layer.forward(tile);
    }
  }

  private double run(SequenceBatch batch, float[] weights, float[] gradient) {
    double total = check(batch);
    load(weights);
    double sum = 0;
    for (int from = 0; total != 0 && from < batch.batch(); from += tile.starts.length) {
      if (!tile.take(batch, from)) {
        continue;
      }
      states(batch, weights);
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
    int losses = steps - batch.lossFrom();
    if (steps < 1
        || steps > most.steps()
        || losses > most.lossSteps()
        || count < 1
        || count > most.sequences()) {
      throw new IllegalArgumentException(
          "this learner takes 1 to %d steps of 1 to %d sequences, with a loss at 1 to %d steps, found %d of %d, with a loss at %d"
              .formatted(most.steps(), most.sequences(), most.lossSteps(), steps, count, losses));
    }
    double total = 0;
    for (int t = batch.lossFrom(); t < steps; t++) {
      for (int b = 0; b < count; b++) {
        float weight = batch.weights()[batch.lossRow(t, b)];
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
