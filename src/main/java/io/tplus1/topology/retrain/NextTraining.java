package io.tplus1.topology.retrain;

import io.tplus1.config.RetrainSettings;
import io.tplus1.model.Forecaster;
import io.tplus1.model.StepInputs;
import io.tplus1.model.TrainingSettings;
import io.tplus1.train.Contest;
import io.tplus1.train.Entrant;
import io.tplus1.train.RefreshRun;
import io.tplus1.train.RetrainSchedule;
import io.tplus1.train.SampleBuffer;
import io.tplus1.train.Throttle;
import io.tplus1.train.TrainingRun;
import io.tplus1.train.WholeRun;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The next training: when it is due, what it learns from, goes on from, has room for, and is held
 * back by. For the stream thread.
 */
final class NextTraining {
  private final RetrainPlan plan;
  private final RetrainTools tools;
  private final RetrainSettings settings;
  private final Entrants entrants;
  private final ModelHistory history;
  private final RetrainProgress progress;
  private final Contest contest;
  private final LearningLine line;
  private final LinearParts linear;
  private Base roomOf;
  private TrainingRoom room;

  /**
   * What a training may go on from, as far as its size is concerned: refreshes change no layer.
   *
   * @param beginnings of the line of refreshes
   * @param champion its hash; empty where trainings do not go on from it
   */
  private record Base(long beginnings, String champion) {}

  NextTraining(
      RetrainPlan plan,
      RetrainTools tools,
      Entrants entrants,
      ModelHistory history,
      RetrainProgress progress,
      Contest contest,
      LearningLine line,
      LinearParts linear) {
    this.plan = plan;
    this.tools = tools;
    this.settings = plan.retrain;
    this.entrants = entrants;
    this.history = history;
    this.progress = progress;
    this.contest = contest;
    this.line = line;
    this.linear = linear;
  }

  /** Why it is due; empty if it is not, or has to wait for something. */
  Optional<RetrainSchedule.Reason> due(long nowMs) {
    Optional<RetrainSchedule.Reason> due =
        progress.asked.isEmpty()
            ? progress.schedule.due(nowMs, progress.eventMs, progress.sequence, isUnserved())
            : Optional.of(RetrainSchedule.Reason.COMMAND);
    boolean waits = line.waits() || waitsForLinear();
    return due.isEmpty() || isChallenged(due.get()) || waits ? Optional.empty() : due;
  }

  /** Whether nobody serves under these settings, and what is trained might. */
  private boolean isUnserved() {
    return contest.champion() == null && contest.newest() == null && !entrants.championStays();
  }

  /** Somebody asks for a training under these settings. */
  void asked() {
    line.settle();
  }

  /**
   * Whether a whole training should wait until the challenger of the last one is judged. That of a
   * drift too: of many series errors grow for a moment again and again, and no challenger would be.
   */
  private boolean isChallenged(RetrainSchedule.Reason reason) {
    return settings.mode() == RetrainSettings.Mode.RETRAIN
        && contest.newest() != null
        && reason != RetrainSchedule.Reason.COMMAND;
  }

  /** Whether there is nothing yet that the network's outputs could be added to. */
  boolean waitsForLinear() {
    return plan.task.inputs().filter(StepInputs::needsLinear).isPresent()
        && linear.serving().isEmpty();
  }

  /** What an event says of it. */
  String why(RetrainSchedule.Reason due) {
    return "trained because of: %s%s"
        .formatted(
            due.name().toLowerCase(Locale.ROOT),
            isOutdone()
                ? ", with new weights, since persistence is clearly better than the champion"
                : "");
  }

  /** Whether a whole training leaves a champion behind from which it is of no use to go on. */
  private boolean isOutdone() {
    return settings.mode() == RetrainSettings.Mode.RETRAIN && progress.standing.isBeaten();
  }

  /**
   * What it may take beside the samples: made anew where it goes on from others than before, as
   * after a promotion or a rollback.
   */
  TrainingRoom room() {
    boolean refreshes = settings.refreshes();
    Base now = new Base(line.beginnings(), refreshes ? "" : warmFrom());
    if (!now.equals(roomOf)) {
      roomOf = now;
      room =
          new TrainingRoom(
              plan, tools.learning(), entrants.goesOn(refreshes ? progress.line : warmFrom()));
    }
    return room;
  }

  /** Hash of the champion from which a whole training goes on; empty where it does from none. */
  private String warmFrom() {
    boolean warm = settings.warm() && history.champion() != null && !isOutdone();
    return warm ? history.champion() : "";
  }

  /** What it is held back by. */
  private Throttle throttle() {
    return new Throttle(
        settings.limits().cpuShare(), settings.limits().time(), tools.nanoClock(), tools.sleeper());
  }

  /** Begins it; see {@link RunningTraining#start}. */
  RunningTraining start(RunningTraining.Attempt attempt, SampleBuffer.Snapshot snapshot) {
    boolean refreshes = settings.refreshes();
    boolean goesOn = refreshes && !line.isNew();
    TrainingRun run = refreshes ? refresh(snapshot, goesOn) : whole(snapshot);
    return RunningTraining.start(
        attempt, run, this::throttle, tools.executor(), goesOn, line.beginnings());
  }

  /** How often the line that refreshes go on with has begun ({@link LearningLine#beginnings}). */
  long beginnings() {
    return line.beginnings();
  }

  /**
   * Some steps more of the line of learning.
   *
   * @param goesOn whether the line has networks already; else it begins with it
   */
  private TrainingRun refresh(SampleBuffer.Snapshot snapshot, boolean goesOn) {
    return new RefreshRun(
        line.take(snapshot, ofNewNetworks()),
        plan.task.inputs().filter(StepInputs::needsLinear).flatMap(i -> linear.serving()),
        plan.training,
        goesOn ? settings.refresh().steps() : settings.refresh().firstSteps(),
        settings.refresh().recent(),
        snapshot,
        Math.max(snapshot.samples().size(), progress.sequence - progress.lineMissed),
        seed(),
        tools.loader(),
        before(),
        settings.gate().samples(),
        line.cutInputs());
  }

  /**
   * Those of the first training have the weights that the seed says; later ones would come to what
   * was given up.
   */
  private TrainingSettings ofNewNetworks() {
    return progress.runs == 1 ? plan.training : plan.training.withSeed(seed());
  }

  /** Of a line that went wrong, the snapshot before is no measure: who serves is. */
  private Forecaster before() {
    boolean doubted = progress.doubt.isOpen() && contest.champion() != null;
    Entrant before = doubted ? contest.champion() : contest.newest();
    return before == null ? null : before.forecaster();
  }

  /**
   * A whole training, which goes on from the champion where the settings say so and persistence is
   * not clearly better.
   */
  private TrainingRun whole(SampleBuffer.Snapshot snapshot) {
    String champion = warmFrom();
    return new WholeRun(
        plan.task,
        plan.training,
        plan.validation,
        snapshot,
        seed(),
        champion.isEmpty() ? null : history.bytes(champion),
        tools.trainer(),
        tools.loader(),
        settings.refresh().recent(),
        line.cutInputs());
  }

  /** Another one for each training, the same in each replay. */
  private long seed() {
    return new SplittableRandom(plan.training.seed() * 1_000_003 + progress.runs).nextLong();
  }
}
