package io.tplus1.serde;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;

/**
 * One record of {@code scores}: one horizon of a forecast against the vector that then came. Arrays
 * are only to be read: others go on learning from them.
 *
 * @param key the series
 * @param timeMs event time of the actual, epoch milliseconds
 * @param madeAtMs event time of the window's last vector, epoch milliseconds
 * @param horizon which step ahead, from 1
 * @param status what stood behind the forecast
 * @param model hash of the artifact that made it; where there was none, {@code experts} if others
 *     were mixed, else {@code persistence}
 * @param actual {@code float[targets]}, raw; ids for categories; NaN where nothing came
 * @param forecast {@code float[outputWidth]}, raw units; probabilities for categories
 * @param last {@code float[targets]}, the last values that came up to {@code madeAtMs}: the
 *     forecast of persistence
 * @param halfWidths {@code float[targets]}, half the widths of the intervals that were sent with
 *     the forecast, NaN where there was none; empty where there were none at all
 * @param experts {@code float[experts][outputWidth]}, what each expert of the mix forecast, null
 *     for one that had none; empty where nothing was mixed. Not part of the record on the wire
 */
public record Score(
    String key,
    long timeMs,
    long madeAtMs,
    int horizon,
    ForecastStatus status,
    String model,
    float[] actual,
    float[] forecast,
    float[] last,
    float[] halfWidths,
    float[][] experts) {

  /**
   * Intervals of one score.
   *
   * @param sent how many targets came and had one
   * @param covered how many of these lie in it
   */
  public record Intervals(int sent, int covered) {}

  /** Whether a target came and had an interval. */
  public boolean hasInterval(int target) {
    return halfWidths.length > 0
        && Float.isFinite(halfWidths[target])
        && Float.isFinite(actual[target]);
  }

  /**
   * Whether a target lies in its interval.
   *
   * @param at place of the target's value in {@link #forecast}
   */
  public boolean isInside(int target, int at) {
    return Math.abs((double) forecast[at] - actual[target]) <= halfWidths[target];
  }

  /**
   * Counts the intervals of all targets.
   *
   * @param schema by which the score's arrays are laid out
   */
  public Intervals intervals(FeatureSchema schema) {
    int sent = 0;
    int covered = 0;
    for (int i = 0; i < actual.length; i++) {
      if (hasInterval(i)) {
        sent++;
        covered += isInside(i, schema.outputAt(i)) ? 1 : 0;
      }
    }
    return new Intervals(sent, covered);
  }
}
