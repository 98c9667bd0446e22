package io.tplus1.rnn.learn;

/**
 * How large a batch may be.
 *
 * @param steps of the longest sequence
 * @param sequences side by side
 * @param lossSteps newest steps of a sequence that may have a loss: of the others nothing is kept
 *     of what the network should have put out
 */
public record BatchSize(int steps, int sequences, int lossSteps) {

  /**
   * @throws IllegalArgumentException if one is below 1, or more steps have a loss than there are
   */
  public BatchSize {
    if (steps < 1 || sequences < 1 || lossSteps < 1 || lossSteps > steps) {
      throw new IllegalArgumentException(
          "steps and sequences must be at least 1, steps with a loss 1 to the steps, found %d, %d and %d"
              .formatted(steps, sequences, lossSteps));
    }
  }
}
