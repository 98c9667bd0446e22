package io.tplus1.model;

/** A training cannot begin with the given model; with new weights it may. */
public final class WarmStartException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public WarmStartException(Exception cause) {
    super("the training cannot begin with the given model: " + cause.getMessage(), cause);
  }
}
