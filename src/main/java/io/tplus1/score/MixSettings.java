package io.tplus1.score;

/**
 * How experts are mixed by their matured errors.
 *
 * @param loss which mean of a number's errors counts
 * @param exponent p: a number's weights go by 1 / MSE<sup>p</sup>, or 1 / (MAE²)<sup>p</sup>; a
 *     category's by e<sup>−p × nats</sup>; 0 mixes equally
 * @param decay what a matured error still counts one row later, in (0, 1]; .999 remembers about a
 *     thousand rows, 1 a million errors
 * @param pooledRows how many rows of a series' own errors the errors of all series together count
 *     as, where they are given
 */
public record MixSettings(Loss loss, double exponent, double decay, double pooledRows) {

  /** Which mean of a number's errors counts. */
  public enum Loss {
    /** The mean square: who has the fewest large errors leads. */
    SQUARED,
    /** The mean of the absolute errors, for errors with spikes, or where they are told in means. */
    ABSOLUTE
  }

  /**
   * @throws IllegalArgumentException if the exponent or the pooled rows are negative or not finite,
   *     or the decay is outside (0, 1]
   */
  public MixSettings {
    if (!(exponent >= 0 && exponent < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the exponent of a mix must be 0 or more and finite, found " + exponent);
    }
    if (!(decay > 0 && decay <= 1)) {
      throw new IllegalArgumentException("the decay of a mix must lie in (0, 1], found " + decay);
    }
    if (!(pooledRows >= 0 && pooledRows < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the pooled rows of a mix must be 0 or more and finite, found " + pooledRows);
    }
  }
}
