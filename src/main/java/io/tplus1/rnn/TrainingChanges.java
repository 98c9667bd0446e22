package io.tplus1.rnn;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.TrainingSample;
import java.util.ArrayList;
import java.util.List;

/** Mean absolute differences of the targets over samples, the fixed part of local scales. */
final class TrainingChanges {
  private final int[] targets;
  private final double[] sums;
  private final long[] counts;

  private TrainingChanges(FeatureSchema schema) {
    targets = schema.targets().stream().mapToInt(Integer::intValue).toArray();
    sums = new double[targets.length];
    counts = new long[targets.length];
  }

  /**
   * The mean of each target, each difference once as far as windows of a series overlap; 0 where
   * nothing changed.
   */
  static List<Float> of(FeatureSchema schema, List<TrainingSample> samples) {
    TrainingChanges changes = new TrainingChanges(schema);
    EachVectorOnce.of(
        samples,
        (sample, step) -> {
          if (step > 0) {
            changes.add(sample, step);
          }
        });
    List<Float> means = new ArrayList<>();
    for (int i = 0; i < changes.sums.length; i++) {
      means.add(changes.counts[i] == 0 ? 0f : (float) (changes.sums[i] / changes.counts[i]));
    }
    return means;
  }

  private void add(TrainingSample sample, int step) {
    for (int i = 0; i < targets.length; i++) {
      double change =
          Math.abs(
              (double) EachVectorOnce.value(sample, step, targets[i])
                  - EachVectorOnce.value(sample, step - 1, targets[i]));
      // Beyond, a mean would be infinite in float, and no unit.
      if (change < Float.MAX_VALUE / 2) {
        sums[i] += change;
        counts[i]++;
      }
    }
  }
}
