package io.tplus1.rnn;

import io.tplus1.expert.LinearModel;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.StepInputs;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.learn.NetworkLearner;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.NetworkCodec;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.proof.Golden;
import io.tplus1.rnn.proof.LearnerProver;
import io.tplus1.rnn.proof.Prover;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes certified artifacts of networks. */
public final class RnnArtifacts {
  /**
   * Name of the linear expert to whose forecasts outputs are added, among an artifact's entries.
   */
  public static final String LINEAR = "linear.bin";

  /** Room for the certificate and the zip's own records. */
  private static final int MOST_BESIDE = 1 << 16;

  private static final Logger LOG = LoggerFactory.getLogger(RnnArtifacts.class);

  private RnnArtifacts() {}

  /**
   * An artifact of a network between scalings.
   *
   * @throws IllegalArgumentException if the network does not fit the manifest, or is too large
   */
  public static ModelArtifact of(ModelManifest manifest, Network network, List<Golden> goldens) {
    NetworkFit.require(manifest, network);
    return write(manifest, List.of(network), List.of(Dl4jNetwork.ifKnown(network)), goldens);
  }

  /**
   * The linear expert of an artifact to whose forecasts outputs are added; empty where none are.
   *
   * @throws InvalidArtifactException if it is missing, broken, or of another task
   */
  public static Optional<LinearForecaster> linear(ModelArtifact artifact)
      throws InvalidArtifactException {
    ModelManifest manifest = artifact.manifest();
    if (manifest.stepInputs().filter(StepInputs::needsLinear).isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = artifact.entry(LINEAR);
    if (bytes == null) {
      throw new InvalidArtifactException(
          "the artifact's outputs are added to a linear expert's forecasts, and it has no "
              + LINEAR);
    }
    LinearModel linear = LinearModel.read(bytes);
    try {
      requireSameTask(manifest, linear);
    } catch (IllegalArgumentException e) {
      throw new InvalidArtifactException(e.getMessage(), e);
    }
    return Optional.of(linear);
  }

  /**
   * Refuses a linear expert of another task than a network's.
   *
   * @throws IllegalArgumentException if a network's outputs cannot be added to the expert's
   *     forecasts
   */
  public static void requireSameTask(ModelManifest manifest, LinearForecaster linear) {
    if (!linear.schema().equals(manifest.schema())) {
      throw new IllegalArgumentException(
          "the model's linear expert is of another task: "
              + linear.schema().difference(manifest.schema(), "in the expert", "in the model"));
    }
    if (linear.horizon() != manifest.horizon()) {
      throw new IllegalArgumentException(
          "the model forecasts %d steps, its linear expert %d"
              .formatted(manifest.horizon(), linear.horizon()));
    }
  }

  /**
   * Writes the forms of the members' networks and certifies them against DL4J, whose own files are
   * left out where the artifact would be too large with them: nothing here needs them beside the
   * plain form.
   *
   * @param networks of one architecture
   * @param dl4j the same networks in DL4J, member by member; empty where it refuses one
   */
  public static ModelArtifact write(
      ModelManifest manifest,
      List<Network> networks,
      List<Optional<Dl4jNetwork>> dl4j,
      List<Golden> goldens) {
    Map<String, byte[]> entries = plain(networks);
    Map<String, byte[]> files = new TreeMap<>();
    for (int member = 0; member < networks.size(); member++) {
      if (dl4j.get(member).isPresent()) {
        files.put(StoredNetworks.dl4j(member), dl4j.get(member).get().save());
      }
    }
    ModelArtifact artifact = ModelArtifact.of(manifest, entries);
    int plainBytes = sendable(artifact);
    if (plainBytes + bytes(files) <= ModelArtifact.MAX_BYTES - MOST_BESIDE) {
      entries.putAll(files);
      artifact = ModelArtifact.of(manifest, entries);
    } else {
      LOG.info(
          "The artifact has the network's plain form alone: with DL4J's own files it would have more than the {} bytes that fit",
          ModelArtifact.MAX_BYTES);
    }
    Certificate certificate =
        Prover.certify(artifact.hash(), networks, StoredNetworks.steps(manifest), dl4j, goldens);
    return requireSize(artifact.with(ModelArtifact.CERTIFICATE, certificate.toJson()));
  }

  private static long bytes(Map<String, byte[]> entries) {
    return entries.values().stream().mapToLong(entry -> entry.length).sum();
  }

  /**
   * Writes the plain form of the members' networks alone and certifies them against the members'
   * own forward pass: milliseconds as a rule, no ND4J, and no learner beside them.
   *
   * @param linear to whose forecasts outputs are added, where they are
   */
  public static ModelArtifact writeLight(
      ModelManifest manifest, List<NetworkLearner> members, Optional<LinearForecaster> linear) {
    Map<String, byte[]> entries = plain(members.stream().map(NetworkLearner::network).toList());
    linear.ifPresent(expert -> entries.put(LINEAR, expert.toBytes()));
    ModelArtifact artifact = ModelArtifact.of(manifest, entries);
    Certificate certificate =
        LearnerProver.certify(artifact.hash(), members, StoredNetworks.steps(manifest));
    return requireSize(artifact.with(ModelArtifact.CERTIFICATE, certificate.toJson()));
  }

  /** The entries of the plain form. */
  public static Map<String, byte[]> plain(List<Network> networks) {
    Map<String, byte[]> entries = new TreeMap<>();
    entries.put(NetworkCodec.ARCHITECTURE, NetworkCodec.architecture(networks.get(0)));
    for (int member = 0; member < networks.size(); member++) {
      entries.put(StoredNetworks.weights(member), NetworkCodec.weights(networks.get(member)));
    }
    return entries;
  }

  /**
   * Refuses an artifact that is too large.
   *
   * @throws IllegalArgumentException if it is larger than fits
   */
  public static ModelArtifact requireSize(ModelArtifact artifact) {
    sendable(artifact);
    return artifact;
  }

  /** Its bytes, which are not too many. */
  private static int sendable(ModelArtifact artifact) {
    int bytes = artifact.toBytes().length;
    if (bytes > ModelArtifact.MAX_BYTES) {
      throw new IllegalArgumentException(
          "the model's artifact has %d bytes, at most %d fit: use fewer units, or fewer members (of what is trained: train.hidden, train.members)"
              .formatted(bytes, ModelArtifact.MAX_BYTES));
    }
    return bytes;
  }
}
