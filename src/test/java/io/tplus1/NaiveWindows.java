package io.tplus1;

import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.SeriesVector;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Windows as their definition has them, with every vector kept: the last N of a series that are no
 * older than the greatest age before the newest.
 */
public final class NaiveWindows {
  private final int steps;
  private final long maxAgeMs;
  private final Map<String, NavigableMap<Long, FeatureVector>> series = new HashMap<>();

  public NaiveWindows(int steps, Duration maxAge) {
    this.steps = steps;
    this.maxAgeMs = maxAge.toMillis();
  }

  /** Keeps a vector; tells whether it is newer than all others of its series. */
  public boolean put(SeriesVector one) {
    NavigableMap<Long, FeatureVector> vectors =
        series.computeIfAbsent(one.series(), key -> new TreeMap<>());
    boolean newest = vectors.isEmpty() || one.vector().timeMs() > vectors.lastKey();
    vectors.put(one.vector().timeMs(), one.vector());
    return newest;
  }

  /** The window that ends with the series' newest vector. */
  public FeatureWindow window(String key) {
    NavigableMap<Long, FeatureVector> vectors = series.get(key);
    List<FeatureVector> young =
        List.copyOf(vectors.tailMap(vectors.lastKey() - maxAgeMs, true).values());
    return FeatureWindow.of(
        young
            .subList(Math.max(0, young.size() - steps), young.size())
            .toArray(FeatureVector[]::new));
  }
}
