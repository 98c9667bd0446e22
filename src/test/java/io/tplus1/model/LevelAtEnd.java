package io.tplus1.model;

/** Step inputs whose level is that of the window's end, as networks of former releases read it. */
public final class LevelAtEnd {
  private LevelAtEnd() {}

  /** The same inputs but for {@link StepInputs#levelAtEnd}. */
  public static StepInputs of(StepInputs inputs, boolean atEnd) {
    return new StepInputs(
        inputs.columns(),
        inputs.lags(),
        inputs.traced(),
        inputs.steps(),
        inputs.scaleSteps(),
        inputs.scalePrior(),
        inputs.trainingPart(),
        inputs.lossFrom(),
        inputs.shared(),
        inputs.clip(),
        inputs.bases(),
        atEnd);
  }
}
