package io.tplus1.rnn;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.TrainingSample;
import java.util.Arrays;
import java.util.List;

/**
 * Where the numbers that a network of vectors reads are cut, scaled: far outside of what set the
 * scaling, so that one outlier moves the weights no more than a large value would. The manifest
 * says it, so that forecasts read what learning has read.
 */
final class InputLimit {
  /** Deviations of the samples that set the scaling. */
  static final float DEVIATIONS = 64;

  private InputLimit() {}

  /**
   * The manifest under which a network begins, or goes on learning in plain Java what was learnt
   * here.
   *
   * <p>Manifests before format 5 do not say that the learner had cut what it scaled. It still does,
   * or one absurd value could spoil the weights of a line that had been safe from it; artifacts
   * that come of that say so, and are served inputs that are cut. What reads its own units was
   * trained elsewhere on values of any size, is learnt from as they are (but for what is absurd in
   * any unit), and stays uncut.
   */
  static ModelManifest told(ModelManifest manifest) {
    return isCutUntold(manifest) ? manifest.withInputLimit(DEVIATIONS) : manifest;
  }

  /**
   * The manifest under which a network goes on learning, also one that was imported with its
   * scaler. No samples of ours set that, and its unit may be no deviation: a column that was not
   * scaled, a range of 0 to 100. There the limit is as many times what is usual in these samples.
   */
  static ModelManifest told(ModelManifest manifest, List<TrainingSample> samples) {
    return isCutUntold(manifest) && !manifest.provenance().tellsTime()
        ? manifest.withInputLimit(DEVIATIONS * Math.max(1, usual(manifest, samples)))
        : told(manifest);
  }

  private static boolean isCutUntold(ModelManifest manifest) {
    return manifest.stepInputs().isEmpty()
        && !manifest.inputScaling().isIdentity()
        && manifest.inputLimit() == ModelManifest.UNCUT;
  }

  /** Where scaled targets are cut: where inputs are, if that is farther than usual. */
  static float ofTargets(ModelManifest manifest) {
    return manifest.inputLimit() == ModelManifest.UNCUT
        ? DEVIATIONS
        : Math.max(DEVIATIONS, manifest.inputLimit());
  }

  /** The largest of the columns' median magnitudes, scaled. */
  private static float usual(ModelManifest manifest, List<TrainingSample> samples) {
    FeatureSchema schema = manifest.schema();
    return Math.max(
        usual(schema, schema.inputs(), manifest.inputScaling(), samples),
        usual(schema, schema.targets(), manifest.targetScaling(), samples));
  }

  private static float usual(
      FeatureSchema schema, List<Integer> fields, Scaling scaling, List<TrainingSample> samples) {
    float most = 0;
    for (int i = 0; i < fields.size(); i++) {
      int field = fields.get(i);
      if (samples.isEmpty() || schema.feature(field).isCategory()) {
        continue;
      }
      float[] magnitudes = new float[samples.size()];
      for (int j = 0; j < magnitudes.length; j++) {
        magnitudes[j] = Math.abs(scaling.scale(i, samples.get(j).window().last(field)));
      }
      Arrays.sort(magnitudes);
      most = Math.max(most, magnitudes[magnitudes.length / 2]);
    }
    return most;
  }
}
