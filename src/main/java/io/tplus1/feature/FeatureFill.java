package io.tplus1.feature;

/** Features that are absent in a vector (NaN), and what stands for them. */
public final class FeatureFill {
  private FeatureFill() {}

  /** Whether any of a row's first fields is absent (NaN). */
  public static boolean isHoled(float[] row, int fields) {
    for (int f = 0; f < fields; f++) {
      if (Float.isNaN(row[f])) {
        return true;
      }
    }
    return false;
  }

  /** Whether any value is there. */
  public static boolean isAnyThere(float[] values) {
    for (float value : values) {
      if (!Float.isNaN(value)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Values, with those of before where they are absent; the same array where none is.
   *
   * @param before null if nothing came before
   */
  public static float[] orBefore(float[] values, float[] before) {
    float[] filled = values;
    for (int i = 0; i < values.length; i++) {
      if (Float.isNaN(values[i])) {
        filled = filled == values ? values.clone() : filled;
        filled[i] = before == null ? Float.NaN : before[i];
      }
    }
    return filled;
  }

  /**
   * The last value, or for a number one as far behind it as that is behind the one before. A target
   * takes its last value in any case: what persistence forecasts, and all else is held against, is
   * the last that came.
   *
   * @param schema tells categories, which take their last word, and targets
   * @param before rows that end with the one before the vector; at least two where {@code linear}
   * @param feature index of the feature
   * @param linear whether a number goes on along its last change
   */
  public static float value(
      FeatureSchema schema, FeatureWindow before, int feature, boolean linear) {
    int last = before.steps() - 1;
    float value = before.value(last, feature);
    if (!linear || schema.feature(feature).isCategory() || schema.targets().contains(feature)) {
      return value;
    }
    float moved = 2 * value - before.value(last - 1, feature);
    return Float.isFinite(moved) ? moved : value;
  }
}
