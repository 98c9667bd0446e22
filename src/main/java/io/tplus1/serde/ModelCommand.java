package io.tplus1.serde;

import java.util.Optional;

/**
 * One record of {@code model-commands}, keyed by model name.
 *
 * @param id names the command; the event that answers repeats it
 * @param kind what is to be done
 * @param hash the artifact that it is about, for {@link Kind#PROMOTE}; a unique beginning is enough
 * @param timeMs when it was given, epoch milliseconds
 */
public record ModelCommand(String id, Kind kind, Optional<String> hash, long timeMs) {

  /** What is to be done. */
  public enum Kind {
    /** Start a training now. */
    RETRAIN,
    /** Make a kept artifact the champion. */
    PROMOTE,
    /** Make the newest former champion the champion again. */
    ROLLBACK,
    /** Let nothing but commands replace the champion. */
    PIN,
    /** Let the gate replace the champion again. */
    UNPIN
  }
}
