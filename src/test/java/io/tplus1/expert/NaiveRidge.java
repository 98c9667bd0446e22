package io.tplus1.expert;

import java.util.ArrayList;
import java.util.List;

/** Ridge regression over all rows with explicit weights, by Gauss' elimination. */
final class NaiveRidge {
  private record Row(double[] in, double[] out, double weight) {}

  private final List<Row> rows = new ArrayList<>();
  private final double forgetting;
  private final double ridge;

  NaiveRidge(double forgetting, double ridge) {
    this.forgetting = forgetting;
    this.ridge = ridge;
  }

  void add(double[] in, double[] out, double weight) {
    rows.add(new Row(in.clone(), out.clone(), weight * share(in, out)));
  }

  private double weight(int row) {
    return rows.get(row).weight * Math.pow(forgetting, rows.size() - 1 - row);
  }

  private double share(double[] in, double[] out) {
    double total = 0;
    double[] squares = new double[in.length + out.length];
    for (int r = 0; r < rows.size(); r++) {
      total += weight(r);
      for (int i = 0; i < squares.length; i++) {
        squares[i] += weight(r) * square(rows.get(r), i);
      }
    }
    double ratio = 0;
    double worst = 0;
    for (int i = 0; i < squares.length; i++) {
      double one = squares[i] > 0 ? square(new Row(in, out, 1), i) / (squares[i] / total) : 0;
      if (i < in.length) {
        ratio += one / in.length;
      } else {
        worst = Math.max(worst, one);
      }
    }
    return Math.min(1, 100 / Math.max(ratio, worst));
  }

  private static double square(Row row, int i) {
    double value = i < row.in.length ? row.in[i] : row.out[i - row.in.length];
    return value * value;
  }

  /** {@code w · in + b} for one output. */
  double forecast(double[] in, int output) {
    int n = in.length;
    double total = 0;
    double[] mean = new double[n];
    double meanOut = 0;
    for (int r = 0; r < rows.size(); r++) {
      total += weight(r);
      meanOut += weight(r) * rows.get(r).out[output];
      for (int i = 0; i < n; i++) {
        mean[i] += weight(r) * rows.get(r).in[i];
      }
    }
    meanOut /= total;
    double[][] a = new double[n][n + 1];
    for (int r = 0; r < rows.size(); r++) {
      for (int i = 0; i < n; i++) {
        double centred = rows.get(r).in[i] - mean[i] / total;
        for (int j = 0; j < n; j++) {
          a[i][j] += weight(r) * centred * (rows.get(r).in[j] - mean[j] / total);
        }
        a[i][n] += weight(r) * centred * (rows.get(r).out[output] - meanOut);
      }
    }
    for (int i = 0; i < n; i++) {
      a[i][i] *= 1 + ridge;
    }
    double[] weights = eliminate(a);
    double value = meanOut;
    for (int i = 0; i < n; i++) {
      value += weights[i] * (in[i] - mean[i] / total);
    }
    return value;
  }

  private static double[] eliminate(double[][] a) {
    int n = a.length;
    for (int i = 0; i < n; i++) {
      for (int r = 0; r < n; r++) {
        if (r != i && a[i][i] != 0) {
          double factor = a[r][i] / a[i][i];
          for (int c = i; c <= n; c++) {
            a[r][c] -= factor * a[i][c];
          }
        }
      }
    }
    double[] solution = new double[n];
    for (int i = 0; i < n; i++) {
      solution[i] = a[i][i] == 0 ? 0 : a[i][n] / a[i][i];
    }
    return solution;
  }
}
