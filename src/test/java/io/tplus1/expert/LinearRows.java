package io.tplus1.expert;

import io.tplus1.feature.FeatureWindow;
import java.util.Random;

/** Rows for linear experts to learn, and the windows over them. */
final class LinearRows {
  private LinearRows() {}

  /** Four columns, of which a schema of three knows the first three. */
  static float[] rows(Random random, int count) {
    float[] rows = new float[4 * count];
    for (int i = 0; i < rows.length; i++) {
      float before = i < 4 ? 50f : rows[i - 4];
      rows[i] = (float) (0.8 * before + 10 + random.nextGaussian() * (i % 4 == 1 ? 20 : 1));
      if (i % 4 == 3) {
        rows[i] = Float.NaN;
      }
    }
    return rows;
  }

  static FeatureWindow window(float[] rows, int width, int last, int steps) {
    int most = Math.min(steps, last + 1);
    return FeatureWindow.over(rows, new long[rows.length / width], width, last + 1 - most, most);
  }

  static FeatureWindow after(float[] rows, int width, int last, int steps) {
    return FeatureWindow.over(rows, new long[rows.length / width], width, last + 1, steps);
  }
}
