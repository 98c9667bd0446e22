package io.tplus1.model;

/** How one network covers the horizons 1 to H. */
public enum Strategy {
  /** The network puts out all H horizons at once. */
  DIRECT,
  /** The network puts out t+1; its forecast is fed back as the next vector, H times. */
  RECURSIVE;

  /** Steps that one pass of the network puts out, of a horizon. */
  public int rowsAtOnce(int horizon) {
    return this == RECURSIVE ? 1 : horizon;
  }
}
