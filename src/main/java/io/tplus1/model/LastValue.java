package io.tplus1.model;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import java.util.List;

/**
 * Persistence: every horizon is forecast as the last value. It serves while there is no model, and
 * it is what every model is held against. Stateless and thread-safe.
 */
public final class LastValue implements Forecaster, Forecaster.Session {
  /** Stands where a model's hash stands in forecasts that no model made. */
  public static final String HASH = "persistence";

  private final FeatureSchema schema;
  private final int steps;
  private final int horizon;

  public LastValue(FeatureSchema schema, int steps, int horizon) {
    this.schema = schema;
    this.steps = steps;
    this.horizon = horizon;
  }

  @Override
  public String modelHash() {
    return HASH;
  }

  @Override
  public FeatureSchema schema() {
    return schema;
  }

  @Override
  public int steps() {
    return steps;
  }

  @Override
  public int horizon() {
    return horizon;
  }

  @Override
  public String kernel() {
    return HASH;
  }

  @Override
  public Session newSession() {
    return this;
  }

  @Override
  public void forecast(FeatureWindow window, float[] output) {
    int width = schema.outputWidth();
    List<Integer> targets = schema.targets();
    for (int i = 0; i < targets.size(); i++) {
      schema.certain(i, window.last(targets.get(i)), output);
    }
    for (int h = 1; h < horizon; h++) {
      System.arraycopy(output, 0, output, h * width, width);
    }
  }
}
