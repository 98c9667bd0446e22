package io.tplus1.train;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.TrainingSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is learnt from: samples without those that hold a value out of all proportion, so that a
 * sensor's nonsense neither sets the scaling of what is trained nor rules its steps.
 *
 * <p>A series is judged by its own values, as {@link SeriesRange} says, so that series of very
 * different sizes all stay: what is far from the others of its series, and rare there, is out. A
 * value takes all samples with it that hold it, N + H where all are kept. Where that would be more
 * than half of the samples of its series, and more than a single value takes, what is far there is
 * the series' own, as are spikes that every long window holds.
 *
 * <p>A field of a series that has too few values of its own, or values without any distance, is
 * judged by those of all series: farther from their median than {@value #DISTANCES} times the
 * distance between their quartiles is out, both over the vectors that follow windows; a far larger
 * distance, since they may be of different sizes. Where the quartiles are equal nothing is.
 *
 * @param kept the samples in their order, without those; all of them if none would be left
 * @param leftOut number of the others
 * @param repeated one sentence for people, if values that are far out are too many to be left out
 *     and most of them are one and the same, as a sensor's code for no value is
 */
public record Outliers(List<TrainingSample> kept, int leftOut, Optional<String> repeated) {
  private static final double DISTANCES = 10_000;

  /** Judges samples in any order. */
  public static Outliers of(List<TrainingSample> samples, FeatureSchema schema) {
    if (samples.isEmpty()) {
      return new Outliers(samples, 0, Optional.empty());
    }
    Map<String, List<TrainingSample>> bySeries = new LinkedHashMap<>();
    for (TrainingSample sample : samples) {
      bySeries.computeIfAbsent(sample.series(), key -> new ArrayList<>()).add(sample);
    }
    ValueRange pooled = pooled(samples, schema);
    Map<String, ValueRange> ranges = new HashMap<>();
    Map<SeriesRange.Repeated, Integer> repeated = new HashMap<>();
    bySeries.forEach(
        (key, own) -> {
          ValueRange others = pooled.and(ValueRange.open(schema.size()));
          ValueRange range = SeriesRange.of(own, schema, others, repeated);
          boolean judged = !range.isOpen() && isSpared(own, range);
          ranges.put(key, judged ? range.and(others) : others);
        });
    List<TrainingSample> kept =
        samples.stream().filter(sample -> ranges.get(sample.series()).holds(sample)).toList();
    kept = kept.isEmpty() ? samples : kept;
    return new Outliers(kept, samples.size() - kept.size(), sentence(repeated, schema));
  }

  /** Whether a series has enough left: half of its samples, or all but those of one value. */
  private static boolean isSpared(List<TrainingSample> own, ValueRange range) {
    long gone = own.stream().filter(sample -> !range.holds(sample)).count();
    TrainingSample any = own.get(own.size() - 1);
    return gone <= Math.max(own.size() / 2, any.window().steps() + any.following().steps());
  }

  private static ValueRange pooled(List<TrainingSample> samples, FeatureSchema schema) {
    ValueRange range = ValueRange.open(schema.size());
    for (int f = 0; f < schema.size(); f++) {
      int field = f;
      double[] values =
          samples.stream().mapToDouble(sample -> sample.following().value(0, field)).toArray();
      Arrays.sort(values);
      double median = values[values.length / 2];
      double spread = values[values.length * 3 / 4] - values[values.length / 4];
      if (spread > 0 && !schema.feature(f).isCategory()) {
        range.close(f, median, DISTANCES * spread);
      }
    }
    return range;
  }

  private static Optional<String> sentence(
      Map<SeriesRange.Repeated, Integer> repeated, FeatureSchema schema) {
    return repeated.entrySet().stream()
        .max(
            Map.Entry.<SeriesRange.Repeated, Integer>comparingByValue()
                .thenComparing(of -> of.getKey().feature(), Comparator.reverseOrder())
                .thenComparing(of -> of.getKey().value()))
        .map(
            of ->
                "%s is %s %,d times, far from all else in its series and too often to be left out: if that stands for no value, send null, or leave the cell empty"
                    .formatted(
                        schema.names().get(of.getKey().feature()),
                        of.getKey().value(),
                        of.getValue()));
  }
}
