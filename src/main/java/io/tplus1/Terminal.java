package io.tplus1;

/** Whether a person watches: on a terminal lines may be redrawn and coloured, elsewhere not. */
final class Terminal {
  private Terminal() {}

  /** The launcher says so, because it alone can ask the shell. */
  static boolean isInteractive() {
    return Boolean.getBoolean("tplus1.terminal");
  }
}
