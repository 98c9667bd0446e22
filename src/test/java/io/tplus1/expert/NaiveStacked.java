package io.tplus1.expert;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.util.List;

/**
 * {@link Stacked} by its definition, in doubles and with elimination, for two numbers and a word.
 */
final class NaiveStacked {
  static final FeatureSchema SCHEMA =
      FeatureSchema.of(
          List.of(
              Feature.number("a"),
              Feature.category("c", List.of("low", "high")),
              Feature.number("b")));
  static final int WIDTH = SCHEMA.outputWidth();
  static final int LAST = WIDTH - 1;
  private static final int[] PLACES = {0, LAST};

  /** What came, what was said of it, and what the mix made of that. */
  record Row(int horizon, float[] actual, float[][] forecasts, float[] mixed) {
    double[] errors() {
      int at = horizon * WIDTH;
      return new double[] {(double) actual[0] - mixed[at], (double) actual[2] - mixed[at + LAST]};
    }
  }

  private final StackedShape shape;
  private final int inputs;
  private final double[][][] gram;
  private final double[][][] cross;
  private final double[][] squares;
  private final double[] count;
  private double[] last = new double[2];

  /** {@code float[WIDTH]}, a forecast of the two numbers and none of the word. */
  static float[] said(float a, float b) {
    return new float[] {a, Float.NaN, Float.NaN, Float.NaN, b};
  }

  NaiveStacked(StackedShape shape) {
    this.shape = shape;
    this.inputs = 2 * (shape.experts() + 1);
    this.gram = new double[2][inputs][inputs];
    this.cross = new double[2][inputs][2];
    this.squares = new double[2][2];
    this.count = new double[2];
  }

  private double usual(int group, int k) {
    double square = Math.max(squares[group][k / (shape.experts() + 1)], gram[group][k][k]);
    return count[group] == 0 ? 0 : Math.sqrt(square / count[group]);
  }

  private double[] inputs(int group, Row row) {
    double[] d = differences(row, last);
    for (int k = 0; k < inputs; k++) {
      double most = 5 * usual(group, k);
      d[k] = most == 0 ? d[k] : Math.max(-most, Math.min(most, d[k]));
    }
    return d;
  }

  void learn(Row row) {
    int group = shape.groups().get(row.horizon());
    double[] errors = row.errors();
    double[] d = inputs(group, row);
    if (row.horizon() == 0) {
      last =
          new double[] {
            Double.isNaN(errors[0]) ? 0 : (float) errors[0],
            Double.isNaN(errors[1]) ? 0 : (float) errors[1]
          };
    }
    if (Double.isNaN(errors[0] + errors[1])) {
      return;
    }
    double ratio = 0;
    for (int i = 0; i < 2 && count[group] > 0; i++) {
      ratio += errors[i] * errors[i] * count[group] / squares[group][i] / 2;
    }
    ratio = Math.sqrt(ratio);
    double share = group == 0 ? 1 : 0.5;
    double weight = shape.huber() == 0 || ratio <= shape.huber() ? 1 : shape.huber() / ratio;
    double kept = Math.pow(shape.forgetting(), share);
    fadeEarlyRows(group, errors, share);
    double before = count[group];
    count[group] = kept * count[group] + share;
    for (int i = 0; i < 2; i++) {
      double most = before == 0 ? 0 : 100 * squares[group][i] / before;
      double square = errors[i] * errors[i];
      squares[group][i] =
          kept * squares[group][i] + share * (most > 0 ? Math.min(square, most) : square);
    }
    for (int k = 0; k < inputs; k++) {
      for (int l = 0; l < inputs; l++) {
        gram[group][k][l] = kept * gram[group][k][l] + share * weight * d[k] * d[l];
      }
      for (int i = 0; i < 2; i++) {
        cross[group][k][i] = kept * cross[group][k][i] + share * weight * d[k] * errors[i];
      }
    }
  }

  private void fadeEarlyRows(int group, double[] errors, double share) {
    double largest = 0;
    for (int i = 0; i < 2; i++) {
      largest = Math.max(largest, errors[i] * errors[i] * count[group] / squares[group][i]);
    }
    double early = Math.min(64, 0.5 / (1 - shape.forgetting()));
    if (count[group] < early && largest > 0 && largest < 0.03) {
      double kept = Math.pow(Math.max(0.5, largest / 0.03), share);
      for (int k = 0; k < inputs; k++) {
        scale(gram[group][k], kept);
        scale(cross[group][k], kept);
      }
      scale(squares[group], kept);
    }
  }

  private static void scale(double[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  double[] forecast(Row asked) {
    int group = shape.groups().get(asked.horizon());
    double[] forecast = new double[2];
    for (int i = 0; i < 2; i++) {
      forecast[i] = asked.mixed()[asked.horizon() * WIDTH + PLACES[i]];
    }
    if (count[group] == 0) {
      return forecast;
    }
    double[] d = inputs(group, asked);
    double[][] a = new double[inputs][];
    double[][] b = new double[inputs][];
    for (int k = 0; k < inputs; k++) {
      a[k] = gram[group][k].clone();
      b[k] = cross[group][k].clone();
      a[k][k] += shape.ridge() * usual(group, k) * usual(group, k);
    }
    double[][] weights = eliminate(a, b);
    for (int i = 0; i < 2; i++) {
      for (int k = 0; k < inputs; k++) {
        forecast[i] += weights[k][i] * d[k];
      }
    }
    return forecast;
  }

  private static double[] differences(Row row, double[] last) {
    int experts = row.forecasts().length;
    double[] d = new double[2 * (experts + 1)];
    for (int j = 0; j < 2; j++) {
      int at = row.horizon() * WIDTH + PLACES[j];
      for (int e = 0; e < experts; e++) {
        float[] one = row.forecasts()[e];
        d[j * (experts + 1) + e] =
            one == null || Float.isNaN(one[at]) ? 0 : (double) one[at] - row.mixed()[at];
      }
      d[j * (experts + 1) + experts] = row.horizon() == 0 ? last[j] : 0;
    }
    return d;
  }

  private static double[][] eliminate(double[][] a, double[][] b) {
    int n = a.length;
    for (int p = 0; p < n; p++) {
      for (int i = 0; i < n; i++) {
        if (i != p) {
          double factor = a[i][p] / a[p][p];
          for (int j = 0; j < n; j++) {
            a[i][j] -= factor * a[p][j];
          }
          for (int k = 0; k < b[i].length; k++) {
            b[i][k] -= factor * b[p][k];
          }
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < b[i].length; k++) {
        b[i][k] /= a[i][i];
      }
    }
    return b;
  }
}
