package io.tplus1.rnn.learn;

import java.util.List;

/** How networks learn where a test needs nothing special of it. */
public final class PlainLearning {
  private PlainLearning() {}

  /** Numbers alone, squared error. */
  public static LossSpec mse() {
    return new LossSpec(LossSpec.Kind.MSE, 1, List.of());
  }

  /** Adam without L2 and without a limit. */
  public static UpdateRule adam(double learningRate) {
    return new UpdateRule(UpdateRule.Kind.ADAM, learningRate, 0, 0);
  }
}
