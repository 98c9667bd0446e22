package io.tplus1.model;

/** An artifact that cannot be served: broken, of an unknown format, or of another shape. */
public final class InvalidArtifactException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean newer;

  public InvalidArtifactException(String message) {
    this(message, null);
  }

  public InvalidArtifactException(String message, Throwable cause) {
    this(message, cause, false);
  }

  private InvalidArtifactException(String message, Throwable cause, boolean newer) {
    super(message, cause);
    this.newer = newer;
  }

  /** Nothing wrong in itself, but of a format that only a newer version of tplus1 reads. */
  public static InvalidArtifactException ofNewerFormat(String message) {
    return new InvalidArtifactException(message, null, true);
  }

  /** Whether a newer version of tplus1 may read it. */
  public boolean isOfNewerFormat() {
    return newer;
  }
}
