package io.tplus1.rnn.keras;

import io.tplus1.rnn.network.Network;
import java.util.Optional;

/**
 * What a Keras file holds.
 *
 * @param network the layers with their weights; without the layer that Keras keeps for its input
 * @param rows steps ahead that a {@code Reshape} at the end lays into rows, which the network's
 *     vector holds side by side; 0 without
 * @param kerasVersion the version that wrote the file, such as {@code 2.2.4-tf}; early Keras 1 did
 *     not say
 * @param backend what computed for Keras, such as {@code tensorflow}
 */
public record KerasModel(
    Network network, int rows, Optional<String> kerasVersion, Optional<String> backend) {
  /** The version's first number; 0 where it does not begin with one. */
  static int major(String version) {
    int end = 0;
    while (end < version.length() && end < 6 && Character.isDigit(version.charAt(end))) {
      end++;
    }
    return end == 0 ? 0 : Integer.parseInt(version.substring(0, end));
  }
}
