package io.tplus1.topology.retrain;

import io.tplus1.config.RetrainSettings;
import io.tplus1.serde.ModelEvent;
import io.tplus1.topology.retrain.RetrainCounters.Event;
import io.tplus1.train.RetrainSchedule;
import io.tplus1.train.SampleBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Trainings, one at a time: begins one that is due or asked for, takes what it gave, and gives it
 * up where that takes too long or would be of no use. For the stream thread.
 *
 * <p>A command to train is answered by the end of the first training that begins after it, or once
 * those that began for it have been cut off too often.
 */
final class Trainings {
  private static final String OFF = "retrain.mode is off: set it to refresh or retrain";

  private static final String IN_VAIN =
      "the role stopped in the middle of the training %d times in a row, and it is not begun again: if the process ended with exit code 3 or was killed for memory, give it more (TPLUS1_JAVA_OPTS=-Xmx…, its container), or lower train.batch, train.hidden or retrain.buffer; if it was restarted on purpose, or its log shows another end that is mended, give the command again"
          .formatted(Asked.MOST_BEGUN);

  private final RetrainSettings settings;
  private final RetrainTools tools;
  private final RetrainProgress progress;
  private final KeptSamples kept;
  private final NextTraining next;
  private final Succession succession;
  private final ModelEvents events;
  private final LongSupplier clock;
  private RunningTraining running;

  /**
   * @param clock epoch milliseconds
   */
  Trainings(
      RetrainSettings settings,
      RetrainTools tools,
      RetrainProgress progress,
      KeptSamples kept,
      NextTraining next,
      Succession succession,
      ModelEvents events,
      LongSupplier clock) {
    this.settings = settings;
    this.tools = tools;
    this.progress = progress;
    this.kept = kept;
    this.next = next;
    this.succession = succession;
    this.events = events;
    this.clock = clock;
  }

  /** Notes that a command asks for one, or says why there will be none. */
  void ask(String command) {
    if (running == null && progress.asked.isInVain()) {
      tellInVain(); // Nothing has been tried for this one.
    }
    if (!settings.trains()) {
      events.refuse(command, OFF);
    } else if (kept.buffer().size() == 0) {
      events.refuse(command, kept.whyNone());
    } else if (next.waitsForLinear()) {
      events.refuse(
          command,
          "there is no linear part yet that the network's outputs could be added to (train.base, linear.every)");
    } else if (!progress.asked.add(command)) {
      events.refuse(
          command,
          "%d commands wait for a training already, of which each is answered when it ends: ask again then"
              .formatted(progress.asked.size()));
    } else {
      next.asked();
    }
  }

  /** Takes what one gave that has ended, and begins one that is due. */
  void goOn() {
    dropStale();
    collect();
    start();
  }

  /** A refresh whose line has begun again since would undo that. */
  private void dropStale() {
    if (running != null && running.beginning() != next.beginnings()) {
      stop();
      progress.schedule.givenUp();
      progress.asked.takeBack();
    }
  }

  private void collect() {
    if (running == null || !running.isDone()) {
      return;
    }
    RunningTraining ended = running;
    running = null;
    RunningTraining.Attempt attempt = ended.attempt();
    RunningTraining.Outcome outcome = ended.outcome();
    if (outcome.trained() == null) {
      if (outcome.broken() && ended.goesOn()) {
        succession.beginAnew();
      }
      failed(attempt, outcome.failure());
      return;
    }
    progress.schedule.ended(true);
    progress.asked.end(attempt.commands());
    succession.trained(outcome.trained(), attempt.why(), attempt.commands());
    succession.deleteExpired();
  }

  private void start() {
    if (!settings.trains()) {
      // Asked for before the setting was changed.
      List<String> commands = progress.asked.ids();
      progress.asked.end(commands);
      commands.forEach(command -> events.refuse(command, OFF));
      return;
    }
    if (running != null) {
      return;
    }
    if (progress.asked.isInVain()) {
      tellInVain();
      return;
    }
    if (kept.buffer().size() == 0) {
      return;
    }
    long nowMs = clock.getAsLong();
    Optional<RetrainSchedule.Reason> due = next.due(nowMs);
    if (due.isEmpty()) {
      return;
    }
    RunningTraining.Attempt attempt =
        new RunningTraining.Attempt(next.why(due.get()), progress.asked.ids(), nowNanos());
    progress.schedule.started(nowMs, progress.eventMs, progress.sequence);
    progress.asked.begin();
    progress.runs++;
    TrainingRoom room = next.room();
    kept.limit(room.bytes());
    SampleBuffer.Snapshot snapshot = kept.buffer().snapshot();
    Optional<String> refused = room.tooLarge(snapshot.bytes());
    if (refused.isPresent()) {
      failed(attempt, refused.get());
      return;
    }
    tools.counters().count(Event.TRAINING_STARTED);
    running = next.start(attempt, snapshot);
    collect();
  }

  /**
   * Of those who waited nobody does any more; the schedule keeps the distance that it has come to.
   */
  private void tellInVain() {
    List<String> commands = progress.asked.ids();
    progress.asked.end(commands);
    progress.schedule.leave();
    // Of these trainings nothing has been told, nor is known how long they took.
    events.failed(IN_VAIN, Map.of(ModelEvent.SECONDS, 0.0), commands);
  }

  /** Gives up one that neither ends nor looks at its own clock. */
  void giveUpOverdue() {
    if (running != null && running.isOverdue(nowNanos(), settings.limits().time())) {
      RunningTraining.Attempt attempt = running.attempt();
      stop();
      failed(attempt, "it did not begin or end within retrain.time.limit, and was given up");
    }
  }

  /** Gives up the one that runs, if there is one, because the task closes. */
  void giveUp() {
    if (running != null) {
      stop();
      tools.counters().count(Event.TRAINING_CUT_OFF);
    }
  }

  private void stop() {
    running.giveUp();
    running = null;
  }

  private void failed(RunningTraining.Attempt attempt, String why) {
    progress.schedule.ended(false);
    progress.asked.end(attempt.commands());
    events.failed(why, attempt.spent(nowNanos()), attempt.commands());
  }

  private long nowNanos() {
    return tools.nanoClock().getAsLong();
  }
}
