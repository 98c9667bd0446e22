package io.tplus1.feature;

/** What stands for a feature that is absent in a vector. */
public final class FeatureFill {
  private FeatureFill() {}

  /**
   * The last value, or for a number one as far behind it as that is behind the one before.
   *
   * @param schema tells categories, which take their last word
   * @param before rows that end with the one before the vector; at least two where {@code linear}
   * @param feature index of the feature
   * @param linear whether a number goes on along its last change
   */
  public static float value(
      FeatureSchema schema, FeatureWindow before, int feature, boolean linear) {
    int last = before.steps() - 1;
    float value = before.value(last, feature);
    if (!linear || schema.feature(feature).isCategory()) {
      return value;
    }
    float moved = 2 * value - before.value(last - 1, feature);
    return Float.isFinite(moved) ? moved : value;
  }
}
