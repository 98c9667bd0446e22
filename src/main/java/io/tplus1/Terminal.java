package io.tplus1;

import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/**
 * Whether a person watches: on a terminal lines may be redrawn and coloured, elsewhere not. The
 * launcher says so, because it alone can ask the shell; a terminal that can do nothing ({@code
 * TERM=dumb}) is none to it.
 */
final class Terminal {
  private Terminal() {}

  /** Whether standard output is a terminal. */
  static boolean isInteractive() {
    return Boolean.getBoolean("tplus1.terminal");
  }

  /** Whether standard error is a terminal. */
  static boolean isErrorInteractive() {
    return Boolean.getBoolean("tplus1.terminal.err");
  }

  /**
   * Whether to colour. Help and complaints share one scheme, so both streams must be terminals.
   *
   * @param environment as {@code System.getenv()}; a {@code NO_COLOR} that is not empty forbids it
   *     (no-color.org)
   */
  static Ansi colours(boolean terminal, Map<String, String> environment) {
    return terminal && environment.getOrDefault("NO_COLOR", "").isEmpty() ? Ansi.ON : Ansi.OFF;
  }

  static Ansi colours() {
    return colours(isInteractive() && isErrorInteractive(), System.getenv());
  }
}
