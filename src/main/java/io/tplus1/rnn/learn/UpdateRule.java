package io.tplus1.rnn.learn;

/**
 * How a gradient becomes a step of the weights.
 *
 * <p>The order is PyTorch's: the gradient of the loss is clipped first, by the norm over all
 * weights together; then {@code l2 · w} is added to the gradient of every kernel and recurrent
 * kernel (not of biases and embeddings), inside the adaptive rule (Adam with L2, not AdamW); then
 * the rule divides by its running size.
 *
 * @param learningRate step; may be overridden step by step
 * @param l2 factor of the weights in the gradient
 * @param clipNorm largest Euclidean norm of the whole gradient; 0 for no limit
 * @param momentum decay of Adam's mean gradient (β₁); not read by RMSProp
 * @param decay decay of the mean squared gradient (Adam's β₂, RMSProp's ρ)
 * @param epsilon added to the root of the mean squared gradient
 */
public record UpdateRule(
    Kind kind,
    double learningRate,
    double l2,
    double clipNorm,
    double momentum,
    double decay,
    double epsilon) {

  /** Rule of the update. */
  public enum Kind {
    /** Kingma and Ba 2015, with ε beside √v before bias correction, as Keras and DL4J have it. */
    ADAM,
    /** Hinton's lecture 6e, as DL4J has it: w −= rate · g / (√v + ε), v beginning at ε. */
    RMSPROP
  }

  public UpdateRule {
    requireRate(learningRate);
    if (!(l2 >= 0) || !(clipNorm >= 0) || !Double.isFinite(l2) || !Double.isFinite(clipNorm)) {
      throw new IllegalArgumentException(
          "l2 and clip norm must be 0 or more and finite, found %s and %s".formatted(l2, clipNorm));
    }
    if (!(momentum >= 0 && momentum < 1) || !(decay >= 0 && decay < 1) || !(epsilon > 0)) {
      throw new IllegalArgumentException(
          "momentum and decay must lie in [0, 1) and epsilon must be positive, found %s, %s and %s"
              .formatted(momentum, decay, epsilon));
    }
  }

  /** The rule with Keras' decays and ε: Adam .9, .999, RMSProp .9; 1e-7. */
  public UpdateRule(Kind kind, double learningRate, double l2, double clipNorm) {
    this(kind, learningRate, l2, clipNorm, 0.9, kind == Kind.ADAM ? 0.999 : 0.9, 1e-7);
  }

  static void requireRate(double learningRate) {
    if (!(learningRate > 0) || !Double.isFinite(learningRate)) {
      throw new IllegalArgumentException(
          "the learning rate must be positive and finite, found " + learningRate);
    }
  }
}
