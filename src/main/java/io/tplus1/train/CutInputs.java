package io.tplus1.train;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.TrainingSample;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells how much of its inputs a network reads cut, as where a feature had hardly varied in the
 * samples that set its unit: nothing is learnt of what lies beyond. For the networks of one name,
 * on training threads.
 */
public final class CutInputs {
  private static final Logger LOG = LoggerFactory.getLogger(CutInputs.class);

  /** Part of the samples in which a feature may be cut before the log tells. */
  private static final double MUCH = 0.05;

  private final String modelName;
  private final Set<Cut> told = ConcurrentHashMap.newKeySet();

  /** A feature in the unit that it is cut in: networks that begin anew have another. */
  private record Cut(String feature, float shift, float scale) {}

  /**
   * @param modelName as the log has it
   */
  public CutInputs(String modelName) {
    this.modelName = modelName;
  }

  /**
   * Looks at the newest vector of each sample. The log names a feature that is cut in many, once in
   * a process, and again in another unit.
   *
   * @param manifest of the network
   * @param figures gets {@code inputsCut}, the part of the samples, 0..1, in which the feature is
   *     cut that is cut most often; nothing where none is
   */
  void look(ModelManifest manifest, List<TrainingSample> samples, Map<String, Double> figures) {
    if (manifest.inputLimit() == ModelManifest.UNCUT) {
      return;
    }
    FeatureSchema schema = manifest.schema();
    double most = 0;
    for (int i = 0; i < schema.inputs().size(); i++) {
      int field = schema.inputs().get(i);
      if (schema.feature(field).isCategory()) {
        continue;
      }
      double part = part(manifest, i, field, samples);
      most = Math.max(most, part);
      String name = schema.feature(field).name();
      Scaling scaling = manifest.inputScaling();
      if (part > MUCH && told.add(new Cut(name, scaling.shift()[i], scaling.scale()[i]))) {
        LOG.warn(
            "Model {}: '{}' lies more than {} times its unit from the middle of the samples that set it, in {} % of the newest {} samples, and the network reads it as if it lay there: nothing is learnt of what lies beyond. Where it counts up, send its changes; else let a network begin anew, in the unit of today, under another model.name and without a model.file of before",
            modelName,
            name,
            Math.round(manifest.inputLimit()),
            Math.round(100 * part),
            samples.size());
      }
    }
    if (most > 0) {
      figures.put("inputsCut", most);
    }
  }

  private static double part(
      ModelManifest manifest, int input, int field, List<TrainingSample> samples) {
    int cut = 0;
    for (TrainingSample sample : samples) {
      float scaled = manifest.inputScaling().scale(input, sample.window().last(field));
      cut += Math.abs(scaled) > manifest.inputLimit() ? 1 : 0;
    }
    return samples.isEmpty() ? 0 : (double) cut / samples.size();
  }
}
