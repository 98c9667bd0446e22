package io.tplus1.rnn.keras;

import io.tplus1.rnn.network.Layer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a Bidirectional puts out at masked steps: zeros in the Keras of TensorFlow and in Keras 3,
 * which is computed here, and the last output again in Keras 1 and in Keras 2 of its own before
 * 2.4.
 */
final class MaskedRows {
  /** TensorFlow's end in {@code -tf} up to 2.3. */
  private static final Pattern REPEATING = Pattern.compile("[01]\\..*|2\\.[0-3](\\.\\d+)?");

  private MaskedRows() {}

  /**
   * Refuses a network in which those rows make a difference. A recurrent layer skips them.
   *
   * @param version that wrote the file; the first ones do not say
   * @param chain with a layer for each of {@code layers}
   */
  static void requireZeros(Optional<String> version, KerasChain chain, List<Layer> layers)
      throws KerasImportException {
    if (version.isPresent() && !REPEATING.matcher(version.get()).matches()) {
      return;
    }
    boolean masked = false;
    KerasLayer repeats = null;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      if (layer instanceof Layer.Embedding embedding) {
        masked = embedding.maskZero();
      } else if (layer instanceof Layer.Masking) {
        // It asks each row whether it is one to skip.
        requireNone(repeats);
        masked = true;
      } else if (layer instanceof Layer.Recurrent recurrent) {
        masked &= recurrent.returnSequences();
        repeats = null;
      } else if (layer instanceof Layer.Bidirectional pair) {
        masked &= pair.forward().returnSequences();
        repeats = masked ? chain.layers().get(i) : null;
      } else if (layer instanceof Layer.Flatten) {
        requireNone(repeats);
        masked = false;
      }
    }
    requireNone(repeats);
  }

  private static void requireNone(KerasLayer repeats) throws KerasImportException {
    if (repeats != null) {
      throw repeats.refuse(
          "where a step is masked it repeats the last output in Keras before 2.4, and zeros there,"
              + " as tf.keras and Keras 3 have them, are supported",
          "train it on there, or build it with a recurrent layer behind it, train it");
    }
  }
}
