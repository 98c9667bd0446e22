package io.tplus1.rnn;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.StepInputs;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.NetworkCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The networks of an artifact, member by member.
 *
 * @param networks the plain form of each member; empty if there is none
 * @param dl4j DL4J's network, where only that is stored; else null
 * @param noKernel why there is no plain form
 */
public record StoredNetworks(List<Network> networks, Dl4jNetwork dl4j, String noKernel) {

  /**
   * Reads an artifact's networks, without ND4J where there is a plain form.
   *
   * @throws InvalidArtifactException if an entry is missing or broken
   */
  public static StoredNetworks read(ModelArtifact artifact) throws InvalidArtifactException {
    ModelManifest manifest = artifact.manifest();
    byte[] architecture = artifact.entry(NetworkCodec.ARCHITECTURE);
    byte[] first = artifact.entry(weights(0));
    if (architecture != null && first != null) {
      List<Network> networks = new ArrayList<>();
      for (int member = 0; member < manifest.members(); member++) {
        byte[] weights = artifact.entry(weights(member));
        if (weights == null) {
          throw new InvalidArtifactException(
              "the artifact says that it has %d members, and has no %s"
                  .formatted(manifest.members(), weights(member)));
        }
        networks.add(NetworkCodec.read(architecture, weights));
      }
      return new StoredNetworks(List.copyOf(networks), null, "");
    }
    byte[] zip = artifact.entry(dl4j(0));
    if (architecture != null || first != null || zip == null) {
      throw new InvalidArtifactException(
          "an artifact needs %s and %s, or %s"
              .formatted(NetworkCodec.ARCHITECTURE, NetworkCodec.WEIGHTS, Dl4jNetwork.ENTRY));
    }
    if (manifest.members() > 1 || manifest.stepInputs().isPresent()) {
      throw new InvalidArtifactException(
          "an ensemble, and a network with step inputs, need %s and %s"
              .formatted(NetworkCodec.ARCHITECTURE, NetworkCodec.WEIGHTS));
    }
    int columns = new InputEncoder(manifest.schema(), manifest.inputScaling(), false).columns();
    Dl4jNetwork dl4j = restored(manifest, zip, columns);
    try {
      return new StoredNetworks(List.of(dl4j.toNetwork(manifest.steps())), dl4j, "");
    } catch (IllegalArgumentException e) {
      return new StoredNetworks(List.of(), dl4j, e.getMessage());
    }
  }

  /** Refuses what is too large before it runs, whatever the plain form beside it says. */
  private static Dl4jNetwork restored(ModelManifest manifest, byte[] zip, int inputs)
      throws InvalidArtifactException {
    return Dl4jNetwork.restore(
        zip, inputs, steps(manifest), Network.MOST_SERVED_VALUES / manifest.members());
  }

  /** Steps that a model's network reads. */
  static int steps(ModelManifest manifest) {
    return manifest.stepInputs().map(StepInputs::steps).orElse(manifest.steps());
  }

  /** Name of a member's weights among the entries; members count from 0, names from 1. */
  static String weights(int member) {
    return member == 0 ? NetworkCodec.WEIGHTS : "network-" + (member + 1) + ".bin";
  }

  /** Name of a member's DL4J file among the entries. */
  static String dl4j(int member) {
    return member == 0 ? Dl4jNetwork.ENTRY : "dl4j-" + (member + 1) + ".zip";
  }

  /**
   * A member in DL4J: as it is stored, or made of the plain form; empty if DL4J refuses it.
   *
   * @throws InvalidArtifactException if the stored one is broken
   */
  Optional<Dl4jNetwork> dl4j(ModelArtifact artifact, int member) throws InvalidArtifactException {
    if (dl4j != null) {
      return Optional.of(dl4j);
    }
    Network network = networks.get(member);
    byte[] zip = artifact.entry(dl4j(member));
    if (zip != null) {
      return Optional.of(restored(artifact.manifest(), zip, network.inputs()));
    }
    return Dl4jNetwork.ifKnown(network);
  }

  /**
   * As {@link #dl4j}, where nothing else may serve.
   *
   * @throws InvalidArtifactException if DL4J refuses the network too
   */
  Dl4jNetwork requireDl4j(ModelArtifact artifact, int member) throws InvalidArtifactException {
    return dl4j(artifact, member)
        .orElseThrow(
            () ->
                new InvalidArtifactException(
                    "the certificate asks for DL4J, which cannot compute the network: "
                        + Dl4jNetwork.refusal(networks.get(member)).orElse("")));
  }
}
