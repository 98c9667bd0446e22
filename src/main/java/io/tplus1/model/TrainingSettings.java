package io.tplus1.model;

import java.util.List;

/**
 * How a network is built and how it learns; the defaults are those of the question: one SimpleRNN,
 * mean squared error, RMSProp, batches of 50, 10 epochs, the last 15 % for validation.
 *
 * @param cell kind of recurrent layer
 * @param hidden units of each recurrent layer, first to last
 * @param decoder whether horizons come from an encoder-decoder instead of one dense layer
 * @param strategy how horizons are covered
 * @param embedding width of the embedding of the only input, where that is a category
 * @param loss what is minimised for numbers; categories always have the cross-entropy
 * @param optimizer rule of the update
 * @param learningRate step of the update
 * @param batch windows per update
 * @param epochs passes over the samples
 * @param l2 weight of the squared weights in the loss
 * @param clipNorm largest norm of the gradient, of all layers together, or of each where DL4J
 *     trains; 0 for no limit
 * @param patience epochs without a better validation loss after which training stops and the best
 *     weights are kept; 0 for never
 * @param seed seed of weights and shuffling
 * @param huberDelta error, in scaled units, beyond which the Huber loss grows linearly
 * @param members networks of different first weights whose mean is the forecast
 */
public record TrainingSettings(
    Cell cell,
    List<Integer> hidden,
    boolean decoder,
    Strategy strategy,
    int embedding,
    Loss loss,
    Optimizer optimizer,
    double learningRate,
    int batch,
    int epochs,
    double l2,
    double clipNorm,
    int patience,
    long seed,
    double huberDelta,
    int members) {

  /** Of more no artifact could hold the weights. */
  private static final int MOST_UNITS = ModelArtifact.MAX_BYTES / Float.BYTES;

  /** Kind of recurrent layer. */
  public enum Cell {
    SIMPLE_RNN,
    LSTM
  }

  /** What is minimised for numbers. */
  public enum Loss {
    MSE,
    MAE,
    HUBER
  }

  /** Rule of the update. */
  public enum Optimizer {
    RMSPROP,
    ADAM
  }

  public TrainingSettings {
    hidden = List.copyOf(hidden);
    if (hidden.isEmpty() || hidden.stream().anyMatch(units -> units < 1 || units > MOST_UNITS)) {
      throw new IllegalArgumentException(
          "hidden must name at least one layer of 1 to %d units, found %s"
              .formatted(MOST_UNITS, hidden));
    }
    if (decoder && strategy == Strategy.RECURSIVE) {
      throw new IllegalArgumentException(
          "an encoder-decoder covers the horizons itself: use it with the direct strategy");
    }
    if (!(huberDelta > 0) || members < 1) {
      throw new IllegalArgumentException(
          "the Huber loss's delta must be positive and there must be at least one member, found %s and %d"
              .formatted(huberDelta, members));
    }
    if (!(learningRate > 0) || batch < 1 || epochs < 1 || l2 < 0 || clipNorm < 0 || patience < 0) {
      throw new IllegalArgumentException(
          "learning rate, batch and epochs must be positive, l2, clip norm and patience not"
              + " negative, found %s, %d, %d, %s, %s, %d"
                  .formatted(learningRate, batch, epochs, l2, clipNorm, patience));
    }
  }

  /** The same with another seed. */
  public TrainingSettings withSeed(long otherSeed) {
    return with(batch, otherSeed);
  }

  /** The same with other batches. */
  public TrainingSettings withBatch(int otherBatch) {
    return with(otherBatch, seed);
  }

  private TrainingSettings with(int otherBatch, long otherSeed) {
    return new TrainingSettings(
        cell,
        hidden,
        decoder,
        strategy,
        embedding,
        loss,
        optimizer,
        learningRate,
        otherBatch,
        epochs,
        l2,
        clipNorm,
        patience,
        otherSeed,
        huberDelta,
        members);
  }
}
