package io.tplus1.rnn;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Strategy;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.proof.Golden;
import java.util.List;

/** Artifacts of networks that read and put out raw units. */
public final class RawNetworks {
  private RawNetworks() {}

  /**
   * An artifact.
   *
   * @param schema its inputs are what the network reads of a step, its targets what it puts out
   * @param goldens outputs that others computed with it; may be empty
   */
  public static ModelArtifact artifact(
      Network network,
      FeatureSchema schema,
      int steps,
      int horizon,
      Provenance provenance,
      List<Golden> goldens) {
    ModelManifest manifest =
        new ModelManifest(
            schema,
            steps,
            horizon,
            Strategy.DIRECT,
            Scaling.identity(schema.inputs().size()),
            Scaling.identity(schema.targets().size()),
            provenance);
    return RnnArtifacts.of(manifest, network, goldens);
  }
}
