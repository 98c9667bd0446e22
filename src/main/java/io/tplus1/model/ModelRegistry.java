package io.tplus1.model;

import io.tplus1.feature.FeatureSchema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which model serves. Shared by every task of an instance: any thread may serve a model, and a task
 * reads the reference once per record, so that a swap happens between two records.
 */
public final class ModelRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ModelRegistry.class);

  private final FeatureSchema schema;
  private final int steps;
  private final int horizon;
  private volatile Forecaster champion;

  /**
   * A registry without a model.
   *
   * @param schema the schema of the stream; a model must have the same
   * @param steps N of the stream's windows
   * @param horizon H that forecasts must cover
   */
  public ModelRegistry(FeatureSchema schema, int steps, int horizon) {
    this.schema = schema;
    this.steps = steps;
    this.horizon = horizon;
  }

  /** The forecaster that serves now, or null while there is none. */
  public Forecaster champion() {
    return champion;
  }

  /**
   * Makes a model the one that serves.
   *
   * @throws InvalidArtifactException if the model does not fit this stream; the former one goes on
   */
  public void serve(Forecaster forecaster) throws InvalidArtifactException {
    requireSame("features", schema, forecaster.schema());
    requireSame("window.steps", steps, forecaster.steps());
    requireSame("forecast.horizon", horizon, forecaster.horizon());
    champion = forecaster;
    LOG.info(
        "Serving model {} ({} steps of {}, horizon {}) with {}",
        forecaster.modelHash(),
        steps,
        schema.names(),
        horizon,
        forecaster.kernel());
  }

  private static void requireSame(String setting, Object expected, Object found)
      throws InvalidArtifactException {
    if (!expected.equals(found)) {
      throw new InvalidArtifactException(
          "the model does not fit this stream: %s is %s here and %s in the model; train a model with these settings, or correct them"
              .formatted(setting, expected, found));
    }
  }
}
