package io.tplus1.rnn.learn;

import java.util.Arrays;

/**
 * Weighted sequences to learn from, time-major, in arrays that are filled again and again.
 *
 * <p>Step t of sequence b lies at row {@code t * batch() + b} of the inputs, and at {@link
 * #lossRow} of targets and weights, which the newest steps alone may have. A sequence that is
 * shorter than the others stands at the end of its column: the steps before {@code starts()[b]} are
 * padding, whose inputs are not read and whose state stays zero.
 *
 * <p>Of one thread at a time. All values are scaled as the network reads them.
 */
public final class SequenceBatch {
  private final BatchSize most;
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
  public SequenceBatch(BatchSize most, int inputs, int outputs) {
    if (inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "inputs and outputs must be at least 1, found %d and %d".formatted(inputs, outputs));
    }
    this.most = most;
    inputWidth = inputs;
    outputWidth = outputs;
    int rows = Math.multiplyExact(most.steps(), most.sequences());
    int lossRows = most.lossSteps() * most.sequences();
    this.inputs = new float[Math.multiplyExact(rows, inputs)];
    targets = new float[Math.multiplyExact(lossRows, outputs)];
    weights = new float[lossRows];
    starts = new int[most.sequences()];
  }

  /** Bytes that such a batch takes. */
  public static long bytes(BatchSize most, int inputs, int outputs) {
    long row = (long) most.steps() * inputs + (long) most.lossSteps() * (outputs + 1) + 1;
    return row * most.sequences() * Float.BYTES;
  }

  /** Sets the shape, and all weights and starts to 0; inputs and targets keep what they held. */
  public void resize(int steps, int batch) {
    if (steps < 1 || steps > most.steps() || batch < 1 || batch > most.sequences()) {
      throw new IllegalArgumentException(
          "steps must be 1 to %d and batch 1 to %d, found %d and %d"
              .formatted(most.steps(), most.sequences(), steps, batch));
    }
    this.steps = steps;
    this.batch = batch;
    Arrays.fill(weights, 0, lossRows(), 0f);
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

  /** First step that may have a loss. */
  public int lossFrom() {
    return Math.max(0, steps - most.lossSteps());
  }

  /**
   * Row of targets and weights.
   *
   * @param step from {@link #lossFrom} on
   */
  public int lossRow(int step, int sequence) {
    return (step - lossFrom()) * batch + sequence;
  }

  /** Rows of targets and weights. */
  int lossRows() {
    return (steps - lossFrom()) * batch;
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

  /** {@code float[steps − lossFrom][batch][outputs]}, scaled; read only where there is a weight. */
  public float[] targets() {
    return targets;
  }

  /** {@code float[steps − lossFrom][batch]}: weight of the loss at that step; 0 for none there. */
  public float[] weights() {
    return weights;
  }

  /** Whether any step has a weight, so that there is a loss to learn from. */
  public boolean hasWeight() {
    for (int row = 0; row < lossRows(); row++) {
      if (weights[row] != 0) {
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
