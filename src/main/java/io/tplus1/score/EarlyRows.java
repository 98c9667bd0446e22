package io.tplus1.score;

/**
 * What rows still weigh in sums of squares or errors once a later one shows that they were out of
 * all proportion. Stateless.
 *
 * <p>A row is bounded by those before it, so the first ones are bounded by nothing: a sensor that
 * says 0 or −9999 before its first reading leaves errors that outweigh thousands of true ones. So
 * sums of few rows fade when a row comes that is far smaller than they are, by half at most, so
 * that it takes several such rows.
 */
public final class EarlyRows {
  private static final double MOST = 64;

  /** Of the rows that forgetting leaves in the end. */
  private static final double MOST_PART = 0.5;

  /** Share of the mean square below which a row is far smaller. */
  private static final double SMALL = 0.03;

  private static final double LEAST_KEPT = 0.5;

  private EarlyRows() {}

  /**
   * Whether sums are of few rows.
   *
   * @param rows behind them, with forgetting
   * @param forgetting λ per row
   */
  public static boolean are(double rows, double forgetting) {
    return rows < MOST && rows * (1 - forgetting) < MOST_PART;
  }

  /**
   * Returns what is kept of early sums, ½ to 1.
   *
   * @param ratio the new row's square, in units of the mean one so far; 0 for one that says
   *     nothing, and NaN or infinite where there is no mean
   */
  public static double kept(double ratio) {
    return ratio > 0 && ratio < SMALL ? Math.max(LEAST_KEPT, ratio / SMALL) : 1;
  }

  /**
   * The same of early errors.
   *
   * @param ratio the new row's error, in units of the mean one so far, as {@link #kept} takes it
   * @param linear whether that is a mean of errors, and not the root of one of squares
   * @param share of the row
   */
  static double keptOfErrors(double ratio, boolean linear, double share) {
    double kept = kept(linear ? ratio : ratio * ratio);
    if (kept == 1) {
      return 1; // Most rows; powers cost.
    }
    double left = Math.pow(kept, share);
    return linear ? left : Math.sqrt(left);
  }
}
