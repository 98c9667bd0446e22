package io.tplus1.rnn.training;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.NetworkFit;
import io.tplus1.rnn.StoredNetworks;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.JoinedActivations;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.List;

/** The networks of an artifact, as a training can begin with them. */
final class WarmStart {
  private WarmStart() {}

  /**
   * The members' networks; they end as a planned one does, so that one loss fits both.
   *
   * @throws InvalidArtifactException if the artifact is broken, of another task, or covers the
   *     horizons in another way than the settings
   */
  static List<Network> networks(
      Trainer.Task task, TrainingSettings settings, ModelArtifact artifact)
      throws InvalidArtifactException {
    ModelManifest manifest = artifact.manifest();
    RnnLearning.requireTask(task, manifest);
    List<Network> stored = StoredNetworks.read(artifact).networks();
    NetworkPlan planned = new NetworkPlan(task, settings);
    if (stored.isEmpty()
        || manifest.strategy() != settings.strategy()
        || !stored.get(0).output().equals(planned.output())) {
      throw new InvalidArtifactException(
          "model %s must have a plain form and cover the horizons as the settings do (train.strategy, train.decoder), giving %s: train without a warm start"
              .formatted(artifact.hash(), planned.output()));
    }
    List<Network> networks = new ArrayList<>();
    for (Network network : stored) {
      try {
        NetworkFit.require(manifest, network);
        if (manifest.stepInputs().isEmpty()) {
          NetworkFit.requireProbabilities(manifest, network);
        }
      } catch (IllegalArgumentException e) {
        throw new InvalidArtifactException(e.getMessage(), e);
      }
      networks.add(endingAs(planned.end(), network));
    }
    return networks;
  }

  /** Logits and their softmax are one network to a loss that takes the softmax itself. */
  private static Network endingAs(ActivationFunction end, Network any) {
    Network network = JoinedActivations.of(any);
    int last = network.layers().size() - 1;
    while (last > 0 && network.layers().get(last).isIdle()) {
      last--;
    }
    if (!(network.layers().get(last) instanceof Layer.Dense dense)
        || dense.activation() == end
        || !(isLogits(dense.activation()) && isLogits(end))) {
      return network;
    }
    return network.with(last, dense.ending(end));
  }

  private static boolean isLogits(ActivationFunction function) {
    return function == ActivationFunction.LINEAR || function == ActivationFunction.SOFTMAX;
  }
}
