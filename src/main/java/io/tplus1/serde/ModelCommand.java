package io.tplus1.serde;

import java.util.Optional;

/**
 * One record of {@code model-commands}, keyed by model name.
 *
 * @param id names the command; the event that answers repeats it
 * @param kind what is to be done
 * @param hash for {@link Kind#PROMOTE} the artifact that it is about, of which a unique beginning
 *     is enough; for all others the champion that was seen when it was given, or its beginning:
 *     where another one serves, the command is refused
 * @param timeMs when it was given, epoch milliseconds
 */
public record ModelCommand(String id, Kind kind, Optional<String> hash, long timeMs) {
  /** The champion, or its beginning, that must serve for this to be carried out. */
  public Optional<String> seen() {
    return kind == Kind.PROMOTE ? Optional.empty() : hash;
  }

  /** What is to be done. */
  public enum Kind {
    /** Start a training now. */
    RETRAIN,
    /** Make a kept artifact the champion. */
    PROMOTE,
    /** Make the champion before the probation, or else the newest former one, serve again. */
    ROLLBACK,
    /** Let nothing but commands replace the champion. */
    PIN,
    /** Let the gate replace the champion again. */
    UNPIN
  }
}
