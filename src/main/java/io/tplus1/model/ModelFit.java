package io.tplus1.model;

import io.tplus1.feature.FeatureSchema;
import java.util.List;
import java.util.Optional;

/**
 * What a model must be like to serve a stream.
 *
 * @param schema the schema of the stream; a model must have the same
 * @param steps N of the stream's windows
 * @param horizon H that forecasts must cover
 * @param traced the experts whose forecasts stand in the stream's rows, in their order: a model
 *     that reads those of others would take one for the other
 */
public record ModelFit(FeatureSchema schema, int steps, int horizon, List<String> traced) {
  /** Largest H, whatever the rest. */
  public static final int MOST_HORIZON = 447;

  public ModelFit {
    traced = List.copyOf(traced);
  }

  /** Fields in a row of the stream's windows: those of the schema, and what experts forecast. */
  public int rowWidth() {
    return schema.size() + traced.size() * schema.targets().size();
  }

  /** Why a model of this manifest cannot serve; empty if it can. */
  public Optional<String> misfit(ModelManifest manifest) {
    try {
      require(manifest);
      return Optional.empty();
    } catch (InvalidArtifactException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * Refuses what does not fit.
   *
   * @throws InvalidArtifactException if a model of this manifest cannot serve
   */
  public void require(ModelManifest manifest) throws InvalidArtifactException {
    require(manifest.schema(), manifest.steps(), manifest.horizon());
    Optional<StepInputs> inputs = manifest.stepInputs();
    if (inputs.isPresent() && !inputs.get().findsTraces(traced)) {
      throw new InvalidArtifactException(
          "the model does not fit this stream: it reads what the experts %s forecast, and experts has here, of these, %s; name in experts those that it was trained beside, or train a model with these settings"
              .formatted(inputs.get().traced(), traced));
    }
  }

  /** As above, of a model that is loaded; which experts it reads it does not say. */
  public void require(Forecaster forecaster) throws InvalidArtifactException {
    require(forecaster.schema(), forecaster.steps(), forecaster.horizon());
  }

  /** As above, of what a linear expert has learnt. */
  public void require(LinearForecaster forecaster) throws InvalidArtifactException {
    requireSame(forecaster.schema());
    requireSame("forecast.horizon", horizon, forecaster.horizon());
  }

  private void require(FeatureSchema foundSchema, int foundSteps, int foundHorizon)
      throws InvalidArtifactException {
    requireSame(foundSchema);
    requireSame("window.steps", steps, foundSteps);
    requireSame("forecast.horizon", horizon, foundHorizon);
  }

  private void requireSame(FeatureSchema found) throws InvalidArtifactException {
    if (!schema.equals(found)) {
      throw doesNotFit(schema.difference(found, "here", "in the model"));
    }
  }

  private static void requireSame(String setting, int expected, int found)
      throws InvalidArtifactException {
    if (expected != found) {
      throw doesNotFit("%s is %d here and %d in the model".formatted(setting, expected, found));
    }
  }

  private static InvalidArtifactException doesNotFit(String what) {
    return new InvalidArtifactException(
        "the model does not fit this stream: %s; train or import a model with these settings (--config), or correct them"
            .formatted(what));
  }
}
