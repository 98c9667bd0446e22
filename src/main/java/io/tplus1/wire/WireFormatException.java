package io.tplus1.wire;

/** Bytes that are no record of the binary form; the message says what was found and expected. */
public final class WireFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  WireFormatException(String message) {
    super(message);
  }

  /** Bad records may come in floods, and where they were read says nothing about them. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
