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
  @Override
  public String kernel() {
    return "test";
  }
}
