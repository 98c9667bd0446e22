package io.tplus1.rnn.proof;

import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;

/** How many steps of a network passes in doubles may go over, in products of a weight. */
final class PassCost {
  /**
   * Products that passes are given: some tenths of a second, and half a minute where {@link
   * Agreement} has to tell float32's rounding from a mistake.
   */
  private static final long MOST_PRODUCTS = 200_000_000;

  private PassCost() {}

  /** Whether passes over so many steps end within a minute. */
  static boolean isAffordable(Network network, long steps) {
    return steps <= affordable(network);
  }

  /** Steps over which passes end within that; of a very large network none. */
  static long affordable(Network network) {
    return MOST_PRODUCTS / Math.max(1, productsOfAStep(network));
  }

  /** At most: an embedding looks a row up, and multiplies nothing. */
  private static long productsOfAStep(Network network) {
    long tables =
        network.layers().stream()
            .filter(Layer.Embedding.class::isInstance)
            .mapToLong(layer -> ((Layer.Embedding) layer).weights().length)
            .sum();
    return network.parameters() - tables;
  }
}
