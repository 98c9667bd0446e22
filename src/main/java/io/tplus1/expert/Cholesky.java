package io.tplus1.expert;

/**
 * Factorises and solves symmetric positive definite equations (Golub and Van Loan, Matrix
 * Computations, 4.2), upper triangle packed by rows, in loops that become vector code.
 */
final class Cholesky {
  private Cholesky() {}

  /**
   * Replaces the upper triangle of A by that of U with {@code A = Uᵀ U}.
   *
   * @param packed {@code double[n (n + 1) / 2]}, rows from the diagonal on
   * @param smallest pivots must be larger, in units of the diagonal
   * @return whether A is positive definite; if not, the array is spoilt
   */
  static boolean factorise(double[] packed, int n, double smallest) {
    int row = 0;
    for (int j = 0; j < n; j++) {
      double pivot = packed[row];
      // Written so that NaN fails too.
      if (!(pivot > smallest)) {
        return false;
      }
      double root = Math.sqrt(pivot);
      int length = n - j;
      for (int m = 0; m < length; m++) {
        packed[row + m] /= root;
      }
      int below = row + length;
      for (int i = 1; i < length; i++) {
        double factor = packed[row + i];
        int shift = below - i;
        int from = row;
        for (int m = i; m < length; m++) {
          packed[shift + m] -= factor * packed[from + m];
        }
        below += length - i;
      }
      row += length;
    }
    return true;
  }

  /**
   * Solves {@code Uᵀ U X = B} in place.
   *
   * @param factor what {@link #factorise} left
   * @param right {@code double[n][columns]}, B going in and X coming out
   */
  static void solve(double[] factor, int n, double[] right, int columns) {
    int row = 0;
    for (int i = 0; i < n; i++) {
      double pivot = factor[row];
      for (int k = 0; k < columns; k++) {
        right[i * columns + k] /= pivot;
      }
      for (int m = i + 1; m < n; m++) {
        subtract(right, m, factor[row + m - i], i, columns);
      }
      row += n - i;
    }
    for (int i = n - 1; i >= 0; i--) {
      row -= n - i;
      for (int m = i + 1; m < n; m++) {
        subtract(right, i, factor[row + m - i], m, columns);
      }
      for (int k = 0; k < columns; k++) {
        right[i * columns + k] /= factor[row];
      }
    }
  }

  private static void subtract(double[] right, int from, double factor, int what, int columns) {
    int to = from * columns;
    int of = what * columns;
    for (int k = 0; k < columns; k++) {
      right[to + k] -= factor * right[of + k];
    }
  }
}
