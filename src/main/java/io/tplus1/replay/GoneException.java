package io.tplus1.replay;

import java.util.Optional;

/** An input of a forecast is no longer in the cluster. */
public final class GoneException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What a forecast is made again from. */
  public enum Input {
    PREDICTION,
    WINDOW,
    MODEL
  }

  private final Input input;
  private final String since;
  private final String setting;

  /**
   * Says which input.
   *
   * @param message which, and where it was looked for
   * @param since since when it has been gone, as far as can be told; null for nothing
   * @param setting what keeps such an input longer
   */
  GoneException(Input input, String message, String since, String setting) {
    super(message);
    this.input = input;
    this.since = since;
    this.setting = setting;
  }

  public Input input() {
    return input;
  }

  /** Since when it has been gone, as a sentence; empty if nobody can tell. */
  public Optional<String> since() {
    return Optional.ofNullable(since);
  }

  /** What keeps such an input longer, as a sentence. */
  public String setting() {
    return setting;
  }
}
