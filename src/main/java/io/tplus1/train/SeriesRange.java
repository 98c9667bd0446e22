package io.tplus1.train;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.TrainingSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What is in proportion to one series' own values.
 *
 * <p>Out of proportion is a value farther from the median of its field than {@value #DISTANCES}
 * times the distance between the quartiles, if such values are rare: a single one, or fewer than
 * one in {@value #RARE}. What is not rare is the series' own: a machine that idles at 5 and works
 * at 500 is learnt whole. Samples overlap, up to N + H of them hold the same value; so values are
 * counted once for each time of the series, not as often as there are samples of them. The first
 * values of a new level far away are rare too, until there are more.
 *
 * <p>Rain is mostly 0, and its quartiles may be equal or nearly so. So the distance between the
 * quartiles of those values counts that differ from the median, if it is larger and there are
 * enough. A field with fewer than {@value #LEAST} values, or without any distance, is not judged.
 */
final class SeriesRange {
  private static final double DISTANCES = 100;
  private static final int RARE = 200;
  private static final int LEAST = 50;

  private final List<TrainingSample> samples;

  /** For each sample the first of its steps, window and following, that no earlier one holds. */
  private final int[] firstNew;

  private final float[] values;

  /** A value that most of what is far out in a series is, but not rare. */
  record Repeated(int feature, float value) {}

  private SeriesRange(List<TrainingSample> samples) {
    this.samples = samples;
    this.firstNew = new int[samples.size()];
    long lastMs = Long.MIN_VALUE;
    int rows = 0;
    for (int i = 0; i < firstNew.length; i++) {
      TrainingSample sample = samples.get(i);
      int steps = steps(sample);
      int first = steps;
      while (first > 0 && timeMs(sample, first - 1) > lastMs) {
        first--;
      }
      firstNew[i] = first;
      rows += steps - first;
      lastMs = Math.max(lastMs, sample.following().lastTimeMs());
    }
    this.values = new float[rows];
  }

  /**
   * The range of each field of one series.
   *
   * @param samples of the series, in any order
   * @param others what a field may be by all series' values, which is lifted where it can be judged
   *     by the series' own
   * @param repeated gets how often a value came that is far out and was repeated
   */
  static ValueRange of(
      List<TrainingSample> samples,
      FeatureSchema schema,
      ValueRange others,
      Map<Repeated, Integer> repeated) {
    ValueRange range = ValueRange.open(schema.size());
    List<TrainingSample> inTime = new ArrayList<>(samples);
    inTime.sort(Comparator.comparingLong(sample -> sample.window().lastTimeMs()));
    SeriesRange series = new SeriesRange(inTime);
    for (int f = 0; f < schema.size(); f++) {
      if (!schema.feature(f).isCategory()) {
        series.judge(f, range, others, repeated);
      }
    }
    return range;
  }

  private void judge(
      int feature, ValueRange range, ValueRange others, Map<Repeated, Integer> repeated) {
    int count = sort(feature);
    if (count < LEAST) {
      return;
    }
    float median = values[count / 2];
    double most = DISTANCES * spread(count, median);
    if (most == 0) {
      return;
    }
    others.lift(feature);
    int below = 0;
    while (values[below] < median - most) {
      below++;
    }
    int above = count;
    while (values[above - 1] > median + most) {
      above--;
    }
    int far = below + count - above;
    if (far == 1 || (far > 0 && (long) far * RARE < count)) {
      range.close(feature, median, most);
    } else if (far > 0) {
      System.arraycopy(values, above, values, below, count - above);
      noteRepeated(feature, far, repeated);
    }
  }

  /** The field's values in order, at the front of the array; how many there are. */
  private int sort(int feature) {
    int count = 0;
    for (int i = 0; i < firstNew.length; i++) {
      TrainingSample sample = samples.get(i);
      for (int s = firstNew[i]; s < steps(sample); s++) {
        float value = value(sample, s, feature);
        if (!Float.isNaN(value)) {
          values[count++] = value == 0 ? 0 : value; // One zero: -0 lies below it in order.
        }
      }
    }
    Arrays.sort(values, 0, count);
    return count;
  }

  /** Between the quartiles: of all, or of those that differ from the median. */
  private double spread(int count, float median) {
    double all = (double) values[count * 3 / 4] - values[count / 4];
    int first = count / 2;
    while (first > 0 && values[first - 1] == median) {
      first--;
    }
    int next = count / 2 + 1;
    while (next < count && values[next] == median) {
      next++;
    }
    int same = next - first;
    int others = count - same;
    if (others < LEAST) {
      return all;
    }
    int low = others / 4;
    int high = others * 3 / 4;
    double ofOthers =
        (double) values[high < first ? high : high + same] - values[low < first ? low : low + same];
    return Math.max(all, ofOthers);
  }

  /** The one that most of the first values are, which are in order. */
  private void noteRepeated(int feature, int count, Map<Repeated, Integer> repeated) {
    int from = 0;
    for (int i = 1; i <= count; i++) {
      if (i == count || values[i] != values[from]) {
        if (2 * (i - from) > count) {
          repeated.merge(new Repeated(feature, values[from]), i - from, Integer::sum);
        }
        from = i;
      }
    }
  }

  private static int steps(TrainingSample sample) {
    return sample.window().steps() + sample.following().steps();
  }

  private static long timeMs(TrainingSample sample, int step) {
    int following = step - sample.window().steps();
    return following < 0 ? sample.window().timeMs(step) : sample.following().timeMs(following);
  }

  private static float value(TrainingSample sample, int step, int feature) {
    int following = step - sample.window().steps();
    return following < 0
        ? sample.window().value(step, feature)
        : sample.following().value(following, feature);
  }
}
