package io.tplus1.topology.retrain;

import io.tplus1.serde.ModelCommand;
import io.tplus1.topology.retrain.RetrainCounters.Event;

/**
 * What becomes of records while the stores are another's, see {@link StateOwner}: they count for
 * nothing, and commands are refused. Of the stores it writes which commands were answered, and no
 * more. For the stream thread.
 */
final class HeldOff {
  private final String why;
  private final ModelHistory history;
  private final ModelEvents events;
  private final PassedOver passedOver;
  private final RetrainCounters counters;

  /**
   * @param why the stores are another's
   */
  HeldOff(
      String why,
      ModelHistory history,
      ModelEvents events,
      PassedOver passedOver,
      RetrainCounters counters) {
    this.why = why;
    this.history = history;
    this.events = events;
    this.passedOver = passedOver;
    this.counters = counters;
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
    events.refuse(command.id(), "%s; give the command again then, under another id".formatted(why));
  }
}
