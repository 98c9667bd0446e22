package io.tplus1.train;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Leaves out samples that hold a value out of all proportion, so that a sensor's nonsense does not
 * set the scaling of what is trained.
 *
 * <p>Out of proportion is farther from the median of a field than {@value #DISTANCES} times the
 * distance between its quartiles, both over the vectors that follow windows; far enough that series
 * of very different sizes stay. A field whose quartiles are equal is not judged. A sensor's code
 * for no value, as −9999 among temperatures, is nearer than that, and learnt.
 *
 * <p>To judge each series by its own values (100 quartile distances, and rarer than 1 in 200) has
 * been tried: such codes went, and with them the rare peaks of network traffic, which cost NAB's
 * metrics .2 to .3 % of MASE; of many series few values each were judged at all.
 */
public final class Outliers {
  private static final double DISTANCES = 10_000;

  private Outliers() {}

  /** The samples in their order, without those; all of them if none would be left. */
  public static List<TrainingSample> without(List<TrainingSample> samples, FeatureSchema schema) {
    return samples.isEmpty() ? samples : samples.stream().filter(of(samples, schema)).toList();
  }

  /**
   * Whether a sample, also a later one, holds no value out of proportion to those of some; none
   * does where each of them would.
   *
   * @param samples one at least
   */
  public static Predicate<TrainingSample> of(List<TrainingSample> samples, FeatureSchema schema) {
    Predicate<TrainingSample> bounds = bounds(samples, schema);
    return samples.stream().anyMatch(bounds) ? bounds : sample -> true;
  }

  private static Predicate<TrainingSample> bounds(
      List<TrainingSample> samples, FeatureSchema schema) {
    double[] low = new double[schema.size()];
    double[] high = new double[schema.size()];
    for (int f = 0; f < schema.size(); f++) {
      int field = f;
      double[] values =
          samples.stream().mapToDouble(sample -> sample.following().value(0, field)).toArray();
      Arrays.sort(values);
      double median = values[values.length / 2];
      double spread = values[values.length * 3 / 4] - values[values.length / 4];
      boolean judged = spread > 0 && !schema.feature(f).isCategory();
      low[f] = judged ? median - DISTANCES * spread : Double.NEGATIVE_INFINITY;
      high[f] = judged ? median + DISTANCES * spread : Double.POSITIVE_INFINITY;
    }
    return s -> isWithin(s.window(), low, high) && isWithin(s.following(), low, high);
  }

  private static boolean isWithin(FeatureWindow rows, double[] low, double[] high) {
    for (int s = 0; s < rows.steps(); s++) {
      for (int f = 0; f < low.length; f++) {
        float value = rows.value(s, f);
        if (value < low[f] || value > high[f]) {
          return false;
        }
      }
    }
    return true;
  }
}
