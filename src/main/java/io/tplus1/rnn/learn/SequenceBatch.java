package io.tplus1.rnn.learn;

import java.util.Arrays;

/**
 * Weighted sequences to learn from, time-major, in arrays that are filled again and again.
 *
 * <p>Step t of sequence b lies at row {@code t * batch() + b} of every array. A sequence that is
 * shorter than the others stands at the end of its column: the steps before {@code starts()[b]} are
 * padding, whose inputs are not read and whose state stays zero.
 *
 * <p>Of one thread at a time. All values are scaled as the network reads them.
 */
public final class SequenceBatch {
  private final int maxSteps;
  private final int maxBatch;
  private final int inputWidth;
  private final int outputWidth;
  private final float[] inputs;
  private final float[] targets;
  private final float[] weights;
  private final int[] starts;
  private int steps;
  private int batch;

  /**
   * An empty batch; call {@link #resize} before filling it.
   *
   * @param inputs features of an input step; 1 for a network that begins with an embedding: the id
   * @param outputs columns of a target, categories one-hot
   */
  public SequenceBatch(int maxSteps, int maxBatch, int inputs, int outputs) {
    if (maxSteps < 1 || maxBatch < 1 || inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "steps, batch, inputs and outputs must be at least 1, found %d, %d, %d and %d"
              .formatted(maxSteps, maxBatch, inputs, outputs));
    }
    this.maxSteps = maxSteps;
    this.maxBatch = maxBatch;
    inputWidth = inputs;
    outputWidth = outputs;
    int rows = Math.multiplyExact(maxSteps, maxBatch);
    this.inputs = new float[Math.multiplyExact(rows, inputs)];
    targets = new float[Math.multiplyExact(rows, outputs)];
    weights = new float[rows];
    starts = new int[maxBatch];
  }

  /** Sets the shape, and all weights and starts to 0; inputs and targets keep what they held. */
  public void resize(int steps, int batch) {
    if (steps < 1 || steps > maxSteps || batch < 1 || batch > maxBatch) {
      throw new IllegalArgumentException(
          "steps must be 1 to %d and batch 1 to %d, found %d and %d"
              .formatted(maxSteps, maxBatch, steps, batch));
    }
    this.steps = steps;
    this.batch = batch;
    Arrays.fill(weights, 0, steps * batch, 0f);
    Arrays.fill(starts, 0, batch, 0);
  }

  /** Steps of the longest sequence; 0 before {@link #resize}. */
  public int steps() {
    return steps;
  }

  /** Number of sequences. */
  public int batch() {
    return batch;
  }

  public int inputWidth() {
    return inputWidth;
  }

  public int outputWidth() {
    return outputWidth;
  }

  /** {@code float[steps][batch][inputs]}, scaled; the array itself, to be filled. */
  public float[] inputs() {
    return inputs;
  }

  /** {@code float[steps][batch][outputs]}, scaled; read only where there is a weight. */
  public float[] targets() {
    return targets;
  }

  /** {@code float[steps][batch]}: weight of the loss at that step; 0 for no loss there. */
  public float[] weights() {
    return weights;
  }

  /** Whether any step has a weight, so that there is a loss to learn from. */
  public boolean hasWeight() {
    for (int i = 0; i < steps * batch; i++) {
      if (weights[i] != 0) {
        return true;
      }
    }
    return false;
  }

  /** First real step of each sequence: 0 for a full one. */
  public int[] starts() {
    return starts;
  }
}
