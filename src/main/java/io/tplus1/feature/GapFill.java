package io.tplus1.feature;

/**
 * What stands for the steps that are absent between two vectors of a series.
 *
 * @param schema tells categories, which take their last word
 * @param linear whether numbers lie on the line across the gap; else they take their last value
 */
public record GapFill(FeatureSchema schema, boolean linear) {

  /**
   * The features of an absent step.
   *
   * @param before the row before the gap, its features first
   * @param after values of the vector behind it; NaN where nothing came
   * @param step which of the absent steps, from 1
   * @param absent how many they are
   */
  public float[] values(float[] before, float[] after, long step, long absent) {
    double part = step / (absent + 1.0);
    float[] values = new float[schema.size()];
    for (int f = 0; f < values.length; f++) {
      boolean moves = linear && !schema.feature(f).isCategory() && !Float.isNaN(after[f]);
      values[f] = moves ? (float) (before[f] + ((double) after[f] - before[f]) * part) : before[f];
    }
    return values;
  }

  /**
   * The time of an absent step.
   *
   * @param fromMs of the row before the gap
   * @param toMs of the vector behind it
   * @param step which of them, from 1
   * @param absent how many they are
   */
  public static long timeMs(long fromMs, long toMs, long step, long absent) {
    // Whole numbers: a fraction of a millisecond less would give two steps one time.
    return fromMs + (toMs - fromMs) * step / (absent + 1);
  }
}
