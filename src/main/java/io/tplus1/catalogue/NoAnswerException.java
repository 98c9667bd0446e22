package io.tplus1.catalogue;

/** No retrain role answered a command; the message says what is known of it. */
public final class NoAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String message) {
    super(message);
  }
}
