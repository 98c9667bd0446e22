package io.tplus1.model;

import io.tplus1.feature.FeatureSchema;

/**
 * A model that forecasts as a test says.
 *
 * @param newSession of every thread
 */
public record FakeForecaster(
    String modelHash, FeatureSchema schema, int steps, int horizon, Forecaster.Session newSession)
    implements Forecaster {
  /** One that passes for another, and forecasts by a session that all threads share. */
  public static FakeForecaster inPlaceOf(Forecaster other, Session session) {
    return new FakeForecaster(
        other.modelHash(), other.schema(), other.steps(), other.horizon(), session);
  }

  @Override
  public String kernel() {
    return "test";
  }
}
