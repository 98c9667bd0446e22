package io.tplus1.expert;

/**
 * Solves symmetric positive definite equations by a factorisation without square roots (Golub and
 * Van Loan, Matrix Computations, 4.1.2), upper triangle packed by rows.
 */
final class Cholesky {
  private Cholesky() {}

  /**
   * Solves {@code A X = B} by {@code A = Uᵀ D⁻¹ U}; A is spoilt, and B too where X is not found.
   *
   * @param packed {@code double[n (n + 1) / 2]}, the upper triangle of A, rows from the diagonal on
   * @param least {@code double[n]}, what each pivot must be more than
   * @param right {@code double[n][columns]}, B going in and X coming out
   * @return whether A is positive definite, and X found
   */
  static boolean solve(double[] packed, int n, double[] least, double[] right, int columns) {
    int row = 0;
    for (int j = 0; j < n; j++) {
      double pivot = packed[row];
      // Written so that NaN fails too.
      if (!(pivot > least[j])) {
        return false;
      }
      packed[row] = 1 / pivot;
      eliminate(packed, row, n - j);
      eliminate(packed, row, n - j, right, j, columns);
      row += n - j;
    }
    for (int j = n - 1; j >= 0; j--) {
      row -= n - j;
      substitute(packed, row, n - j, right, j, columns);
    }
    return true;
  }

  /** Takes one row, whose pivot is inverted, off all rows below it. */
  private static void eliminate(double[] packed, int row, int length) {
    double inverse = packed[row];
    int below = row + length;
    for (int i = 1; i < length; i++) {
      double factor = packed[row + i] * inverse;
      // Written so that the compiler turns the loop into vector code.
      int shift = below - i;
      for (int m = i; m < length; m++) {
        packed[shift + m] -= factor * packed[row + m];
      }
      below += length - i;
    }
  }

  private static void eliminate(
      double[] packed, int row, int length, double[] right, int j, int columns) {
    double inverse = packed[row];
    int of = j * columns;
    if (columns == 1) {
      double share = right[j] * inverse;
      for (int i = 1; i < length; i++) {
        right[j + i] -= packed[row + i] * share;
      }
      return;
    }
    for (int i = 1; i < length; i++) {
      double factor = packed[row + i] * inverse;
      int to = of + i * columns;
      for (int k = 0; k < columns; k++) {
        right[to + k] -= factor * right[of + k];
      }
    }
  }

  /** Farthest first: what was found last is then waited for once alone. */
  private static void substitute(
      double[] packed, int row, int length, double[] right, int j, int columns) {
    if (columns == 1) {
      double left = right[j];
      for (int i = length - 1; i > 0; i--) {
        left -= packed[row + i] * right[j + i];
      }
      right[j] = left * packed[row];
      return;
    }
    int to = j * columns;
    for (int i = length - 1; i > 0; i--) {
      double factor = packed[row + i];
      int of = to + i * columns;
      for (int k = 0; k < columns; k++) {
        right[to + k] -= factor * right[of + k];
      }
    }
    for (int k = 0; k < columns; k++) {
      right[to + k] *= packed[row];
    }
  }
}
