package io.tplus1.topology.forecast;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;

/**
 * By how much the targets of a window changed lately from one vector to the next: the mean of the
 * newest {@value #MOST} absolute changes, each counting {@value #DECAY} times as much as the one
 * after it. Immutable.
 */
final class RecentChanges {
  private static final int MOST = 16;
  private static final double DECAY = .8;

  private final FeatureSchema schema;

  RecentChanges(FeatureSchema schema) {
    this.schema = schema;
  }

  /** {@code float[targets]}, raw; NaN for categories, and where the window holds one vector. */
  float[] of(FeatureWindow window) {
    float[] changes = new float[schema.targets().size()];
    for (int i = 0; i < changes.length; i++) {
      Feature target = schema.targetFeatures().get(i);
      changes[i] = target.isCategory() ? Float.NaN : mean(window, schema.targets().get(i));
    }
    return changes;
  }

  private static float mean(FeatureWindow window, int feature) {
    double sum = 0;
    double weights = 0;
    double weight = 1;
    for (int step = window.steps() - 1; step > 0 && step >= window.steps() - MOST; step--) {
      sum +=
          weight * Math.abs((double) window.value(step, feature) - window.value(step - 1, feature));
      weights += weight;
      weight *= DECAY;
    }
    return (float) (sum / weights); // 0 / 0 is NaN
  }
}
