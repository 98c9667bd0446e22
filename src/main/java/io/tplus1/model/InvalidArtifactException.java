package io.tplus1.model;

/** An artifact that cannot be served: broken, of an unknown format, or of another shape. */
public final class InvalidArtifactException extends Exception {
  private static final long serialVersionUID = 1L;

  public InvalidArtifactException(String message) {
    super(message);
  }

  public InvalidArtifactException(String message, Throwable cause) {
    super(message, cause);
  }
}
