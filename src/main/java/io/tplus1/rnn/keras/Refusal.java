package io.tplus1.rnn.keras;

/** The words that refusals share. */
final class Refusal {
  static final String SAVE_AGAIN =
      "only whole models of Keras are supported, so save the model again with"
          + " model.save('model.h5')";

  private Refusal() {}
}
