package io.tplus1.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Strategy;
import java.util.Map;

/** Artifacts whose network is one number, the answer to every window. */
public final class SmallArtifacts {
  private SmallArtifacts() {}

  public static ModelArtifact of(FeatureSchema schema, int steps, int horizon, String answer) {
    return ModelArtifact.of(
        manifest(schema, steps, horizon, 77), Map.of("answer", answer.getBytes(UTF_8)));
  }

  /** What such an artifact says of itself. */
  public static ModelManifest manifest(FeatureSchema schema, int steps, int horizon, long toMs) {
    return new ModelManifest(
        schema,
        steps,
        horizon,
        Strategy.DIRECT,
        Scaling.identity(schema.inputs().size()),
        Scaling.identity(schema.targets().size()),
        new Provenance("test", 1, toMs, 3, 1, Map.of(), Map.of()));
  }

  /** The forecaster of such an artifact; refuses an answer that is no number. */
  public static Forecaster load(ModelArtifact artifact) throws InvalidArtifactException {
    ModelManifest manifest = artifact.manifest();
    String text = new String(artifact.entry("answer"), UTF_8);
    float[] answer;
    try {
      // No answer at all makes a network that loads and throws at its first forecast.
      answer = text.isEmpty() ? new float[0] : new float[] {Float.parseFloat(text)};
    } catch (NumberFormatException e) {
      throw new InvalidArtifactException("an answer must be a number, found " + text, e);
    }
    return new RecordingForecaster(
        artifact.hash(), manifest.schema(), manifest.steps(), manifest.horizon(), answer);
  }
}
