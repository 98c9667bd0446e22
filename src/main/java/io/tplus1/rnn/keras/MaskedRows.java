package io.tplus1.rnn.keras;

import io.tplus1.rnn.network.Layer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a Bidirectional puts out at masked steps: zeros in Keras from 2.4 on and in TensorFlow's
 * from 2.2.4-tf on, which is computed here, and the last output again before. (Of 2.2.4-tf that is
 * not certain where TensorFlow 1.13 wrote it.)
 */
final class MaskedRows {
  /** Versions of Keras that put out zeros. */
  private static final Pattern ZEROS =
      Pattern.compile("2\\.2\\.4-tf|2\\.3\\.\\d+-tf|2\\.([4-9]|\\d\\d)(\\..*)?|[3-9](\\..*)?");

  private MaskedRows() {}

  /**
   * Refuses a network in which those rows make a difference. A recurrent layer skips them.
   *
   * @param version that wrote the file; the first ones do not say
   * @param chain with a layer for each of {@code layers}
   */
  static void requireZeros(Optional<String> version, KerasChain chain, List<Layer> layers)
      throws KerasImportException {
    if (version.isPresent() && ZEROS.matcher(version.get()).matches()) {
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
          "where a step is masked it repeats the last output in Keras before 2.4 (TensorFlow's before"
              + " 2.2.4-tf), and zeros there, as later ones have them, are supported",
          "where no step is ever masked, build the model without the mask and with these weights; else"
              + " train it on in a later Keras, or with a recurrent layer behind it,");
    }
  }
}
