package io.tplus1.serde;

/** Probabilities of a category, read. */
final class Categories {
  private Categories() {}

  /**
   * The id of the largest probability among {@code width} values from {@code at}; the first of
   * equals.
   */
  static int likeliest(float[] values, int at, int width) {
    int best = 0;
    for (int id = 1; id < width; id++) {
      if (values[at + id] > values[at + best]) {
        best = id;
      }
    }
    return best;
  }
}
