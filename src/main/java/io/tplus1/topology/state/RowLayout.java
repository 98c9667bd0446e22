package io.tplus1.topology.state;

import io.tplus1.config.Expert;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.HygieneSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.StepInputs;
import java.util.Arrays;
import java.util.List;

/**
 * Where things stand in the rows of windows and of their store: the vector's features, then what
 * each traced expert forecast of t+1 (its targets, NaN where it had no forecast), then whether the
 * row was filled.
 *
 * @param features fields of a vector
 * @param targets number of targets
 * @param traced experts whose forecasts are kept, in order
 * @param marked whether a last column says how much of the row was filled
 */
public record RowLayout(int features, int targets, List<Expert> traced, boolean marked) {
  /** In the last column: all came from the stream. */
  public static final float OBSERVED = 0;

  /** In the last column: some features were filled, a target perhaps among them. */
  public static final float PARTLY_FILLED = 1;

  /** In the last column: nothing came, and the whole row was filled. */
  public static final float FILLED = 2;

  /** In the last column: some features were filled, and no target. */
  public static final float INPUTS_FILLED = 3;

  /** The kind of the last column. */
  private static final int MARK = 1;

  /** The order of {@code traced} is that of the columns. */
  public RowLayout {
    traced = List.copyOf(traced);
  }

  /** The layout that the settings ask for; rows are marked where anything is filled. */
  public static RowLayout of(FeatureSchema schema, ForecastSettings settings) {
    HygieneSettings hygiene = settings.hygiene();
    return new RowLayout(
        schema.size(),
        schema.targets().size(),
        settings.experts().traced(),
        hygiene.fillsGaps() || hygiene.fillsFeatures());
  }

  /** Number of columns. */
  public int width() {
    return features + traced.size() * targets + (marked ? 1 : 0);
  }

  /** Column of what an expert forecast of a target. */
  public int trace(int expert, int target) {
    return StepInputs.traceColumn(features, targets, expert, target);
  }

  /** Column that says how much was filled; only where rows are marked. */
  public int mark() {
    return width() - 1;
  }

  /** One bit for each kind of column behind the features, as stored rows name them. */
  public int kinds() {
    int kinds = marked ? MARK : 0;
    for (Expert expert : traced) {
      kinds |= kind(expert);
    }
    return kinds;
  }

  /** Rows of the same features as other settings have them, by their {@link #kinds}. */
  public RowLayout ofKinds(int kinds) {
    List<Expert> traced =
        Arrays.stream(Expert.values()).filter(one -> (kinds & kind(one)) != 0).toList();
    return new RowLayout(features, targets, traced, (kinds & MARK) != 0);
  }

  private static int kind(Expert expert) {
    return 2 << expert.code();
  }

  /** Whether any of some rows was filled, in part or whole. */
  public boolean isFilled(FeatureWindow window, int from, int count) {
    for (int s = from; marked && s < from + count; s++) {
      if (window.value(s, mark()) != OBSERVED) {
        return true;
      }
    }
    return false;
  }

  /** Whether a target of any of some rows was filled, or may have been. */
  public boolean isTargetFilled(FeatureWindow window, int from, int count) {
    for (int s = from; marked && s < from + count; s++) {
      if (isOfTarget(window.value(s, mark()))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfTarget(float mark) {
    return mark != OBSERVED && mark != INPUTS_FILLED;
  }

  /** Whether a target of a row was filled, or may have been. */
  public boolean isTargetFilled(float[] row) {
    return marked && isOfTarget(row[mark()]);
  }

  /** Whether a row was made up whole, for a step at which nothing came. */
  public boolean isMadeUp(FeatureWindow window, int step) {
    return marked && window.value(step, mark()) == FILLED;
  }

  /** Whether anything of a row was filled. */
  public boolean isFilled(float[] row) {
    return marked && row[mark()] != OBSERVED;
  }

  /** Whether a row was made up whole. */
  public boolean isMadeUp(float[] row) {
    return marked && row[mark()] == FILLED;
  }

  /** A row of a vector, without forecasts. */
  public float[] row(float[] values, float mark) {
    if (width() == features) {
      return values;
    }
    float[] row = Arrays.copyOf(values, width());
    Arrays.fill(row, features, row.length, Float.NaN);
    if (marked) {
      row[mark()] = mark;
    }
    return row;
  }
}
