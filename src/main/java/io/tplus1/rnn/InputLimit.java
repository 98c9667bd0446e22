package io.tplus1.rnn;

import io.tplus1.model.ModelManifest;

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
   * The manifest under which a network begins, or goes on learning in plain Java.
   *
   * <p>Manifests before format 5 do not say that the learner had cut what it scaled. It still does,
   * or one absurd value could spoil the weights of a line that had been safe from it; artifacts
   * that come of that say so, and are served inputs that are cut; so do those of networks that were
   * imported with their scaler. What reads its own units was trained elsewhere on values of any
   * size, is learnt from as they are (but for what is absurd in any unit), and stays uncut.
   */
  static ModelManifest told(ModelManifest manifest) {
    boolean wasCut = manifest.stepInputs().isEmpty() && !manifest.inputScaling().isIdentity();
    return wasCut && manifest.inputLimit() == ModelManifest.UNCUT
        ? manifest.withInputLimit(DEVIATIONS)
        : manifest;
  }
}
