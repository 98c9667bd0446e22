package io.tplus1.rnn.keras;

import io.tplus1.rnn.network.Network;
import java.util.List;
import java.util.Optional;

/**
 * What a Keras file holds.
 *
 * @param network the layers with their weights; without the layer that Keras keeps for its input
 * @param name the model's own name, such as {@code sequential_1}; the file's name where it has none
 * @param layerNames Keras' names, one for each layer of the network, in its order
 * @param kerasVersion the version that wrote the file, such as {@code 2.2.4-tf}; early Keras 1 did
 *     not say
 * @param backend what computed for Keras, such as {@code tensorflow}
 * @param training how the model was compiled; empty for a model that was not
 */
public record KerasModel(
    Network network,
    String name,
    List<String> layerNames,
    Optional<String> kerasVersion,
    Optional<String> backend,
    Optional<KerasTraining> training) {

  public KerasModel {
    layerNames = List.copyOf(layerNames);
    if (layerNames.size() != network.layers().size()) {
      throw new IllegalArgumentException(
          "needs one name per layer, found %d names for %d layers"
              .formatted(layerNames.size(), network.layers().size()));
    }
  }
}
