package io.tplus1.rnn.learn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The loss of one step's output: the mean over its number columns, plus the mean over its
 * categories of the cross-entropy of their softmax.
 *
 * <p>Every column outside the categories' slices is a number. The loss of a batch is the mean over
 * its steps, by their weights.
 *
 * @param numbers loss of a number
 * @param huberDelta error from which Huber's loss grows linearly; not read by the others
 * @param categories slices whose outputs are logits and whose targets are one-hot (or shares that
 *     sum to 1)
 */
public record LossSpec(Kind numbers, double huberDelta, List<Slice> categories) {

  /** Loss of a number whose error is e. */
  public enum Kind {
    /** e². */
    MSE,
    /** |e|; its slope at 0 is 0. */
    MAE,
    /** ½ e² up to δ, then δ (|e| − ½ δ). */
    HUBER
  }

  /**
   * Neighbouring columns of the output.
   *
   * @param from the first
   */
  public record Slice(int from, int width) {
    public Slice {
      if (from < 0 || width < 1) {
        throw new IllegalArgumentException(
            "a slice begins at 0 or later and has at least one column, found from %d, width %d"
                .formatted(from, width));
      }
    }
  }

  public LossSpec {
    categories = List.copyOf(categories);
    if (numbers == Kind.HUBER && !(huberDelta > 0 && huberDelta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Huber's delta must be positive and finite, found " + huberDelta);
    }
    List<Slice> sorted = new ArrayList<>(categories);
    sorted.sort(Comparator.comparingInt(Slice::from));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).from() < sorted.get(i - 1).from() + sorted.get(i - 1).width()) {
        throw new IllegalArgumentException("slices of categories overlap: " + sorted);
      }
    }
  }
}
