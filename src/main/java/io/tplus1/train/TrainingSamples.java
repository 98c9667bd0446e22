package io.tplus1.train;

import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.GapFill;
import io.tplus1.feature.SeriesVector;
import io.tplus1.feature.StepInterval;
import io.tplus1.feature.WindowRing;
import io.tplus1.model.TrainingSample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Windows and what followed them, cut from recorded series as the stream would have formed them: a
 * window ends with a vector that came, and nothing that was filled is learnt as what followed.
 */
public final class TrainingSamples {
  private final int steps;
  private final int horizon;
  private final int minimum;
  private final long maxAgeMs;
  private final Optional<Gaps> gaps;

  /**
   * What is done where steps are absent.
   *
   * @param interval tells how many are
   * @param fill what stands for them
   * @param limit most in a row that are filled; behind a longer gap the window begins anew
   * @param heldBack behind a vector that comes so much later than the last one, it does too
   */
  public record Gaps(StepInterval interval, GapFill fill, int limit, Duration heldBack) {}

  /**
   * @param steps N, vectors of a full window
   * @param horizon H, vectors that follow
   * @param minimum fewest vectors of a window
   * @param maxAge vectors older than this before the newest are not in the window
   * @param gaps empty where absent steps are left as they are
   */
  public TrainingSamples(
      int steps, int horizon, int minimum, Duration maxAge, Optional<Gaps> gaps) {
    this.steps = steps;
    this.horizon = horizon;
    this.minimum = minimum;
    this.maxAgeMs = maxAge.toMillis();
    this.gaps = gaps;
  }

  /**
   * Cuts every sample of every series, in time order of the windows' newest vectors.
   *
   * @param vectors in any order; of two with the same series and time, the later one counts
   */
  public List<TrainingSample> cut(List<SeriesVector> vectors) {
    Map<String, SortedMap<Long, float[]>> series = new LinkedHashMap<>();
    for (SeriesVector one : vectors) {
      series
          .computeIfAbsent(one.series(), key -> new TreeMap<>())
          .put(one.vector().timeMs(), one.vector().values());
    }
    List<TrainingSample> samples = new ArrayList<>();
    series.forEach((key, rows) -> cut(key, rows, samples));
    samples.sort(Comparator.comparingLong(sample -> sample.window().lastTimeMs()));
    return samples;
  }

  private void cut(String key, SortedMap<Long, float[]> rows, List<TrainingSample> samples) {
    int features = rows.get(rows.firstKey()).length;
    BitSet filled = new BitSet();
    BitSet anew = new BitSet();
    List<FeatureVector> all =
        gaps.map(some -> bridged(some, rows, features, filled, anew))
            .orElseGet(() -> vectors(rows));
    long[] times = new long[all.size()];
    float[] buffer = new float[all.size() * features];
    for (int row = 0; row < times.length; row++) {
      times[row] = all.get(row).timeMs();
      System.arraycopy(all.get(row).values(), 0, buffer, row * features, features);
    }
    int first = 0;
    for (int last = 0; last + horizon < times.length; last++) {
      first = anew.get(last) ? last : first;
      while (last - first >= steps || times[last] - times[first] > maxAgeMs) {
        first++;
      }
      int length = last - first + 1;
      if (length >= minimum
          && filled.get(last, last + 1 + horizon).isEmpty()
          && anew.get(last + 1, last + 1 + horizon).isEmpty()) {
        samples.add(
            new TrainingSample(
                key,
                FeatureWindow.over(buffer, times, features, first, length),
                FeatureWindow.over(buffer, times, features, last + 1, horizon)));
      }
    }
  }

  private static List<FeatureVector> vectors(SortedMap<Long, float[]> rows) {
    return rows.entrySet().stream()
        .map(row -> new FeatureVector(row.getKey(), row.getValue()))
        .toList();
  }

  /**
   * A series' rows with its absent steps among them.
   *
   * @param filled receives which of them were absent
   * @param anew receives which of them begin the window anew
   */
  private List<FeatureVector> bridged(
      Gaps some, SortedMap<Long, float[]> rows, int features, BitSet filled, BitSet anew) {
    List<FeatureVector> all = new ArrayList<>();
    WindowRing ring = new WindowRing(steps, features, some.heldBack().toMillis());
    for (FeatureVector next : vectors(rows)) {
      ring.age(next.timeMs());
      boolean forgotten = ring.count() == 0;
      long absent =
          forgotten ? 0 : some.interval().absent(ring.newest(steps, maxAgeMs), next.timeMs());
      if (forgotten || absent > some.limit()) {
        anew.set(all.size());
        ring.clear();
        absent = 0;
      }
      for (long i = 1; i <= absent; i++) {
        filled.set(all.size());
        FeatureVector before = all.get(all.size() - (int) i);
        FeatureVector step =
            new FeatureVector(
                GapFill.timeMs(before.timeMs(), next.timeMs(), i, absent),
                some.fill().values(before.values(), next.values(), i / (absent + 1.0)));
        ring.append(step.timeMs(), step.values());
        all.add(step);
      }
      ring.append(next.timeMs(), next.values());
      all.add(next);
    }
    return all;
  }

  /** The vectors with event times in {@code [from, to)}, epoch milliseconds, in their order. */
  public static List<SeriesVector> between(List<SeriesVector> vectors, long from, long to) {
    return vectors.stream().filter(one -> isBetween(one.vector(), from, to)).toList();
  }

  private static boolean isBetween(FeatureVector vector, long from, long to) {
    return vector.timeMs() >= from && vector.timeMs() < to;
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
