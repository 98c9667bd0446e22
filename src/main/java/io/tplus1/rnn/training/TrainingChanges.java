package io.tplus1.rnn.training;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.TrainingSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Mean absolute differences of the targets over samples, the fixed part of local scales. */
final class TrainingChanges {
  /** Part of the sum that rare values make up at least where they stretch a mean. */
  private static final double MOST = 0.75;

  private final List<TrainingSample> samples;
  private final int[] targets;
  private final double[] sums;
  private final double[] largest;
  private final int[] counts;

  private TrainingChanges(FeatureSchema schema, List<TrainingSample> samples) {
    this.samples = samples;
    targets = schema.targets().stream().mapToInt(Integer::intValue).toArray();
    sums = new double[targets.length];
    largest = new double[targets.length];
    counts = new int[targets.length];
  }

  /**
   * The mean of each target, each difference once as far as windows of a series overlap, without
   * those of {@link RareValues} that would stretch it; 0 where nothing changed.
   */
  static List<Float> of(FeatureSchema schema, List<TrainingSample> samples) {
    return new TrainingChanges(schema, samples).means();
  }

  private List<Float> means() {
    int[] all = new int[targets.length];
    Arrays.setAll(all, i -> i);
    each(
        all,
        (series, i, change) -> {
          sums[i] += change;
          largest[i] = Math.max(largest[i], change);
          counts[i]++;
        });
    List<Float> means = new ArrayList<>();
    for (int i : all) {
      means.add(counts[i] == 0 ? 0f : (float) mean(i));
    }
    return means;
  }

  /** A rare value changes twice: when it comes, and when it goes. */
  private double mean(int target) {
    double mean = sums[target] / counts[target];
    int most = 2 * RareValues.most(counts[target]);
    if (largest[target] * most < MOST * sums[target] || most == 0) {
      return mean;
    }
    RareValues changes = new RareValues(counts[target]);
    each(new int[] {target}, (series, i, change) -> changes.add(series, change));
    double usual = Arrays.stream(changes.usual(0, most)).average().orElse(0);
    return usual > 0 && RareValues.stretch(mean, usual) ? usual : mean;
  }

  /** Visits the changes of some targets. */
  private void each(int[] asked, Visitor visitor) {
    EachVectorOnce.of(
        samples,
        (sample, step) -> {
          if (step > 0) {
            for (int i : asked) {
              double change =
                  Math.abs(
                      (double) EachVectorOnce.value(sample, step, targets[i])
                          - EachVectorOnce.value(sample, step - 1, targets[i]));
              // Beyond, a mean would be infinite in float, and no unit.
              if (change < Float.MAX_VALUE / 2) {
                visitor.visit(sample.series(), i, change);
              }
            }
          }
        });
  }

  private interface Visitor {
    void visit(String series, int target, double change);
  }
}
