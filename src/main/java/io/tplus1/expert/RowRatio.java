package io.tplus1.expert;

/** How large a row is beside those before it. */
final class RowRatio {
  /**
   * Share of a row's square below which a sum of squares has faded to nothing: further apart than
   * floats can be, and before what it is divided by makes infinity of it.
   */
  private static final double FADED = 1e-160;

  private RowRatio() {}

  /**
   * The squares of a row in units of the mean ones so far: of its inputs together, or that of the
   * output for which it is largest.
   *
   * @param in {@code double[inputs]}
   * @param gram sums of the inputs' products, upper triangle by rows
   * @param out {@code double[outputs]}
   * @param outputSquares sums of the outputs' squares
   * @param count weight of the rows behind the sums
   * @param news what counts for something that moves for the first time
   */
  static double of(
      double[] in, double[] gram, double[] out, double[] outputSquares, double count, double news) {
    double ratio = 0;
    int at = 0;
    for (int i = 0; i < in.length; i++) {
      double square = in[i] * in[i];
      ratio += square == 0 ? 0 : isNews(square, gram[at], count) ? news : square / gram[at];
      at += in.length - i;
    }
    ratio *= count / in.length;
    for (int k = 0; k < out.length; k++) {
      double square = out[k] * out[k];
      double of =
          square * count == 0
              ? 0
              : isNews(square, outputSquares[k], count) ? news : square * count / outputSquares[k];
      ratio = Math.max(ratio, of);
    }
    return ratio;
  }

  /** Whether something moves that never has, or so long ago that its sum has faded. */
  static boolean isNews(double square, double sum, double count) {
    return square > 0 && !(sum > FADED * count * square);
  }
}
