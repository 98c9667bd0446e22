package io.tplus1.train;

import io.tplus1.feature.FeatureFill;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.SeriesVector;
import io.tplus1.model.TrainingSample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Windows and what followed them, cut from recorded series as the stream would have formed them: a
 * window ends with a vector that came, and neither what was filled nor what came behind a silence
 * is learnt as what followed, be it inside a window. But a window is whole, as forecasts see it,
 * where the stream would not hold its beginning until the last of what follows has come.
 */
public final class TrainingSamples {
  private final SampleWindows windows;
  private final SampleFilling filling;
  private final long maxAgeMs;

  public TrainingSamples(SampleWindows windows, SampleFilling filling) {
    this.windows = windows;
    this.filling = filling;
    this.maxAgeMs = windows.maxAge().toMillis();
  }

  /**
   * Cuts every sample of every series, in time order of the windows' newest vectors.
   *
   * @param vectors in any order; of two with the same series and time, the later one counts; NaN
   *     where a feature is absent
   */
  public List<TrainingSample> cut(List<SeriesVector> vectors) {
    Map<String, SortedMap<Long, float[]>> series = new LinkedHashMap<>();
    for (SeriesVector one : vectors) {
      if (filling.holes().isEmpty()
          && FeatureFill.isHoled(one.vector().values(), filling.schema().size())) {
        continue;
      }
      series
          .computeIfAbsent(one.series(), key -> new TreeMap<>())
          .merge(
              one.vector().timeMs(),
              one.vector().values(),
              (before, after) -> FeatureFill.orBefore(after, before));
    }
    List<TrainingSample> samples = new ArrayList<>();
    series.forEach((key, rows) -> cut(key, rows, samples));
    samples.sort(Comparator.comparingLong(sample -> sample.window().lastTimeMs()));
    return samples;
  }

  private void cut(String key, SortedMap<Long, float[]> vectors, List<TrainingSample> samples) {
    int features = filling.schema().size();
    int horizon = windows.horizon();
    SeriesRows rows = new SeriesRows(windows, filling);
    vectors.forEach((timeMs, values) -> rows.add(new FeatureVector(timeMs, values)));
    long[] times = new long[rows.size()];
    float[] buffer = new float[rows.size() * features];
    for (int row = 0; row < times.length; row++) {
      times[row] = rows.row(row).timeMs();
      System.arraycopy(rows.row(row).values(), 0, buffer, row * features, features);
    }
    int first = 0;
    for (int last = 0; last + horizon < times.length; last++) {
      first = rows.beginsAnew(last) ? last : first;
      while (last - first >= windows.steps() || times[last] - times[first] > maxAgeMs) {
        first++;
      }
      int length = last - first + 1;
      if (length >= windows.minimum() && rows.endsWindow(last) && rows.follow(last + 1, horizon)) {
        samples.add(
            new TrainingSample(
                key,
                FeatureWindow.over(buffer, times, features, first, length),
                FeatureWindow.over(buffer, times, features, last + 1, horizon),
                1,
                rows.withoutLoss(first, length)));
      }
    }
  }

  /** The vectors with event times before one, epoch milliseconds, in their order. */
  public static List<SeriesVector> before(List<SeriesVector> vectors, long timeMs) {
    return vectors.stream().filter(one -> one.vector().timeMs() < timeMs).toList();
  }

  /**
   * Holds the last part back. What would teach the future of the first window that is held back (a
   * sample whose last following vector is newer than that window) is left out of both parts.
   *
   * <p>Nothing is held back where nothing would be left to learn from, such as when all windows end
   * at the same time.
   *
   * @param samples in time order
   * @param fraction part that is held back, 0 up to less than 1
   */
  public static HoldOut holdOut(List<TrainingSample> samples, double fraction) {
    int border = samples.size() - (int) Math.round(samples.size() * fraction);
    List<TrainingSample> validation = samples.subList(border, samples.size());
    if (validation.isEmpty()) {
      return new HoldOut(samples, validation);
    }
    long first = validation.get(0).window().lastTimeMs();
    List<TrainingSample> training =
        samples.subList(0, border).stream()
            .filter(sample -> sample.following().lastTimeMs() <= first)
            .toList();
    return training.isEmpty() ? new HoldOut(samples, List.of()) : new HoldOut(training, validation);
  }

  /**
   * Samples to learn from, and later ones to watch.
   *
   * @param training the earlier ones
   * @param validation the later ones; may be empty
   */
  public record HoldOut(List<TrainingSample> training, List<TrainingSample> validation) {}
}
