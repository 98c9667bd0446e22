package io.tplus1.ops;

import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Score;

/** Scores of one number, of which the last value errs as much as the forecast. */
final class BoardScores {
  private BoardScores() {}

  static Score of(String model, int horizon) {
    return new Score(
        "s",
        horizon,
        0,
        horizon,
        ForecastStatus.OK,
        model,
        new float[] {2},
        new float[] {3},
        new float[] {1},
        new float[0],
        new float[0][]);
  }
}
