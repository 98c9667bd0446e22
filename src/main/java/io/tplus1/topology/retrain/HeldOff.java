package io.tplus1.topology.retrain;

import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import io.tplus1.topology.retrain.RetrainCounters.Event;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What becomes of records while the stores are another's, see {@link StateOwner}: they count for
 * nothing, and commands are refused. Of the stores it writes which commands were answered, and no
 * more. For the stream thread.
 */
final class HeldOff {
  private final String why;
  private final Optional<String> champion;
  private final ModelHistory history;
  private final ModelOutput output;
  private final PassedOver passedOver;
  private final RetrainCounters counters;
  private final LongSupplier clock;

  /**
   * @param why the stores are another's
   * @param champion hash of who serves under the model's name; empty if nobody does, or nobody
   *     knows
   * @param clock epoch milliseconds
   */
  HeldOff(
      String why,
      Optional<String> champion,
      ModelHistory history,
      ModelOutput output,
      PassedOver passedOver,
      RetrainCounters counters,
      LongSupplier clock) {
    this.why = why;
    this.champion = champion;
    this.history = history;
    this.output = output;
    this.passedOver = passedOver;
    this.counters = counters;
    this.clock = clock;
  }

  /** Passes a record of the model over, which does not count for a reason. */
  void passOver(RetrainInput input, String reason) {
    if (input instanceof RetrainInput.Command command) {
      refuse(command.command());
    } else {
      passedOver.tell(Event.HELD_OFF, "A record", () -> reason);
    }
  }

  private void refuse(ModelCommand command) {
    if (history.isAnswered(command.id())) {
      counters.count(Event.COMMAND_REPEATED);
      return;
    }
    history.answered(command.id());
    counters.count(Event.HELD_OFF);
    output.event(
        new ModelEvent(
            Kind.REFUSED,
            Math.max(0, clock.getAsLong()),
            Optional.empty(),
            champion,
            Optional.of(command.id()),
            "%s; give the command again then, under another id".formatted(why),
            Map.of()));
  }
}
