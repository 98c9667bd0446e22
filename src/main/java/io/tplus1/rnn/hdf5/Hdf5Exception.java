package io.tplus1.rnn.hdf5;

import java.io.IOException;

/** Says in one clause what of a file is broken, too large, or not among what is read here. */
public final class Hdf5Exception extends IOException {
  private static final long serialVersionUID = 1L;

  public Hdf5Exception(String message) {
    super(message);
  }

  public Hdf5Exception(String message, Throwable cause) {
    super(message, cause);
  }
}
