package io.tplus1.rnn.training;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.TrainingSample;
import java.util.Arrays;
import java.util.List;

/**
 * Where the numbers that a network of vectors reads and learns to put out are cut, scaled: far
 * outside of what set the scaling, so that one outlier moves the weights no more than a large value
 * would. The manifest says it, so that forecasts read what learning has read.
 */
final class Limits {
  /**
   * Where numbers in their own units are cut, since no unit could be meant; its square is still
   * exact enough to be learnt from.
   */
  static final float OF_ANY_UNIT = 1e9f;

  /** What is scaled to deviations hardly ever has a magnitude above it. */
  private static final float HARDLY_EVER = 3;

  /** Part of the samples in which that is. */
  private static final double RARE = 0.01;

  private Limits() {}

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
    return isCutUntold(manifest) ? manifest.withInputLimit(ModelManifest.DEVIATIONS) : manifest;
  }

  /**
   * The manifest under which a network goes on learning, also one that was imported with its
   * scaler. No samples of ours set that, and its unit may be no deviation: a column that was not
   * scaled, a range of 0 to 100. Where more than a few numbers of a column are larger than such as
   * are in deviations, the limit is as much farther out, for all columns.
   *
   * @param samples what it learns from next, outliers left out
   */
  static ModelManifest told(ModelManifest manifest, List<TrainingSample> samples) {
    if (manifest.provenance().tellsTime() || manifest.stepInputs().isPresent()) {
      return told(manifest);
    }
    FeatureSchema schema = manifest.schema();
    return manifest.withLimits(
        isCutUntold(manifest)
            ? limit(schema, schema.inputs(), manifest.inputScaling(), samples)
            : manifest.inputLimit(),
        limit(schema, schema.targets(), manifest.targetScaling(), samples));
  }

  /**
   * The manifest under which DL4J goes on with a network, whose inputs it reads as they were read.
   * Of one whose inputs are uncut nobody may have told what is usual of its targets: there the
   * samples are asked, for it may have been imported with a scaler of any unit.
   *
   * @param samples what it learns from next, outliers left out
   */
  static ModelManifest targetsTold(ModelManifest manifest, List<TrainingSample> samples) {
    if (manifest.inputLimit() != ModelManifest.UNCUT) {
      return manifest;
    }
    FeatureSchema schema = manifest.schema();
    float usual = limit(schema, schema.targets(), manifest.targetScaling(), samples);
    return manifest.withLimits(
        manifest.inputLimit(), Math.max(manifest.targetLimit(), usual)); // no nearer than it was
  }

  private static boolean isCutUntold(ModelManifest manifest) {
    return manifest.stepInputs().isEmpty()
        && !manifest.inputScaling().isIdentity()
        && manifest.inputLimit() == ModelManifest.UNCUT;
  }

  private static float limit(
      FeatureSchema schema, List<Integer> fields, Scaling scaling, List<TrainingSample> samples) {
    if (scaling.isIdentity()) {
      return ModelManifest.DEVIATIONS; // Nothing is cut there.
    }
    float most = HARDLY_EVER;
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
      most = Math.max(most, magnitudes[magnitudes.length - 1 - (int) (RARE * magnitudes.length)]);
    }
    return Math.min(ModelManifest.DEVIATIONS * (most / HARDLY_EVER), OF_ANY_UNIT);
  }
}
