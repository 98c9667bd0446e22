package io.tplus1.serde;

import io.tplus1.model.ForecastStatus;
import java.util.Optional;

/** Predictions of which a test says what matters to it. */
public final class Predictions {
  private Predictions() {}

  /** Without intervals and receipt. */
  public static Prediction plain(
      String key,
      long timeMs,
      ForecastStatus status,
      String model,
      long[] targetTimesMs,
      float[] values) {
    float[] none = new float[0];
    return new Prediction(
        key, timeMs, status, model, targetTimesMs, values, none, none, Optional.empty());
  }
}
