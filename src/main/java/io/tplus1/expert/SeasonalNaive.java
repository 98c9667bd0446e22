package io.tplus1.expert;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import java.util.Arrays;
import java.util.List;

/**
 * Seasonal naive: each horizon is forecast as the value one season before it, or the latest whole
 * seasons before it that the window has seen. Immutable and thread-safe.
 */
public final class SeasonalNaive {
  private final FeatureSchema schema;
  private final int season;
  private final int horizon;

  /**
   * @param schema the fields of a vector; rows may have more columns behind these
   * @param season steps, at least 1
   * @param horizon H, steps ahead
   */
  public SeasonalNaive(FeatureSchema schema, int season, int horizon) {
    if (season < 1 || horizon < 1) {
      throw new IllegalArgumentException(
          "season and horizon must be >= 1 step, found %d and %d".formatted(season, horizon));
    }
    this.schema = schema;
    this.season = season;
    this.horizon = horizon;
  }

  /**
   * Forecasts the H steps after a window.
   *
   * @param window one vector or more, raw
   * @param out receives {@code float[horizon][schema.outputWidth()]}, raw units; zeros for
   *     categories, NaN where the window is too short to hold the season of a horizon
   */
  public void forecast(FeatureWindow window, float[] out) {
    int width = schema.outputWidth();
    List<Feature> targets = schema.targetFeatures();
    int last = window.steps() - 1;
    for (int h = 1; h <= horizon; h++) {
      int step = last + h - season * ((h + season - 1) / season);
      for (int i = 0; i < targets.size(); i++) {
        int at = (h - 1) * width + schema.outputAt(i);
        if (targets.get(i).isCategory()) {
          Arrays.fill(out, at, at + targets.get(i).width(), 0f);
        } else {
          out[at] = step < 0 ? Float.NaN : window.value(step, schema.targets().get(i));
        }
      }
    }
  }
}
