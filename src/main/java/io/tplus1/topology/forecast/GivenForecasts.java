package io.tplus1.topology.forecast;

import io.tplus1.config.Expert;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.Roster;
import io.tplus1.topology.state.RowLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The forecasts that a receipt must hold, since nobody can be asked for them again: what linear
 * experts and counts of symbols had learnt is gone when they have learnt more. Immutable.
 *
 * <p>Of a season that was found, its steps are given, as {@code float[1]}.
 *
 * <p>The rest of what they said is NaN by nature, or stands in the window's newest row. So a linear
 * expert is given as {@code float[horizon - 1][numbers]}, from t+2 on, one that is stacked on the
 * others as {@code float[horizon][numbers]}, and a count as {@code float[…]}, the probabilities of
 * every category at t+1, side by side; the one without a context as so many for each horizon, which
 * receipts of older releases lack beyond t+1.
 */
public final class GivenForecasts {
  private static final String SEASONAL = Expert.SEASONAL.toString();
  private static final String STACKED = Expert.STACKED.toString();

  private final FeatureSchema schema;
  private final int horizon;
  private final int outputLength;
  private final List<String> names;
  private final List<String> linear;
  private final int[] lengths;
  private final RowLayout rows;

  public GivenForecasts(ForecastLayout layout) {
    this.schema = layout.schema();
    this.horizon = layout.horizon();
    this.outputLength = layout.outputLength();
    this.rows = layout.rows();
    this.names = layout.roster().names();
    this.linear = Expert.names(rows.traced());
    this.lengths = names.stream().mapToInt(this::length).toArray();
  }

  /** Whether an expert's forecasts must be given. */
  public boolean isGiven(String expert) {
    return Roster.isCount(expert) || isLinear(expert) || isStacked(expert);
  }

  private boolean isLinear(String expert) {
    return linear.contains(expert);
  }

  private static boolean isStacked(String expert) {
    return expert.equals(STACKED);
  }

  /**
   * What the receipt is to hold, by expert.
   *
   * @param forecasts {@code float[experts][horizon × outputWidth]} in the order of the roster; null
   *     for one that has none
   * @param season the one that was found, in steps; 0 for none
   */
  public Map<String, float[]> of(float[][] forecasts, int season) {
    Map<String, float[]> given = season > 0 ? new TreeMap<>() : Map.of();
    if (season > 0) {
      given.put(SEASONAL, new float[] {season});
    }
    for (int e = 0; e < forecasts.length; e++) {
      if (forecasts[e] != null && lengths[e] > 0) {
        float[] part = new float[lengths[e]];
        copy(names.get(e), forecasts[e], part, false);
        given = given.isEmpty() ? new TreeMap<>() : given;
        given.put(names.get(e), part);
      }
    }
    return given;
  }

  /**
   * An expert's forecast as it was.
   *
   * @param part what the receipt holds of it; null for nothing
   * @param window whose newest row holds what a linear expert said of t+1
   * @return null if it had none
   * @throws IllegalArgumentException if the receipt lacks it, or holds another number of values
   */
  public float[] restore(String expert, float[] part, FeatureWindow window) {
    int length = length(expert);
    if (part != null
        && part.length != length
        && !(Roster.isCount(expert) && part.length == words())) {
      throw new IllegalArgumentException(
          "the receipt gives %d values of %s, and %d were expected: it was made with other settings"
              .formatted(part.length, expert, length));
    }
    float[] forecast = new float[outputLength];
    Arrays.fill(forecast, Float.NaN);
    boolean traced = isLinear(expert) && restoreTrace(expert, window, forecast);
    if (part == null) {
      if (traced && length > 0) {
        throw new IllegalArgumentException(
            "the receipt does not give what %s forecast beyond t+1: it was written before receipts did"
                .formatted(expert));
      }
      return traced ? forecast : null;
    }
    copy(expert, forecast, part, true);
    return forecast;
  }

  /**
   * The season that was found, in steps; 0 for none.
   *
   * @param given what the receipt holds
   * @param most longest season that there can be
   * @throws IllegalArgumentException if it holds what is none
   */
  public static int season(Map<String, float[]> given, int most) {
    float[] part = given.get(SEASONAL);
    if (part == null) {
      return 0;
    }
    if (part.length != 1 || !(part[0] >= 1 && part[0] <= most) || part[0] != (int) part[0]) {
      throw new IllegalArgumentException(
          "the receipt must give one season of at most %d steps, found %s"
              .formatted(most, Arrays.toString(part)));
    }
    return (int) part[0];
  }

  private boolean restoreTrace(String expert, FeatureWindow window, float[] forecast) {
    boolean said = false;
    for (int target : schema.numberTargets()) {
      int at = schema.outputAt(target);
      forecast[at] = window.last(rows.trace(linear.indexOf(expert), target));
      said |= Float.isFinite(forecast[at]);
    }
    return said;
  }

  /** Number of values that are given. */
  private int length(String expert) {
    if (Roster.isCount(expert)) {
      return expert.equals(Roster.REPEATS) ? horizon * words() : words();
    }
    int numbers = schema.numberTargets().size();
    if (isStacked(expert)) {
      return horizon * numbers;
    }
    return isLinear(expert) ? (horizon - 1) * numbers : 0;
  }

  /** Of all categories. */
  private int words() {
    return schema.outputWidth() - schema.numberTargets().size();
  }

  /** Copies what is given between a whole forecast and its part in a receipt. */
  private void copy(String expert, float[] whole, float[] part, boolean back) {
    boolean count = Roster.isCount(expert);
    int next = 0;
    for (int h = isLinear(expert) ? 1 : 0; next < part.length; h++) {
      for (int target = 0; target < rows.targets(); target++) {
        if (schema.targetFeatures().get(target).isCategory() == count) {
          int at = h * schema.outputWidth() + schema.outputAt(target);
          int length = schema.targetFeatures().get(target).width();
          if (back) {
            System.arraycopy(part, next, whole, at, length);
          } else {
            System.arraycopy(whole, at, part, next, length);
          }
          next += length;
        }
      }
    }
  }
}
