package io.tplus1.serde;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One record of {@code model-events}, keyed by model name: what happened to the model, with the
 * figures that decided.
 *
 * @param kind what happened
 * @param timeMs when, epoch milliseconds of the retrain role's clock
 * @param hash the artifact that it is about; empty if there is none
 * @param champion the champion afterwards; empty if there is none
 * @param command id of the command that this answers
 * @param reason why, for people
 * @param figures errors with their counts, by name
 */
public record ModelEvent(
    Kind kind,
    long timeMs,
    Optional<String> hash,
    Optional<String> champion,
    Optional<String> command,
    String reason,
    Map<String, Double> figures) {

  /** Figure of a training's first event: how long it took; 0 where nobody knows. */
  public static final String SECONDS = "seconds";

  /** What happened. */
  public enum Kind {
    /**
     * A training ended, with a challenger unless it learnt nothing better than what it began with.
     */
    TRAINED,
    /** A challenger, or a kept artifact by command, became the champion. */
    PROMOTED,
    /** A challenger did not win, and is given up. */
    REJECTED,
    /** A former champion serves again. */
    ROLLED_BACK,
    /** A training failed; nothing else changed. */
    FAILED,
    PINNED,
    UNPINNED,
    /** A command could not be carried out; the reason says why. */
    REFUSED
  }

  public ModelEvent {
    figures = Map.copyOf(new TreeMap<>(figures));
  }

  /**
   * Whether an event before told of the same training, and this one answers another command. Of
   * what former releases wrote, a failure that answers a command counts as one.
   */
  public boolean isRepeated() {
    return command.isPresent()
        && (kind == Kind.TRAINED || kind == Kind.FAILED)
        && !figures.containsKey(SECONDS);
  }
}
