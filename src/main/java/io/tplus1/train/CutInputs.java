package io.tplus1.train;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.TrainingSample;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much of its inputs a network reads cut, as where a feature had hardly varied in the samples
 * that set its unit: nothing is learnt of what lies beyond.
 */
final class CutInputs {
  private CutInputs() {}

  /**
   * Part of the samples in whose newest vector a feature is cut, 0..1, by its name; without those
   * that are cut in none.
   */
  static Map<String, Double> parts(ModelManifest manifest, List<TrainingSample> samples) {
    if (manifest.inputLimit() == ModelManifest.UNCUT) {
      return Map.of();
    }
    FeatureSchema schema = manifest.schema();
    Map<String, Double> parts = new TreeMap<>();
    for (int i = 0; i < schema.inputs().size(); i++) {
      int field = schema.inputs().get(i);
      long cut = schema.feature(field).isCategory() ? 0 : cut(manifest, i, field, samples);
      if (cut > 0) {
        parts.put(schema.feature(field).name(), (double) cut / samples.size());
      }
    }
    return parts;
  }

  private static long cut(
      ModelManifest manifest, int input, int field, List<TrainingSample> samples) {
    return samples.stream()
        .map(sample -> manifest.inputScaling().scale(input, sample.window().last(field)))
        .filter(scaled -> Math.abs(scaled) > manifest.inputLimit())
        .count();
  }
}
