package io.tplus1.topology.retrain;

import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Says in {@code model-events} what happened, and answers commands. For the stream thread. */
final class ModelEvents {
  private final ModelOutput output;
  private final Supplier<Optional<String>> champion;
  private final LongSupplier clock;

  /**
   * @param champion hash of who serves when something happens; empty if nobody does, or nobody
   *     knows
   * @param clock epoch milliseconds
   */
  ModelEvents(ModelOutput output, Supplier<Optional<String>> champion, LongSupplier clock) {
    this.output = output;
    this.champion = champion;
    this.clock = clock;
  }

  /** A command cannot be carried out. */
  void refuse(String command, String reason) {
    say(Kind.REFUSED, null, Optional.of(command), reason, Map.of());
  }

  /** A training ended without a model; see {@link #answer}. */
  void failed(String reason, Map<String, Double> figures, List<String> commands) {
    answer(Kind.FAILED, null, reason, figures, commands);
  }

  /**
   * Something happened that commands may have asked for.
   *
   * @param hash of the artifact; null for none
   * @param commands their ids, each of which gets an answer; empty if nobody asked
   */
  void answer(
      Kind kind, String hash, String reason, Map<String, Double> figures, List<String> commands) {
    if (commands.isEmpty()) {
      say(kind, hash, Optional.empty(), reason, figures);
    }
    Map<String, Double> again = new TreeMap<>(figures);
    again.remove(ModelEvent.SECONDS); // So that each training is counted once.
    for (int i = 0; i < commands.size(); i++) {
      say(kind, hash, Optional.of(commands.get(i)), reason, i == 0 ? figures : again);
    }
  }

  /**
   * Something happened.
   *
   * @param hash of the artifact; null for none
   * @param command id of the one that is answered
   */
  void say(
      Kind kind,
      String hash,
      Optional<String> command,
      String reason,
      Map<String, Double> figures) {
    output.event(
        new ModelEvent(
            kind,
            Math.max(0, clock.getAsLong()),
            Optional.ofNullable(hash),
            champion.get(),
            command,
            reason,
            new TreeMap<>(figures)));
  }
}
