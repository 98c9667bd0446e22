package io.tplus1.model;

import io.tplus1.feature.FeatureWindow;

/**
 * Runs what a model from elsewhere has a thread do, such as load or forecast: what is wrong with
 * the model must not end that thread, now and at every start. Any thread.
 */
public final class ModelGuard {

  /** What a model has somebody do. */
  @FunctionalInterface
  public interface Call<T> {
    /** Does it. */
    T run() throws InvalidArtifactException;
  }

  private ModelGuard() {}

  /**
   * Does what a model may make fail.
   *
   * @throws InvalidArtifactException if it throws this, or anything else that a model may be the
   *     cause of
   */
  public static <T> T call(Call<T> call) throws InvalidArtifactException {
    try {
      return call.run();
    } catch (RuntimeException
        // ND4J unpacks its libraries when it is first used, and may find no room for them.
        | LinkageError
        | StackOverflowError
        // Of memory outside the heap, or of a heap without the launcher's ExitOnOutOfMemoryError.
        | OutOfMemoryError e) {
      throw new InvalidArtifactException(e.toString(), e);
    }
  }

  /**
   * Loads a model that can forecast: of a full window and of the shortest that it is asked with.
   *
   * @param rowWidth fields in a row of the stream's windows, those behind the schema's included
   * @throws InvalidArtifactException if it does not load, or does not forecast
   */
  public static Forecaster load(ModelLoader loader, ModelArtifact artifact, int rowWidth)
      throws InvalidArtifactException {
    return call(
        () -> {
          Forecaster forecaster = loader.load(artifact);
          tryOut(forecaster, rowWidth);
          return forecaster;
        });
  }

  private static void tryOut(Forecaster forecaster, int rowWidth) {
    int steps = forecaster.steps();
    Forecaster.Session session = forecaster.newSession();
    float[] output = new float[forecaster.outputLength()];
    float[] rows = new float[steps * rowWidth];
    long[] times = new long[steps];
    for (int length : new int[] {steps, forecaster.fewestSteps()}) {
      session.forecast(FeatureWindow.over(rows, times, rowWidth, 0, length), output);
    }
  }
}
