package io.tplus1.rnn;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Mean absolute differences of the targets over samples, the fixed part of local scales. */
final class MeanChanges {
  private final int[] targets;
  private final double[] sums;
  private final long[] counts;

  private MeanChanges(FeatureSchema schema) {
    targets = schema.targets().stream().mapToInt(Integer::intValue).toArray();
    sums = new double[targets.length];
    counts = new long[targets.length];
  }

  /**
   * The mean of each target, each difference once as far as windows of a series overlap; 0 where
   * nothing changed.
   */
  static List<Float> of(FeatureSchema schema, List<TrainingSample> samples) {
    MeanChanges changes = new MeanChanges(schema);
    Map<String, long[]> seen = new HashMap<>();
    for (TrainingSample sample : samples) {
      long[] range =
          seen.computeIfAbsent(
              sample.series(), series -> new long[] {Long.MAX_VALUE, Long.MIN_VALUE});
      FeatureWindow window = sample.window();
      FeatureWindow following = sample.following();
      for (int step = 0; step < window.steps() + following.steps(); step++) {
        int ahead = step - window.steps();
        long time = ahead < 0 ? window.timeMs(step) : following.timeMs(ahead);
        if (time >= range[0] && time <= range[1]) {
          continue;
        }
        range[0] = Math.min(range[0], time);
        range[1] = Math.max(range[1], time);
        if (step > 0) {
          changes.add(window, following, step);
        }
      }
    }
    List<Float> means = new ArrayList<>();
    for (int i = 0; i < changes.sums.length; i++) {
      means.add(changes.counts[i] == 0 ? 0f : (float) (changes.sums[i] / changes.counts[i]));
    }
    return means;
  }

  private void add(FeatureWindow window, FeatureWindow following, int step) {
    for (int i = 0; i < targets.length; i++) {
      double change =
          Math.abs(
              (double) value(window, following, step, targets[i])
                  - value(window, following, step - 1, targets[i]));
      // Beyond, a mean would be infinite in float, and no unit.
      if (change < Float.MAX_VALUE / 2) {
        sums[i] += change;
        counts[i]++;
      }
    }
  }

  private static float value(FeatureWindow window, FeatureWindow following, int step, int field) {
    return step < window.steps()
        ? window.value(step, field)
        : following.value(step - window.steps(), field);
  }
}
