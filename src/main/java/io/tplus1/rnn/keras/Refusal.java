package io.tplus1.rnn.keras;

/** The words that refusals share. */
final class Refusal {
  static final String SAVE_AGAIN =
      "only whole models of Keras are supported, so save the model again with"
          + " model.save('model.h5')";

  /** A file of Keras 3 is none that Keras 2 reads; the arrays of the weights are the same. */
  static final String REBUILD =
      "build the same layers as a new Sequential, in Keras 3, and"
          + " new.set_weights(old.get_weights()), new.save('model.h5')";

  private Refusal() {}
}
