package io.tplus1;

/** What a process does: forecast, retrain, or both. */
enum Role {
  FORECAST,
  RETRAIN,
  ALL;

  boolean forecasts() {
    return this != RETRAIN;
  }

  boolean retrains() {
    return this != FORECAST;
  }
}
