package io.tplus1.serde;

import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

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
  /** With fewer digits, the hashes of many may begin so. */
  private static final Pattern BEGINNING = Pattern.compile("[0-9a-f]{4,64}");

  /** Refuses {@link Kind#PROMOTE} without a hash. */
  public ModelCommand {
    if (kind == Kind.PROMOTE && hash.isEmpty()) {
      throw new IllegalArgumentException("PROMOTE needs a 'hash'");
    }
  }

  /**
   * A command that is given now.
   *
   * @throws IllegalArgumentException if it needs a hash and has none
   */
  public static ModelCommand now(Kind kind, Optional<String> hash, Clock clock) {
    return new ModelCommand(UUID.randomUUID().toString(), kind, hash, clock.millis());
  }

  /** Whether people may name an artifact so: its hash, or 4 or more of its first digits. */
  public static boolean isBeginning(String hash) {
    return BEGINNING.matcher(hash).matches();
  }

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
