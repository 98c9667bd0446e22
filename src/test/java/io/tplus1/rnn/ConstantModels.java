package io.tplus1.rnn;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Strategy;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.NetworkCodec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Artifacts of real networks that forecast one number whatever the window is, so that a forecast
 * shows which of them made it.
 *
 * @param schema numbers, all inputs and targets
 */
public record ConstantModels(FeatureSchema schema, int steps) {

  /** A network of a GRU, which DL4J does not know, so that nothing waits for DL4J. */
  public ModelArtifact of(float constant) {
    return of(constant, 0);
  }

  /**
   * A network with an entry of random bytes beside it.
   *
   * @param ballast bytes of that entry; 0 for none
   */
  public ModelArtifact of(float constant, int ballast) {
    try {
      return new RnnModelLoader().prove(artifact(gru(), constant, ballast));
    } catch (InvalidArtifactException e) {
      throw new AssertionError(e);
    }
  }

  /** A network that nobody has held against DL4J yet, and of which DL4J knows nothing. */
  public ModelArtifact unproven() {
    return artifact(gru(), 0, 0);
  }

  /** A network that nobody has held against DL4J yet, which needs ND4J. */
  public ModelArtifact unprovenOfDl4j() {
    int features = schema.size();
    return artifact(
        new Layer.SimpleRnn(
            1,
            ActivationFunction.TANH,
            false,
            false,
            new float[features],
            new float[1],
            new float[1]),
        0,
        0);
  }

  private Layer gru() {
    int features = schema.size();
    return new Layer.Gru(
        1,
        ActivationFunction.TANH,
        ActivationFunction.SIGMOID,
        true,
        false,
        false,
        new float[3 * features],
        new float[3],
        new float[6]);
  }

  private ModelArtifact artifact(Layer recurrent, float constant, int ballast) {
    int features = schema.size();
    float[] bias = new float[features];
    Arrays.fill(bias, constant);
    Network network =
        new Network(
            features,
            steps,
            List.of(
                recurrent,
                new Layer.Dense(features, ActivationFunction.LINEAR, new float[features], bias)));
    Map<String, byte[]> entries = new TreeMap<>();
    entries.put(NetworkCodec.ARCHITECTURE, NetworkCodec.architecture(network));
    entries.put(NetworkCodec.WEIGHTS, NetworkCodec.weights(network));
    if (ballast > 0) {
      byte[] bytes = new byte[ballast];
      new Random(20261124).nextBytes(bytes);
      entries.put("ballast", bytes);
    }
    ModelManifest manifest =
        new ModelManifest(
            schema,
            steps,
            1,
            Strategy.DIRECT,
            Scaling.identity(features),
            Scaling.identity(features),
            new Provenance("test", 1_000, 2_000, 30, 1, Map.of(), Map.of("validationMse", 0.5)));
    return ModelArtifact.of(manifest, entries);
  }
}
