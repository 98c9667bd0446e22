package io.tplus1.rnn.dl4j;

/** ND4J cannot start on this machine, and so not until this process ends. */
public final class Nd4jUnavailableException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /**
   * @param cause what its start failed with
   */
  Nd4jUnavailableException(Throwable cause) {
    super(
        "ND4J cannot start here (%s): it unpacks its libraries to ~/.javacpp/cache, or where -Dorg.bytedeco.javacpp.cachedir says, which must be writable and executable, and they need glibc"
            .formatted(cause),
        cause);
  }
}
