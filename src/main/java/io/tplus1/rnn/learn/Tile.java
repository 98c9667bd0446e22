package io.tplus1.rnn.learn;

import java.util.Arrays;

/**
 * Some neighbouring sequences of a batch that are computed together, few enough that what they
 * leave behind for the way back fits a cache.
 */
final class Tile {
  /** Floats of gates that a tile may hold: 1 MiB of a second-level cache. */
  private static final int FLOATS = 1 << 18;

  private static final int LEAST = 16;
  private static final int MOST = 128;

  /** First sequence in the batch. */
  int base;

  /** Number of sequences. */
  int sequences;

  /** First step that any of the sequences has. */
  int first;

  /** Step behind the last that has a weight. */
  int end;

  /** First step of each sequence. */
  final int[] starts;

  Tile(int capacity) {
    starts = new int[capacity];
  }

  /** Sequences of a tile; told from the shapes alone, so that sums do not depend on the machine. */
  static int capacity(BatchSize batch, int gates) {
    long fits = FLOATS / Math.max(1L, (long) batch.steps() * gates);
    int sequences = (int) Math.max(LEAST, Math.min(MOST, fits / 8 * 8));
    return Math.min(sequences, batch.sequences());
  }

  /** Whether there is anything to learn in the sequences from {@code from} on. */
  boolean take(SequenceBatch batch, int from) {
    base = from;
    sequences = Math.min(starts.length, batch.batch() - from);
    System.arraycopy(batch.starts(), from, starts, 0, sequences);
    first = batch.steps();
    for (int b = 0; b < sequences; b++) {
      first = Math.min(first, starts[b]);
    }
    end = batch.steps();
    int lossFrom = Math.max(first, batch.lossFrom());
    while (end > lossFrom && !weighted(batch, end - 1)) {
      end--;
    }
    return end > lossFrom;
  }

  private boolean weighted(SequenceBatch batch, int step) {
    int at = batch.lossRow(step, base);
    for (int b = 0; b < sequences; b++) {
      if (batch.weights()[at + b] != 0) {
        return true;
      }
    }
    return false;
  }

  int row(int step) {
    return step * sequences;
  }

  /** Sets the rows of a step to zero where the sequence has not begun. */
  void clearPadding(int step, float[] values, int at, int stride) {
    for (int b = 0; b < sequences; b++) {
      if (step < starts[b]) {
        Arrays.fill(values, at + b * stride, at + (b + 1) * stride, 0f);
      }
    }
  }
}
