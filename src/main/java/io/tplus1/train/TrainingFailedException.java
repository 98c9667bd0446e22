package io.tplus1.train;

/** A training that gave no model; the message says why, and what to do. */
public final class TrainingFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  public TrainingFailedException(String message) {
    super(message);
  }

  /** Says what the cause says, or where that says nothing, what it is. */
  TrainingFailedException(Exception cause) {
    super(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
  }
}
