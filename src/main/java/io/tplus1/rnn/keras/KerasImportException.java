package io.tplus1.rnn.keras;

/**
 * A refused file: the message is one sentence with what was found, what is supported and what to
 * do.
 */
public final class KerasImportException extends Exception {
  private static final long serialVersionUID = 1L;

  KerasImportException(String message) {
    super(message);
  }

  KerasImportException(String message, Throwable cause) {
    super(message, cause);
  }
}
