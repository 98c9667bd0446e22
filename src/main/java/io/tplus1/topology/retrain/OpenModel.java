package io.tplus1.topology.retrain;

import io.tplus1.config.RetrainSettings;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelScores;
import io.tplus1.topology.retrain.RetrainCounters.Event;
import io.tplus1.train.Contest;
import io.tplus1.train.SampleBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the side topology knows of its model, and what each record of the model does to it. Made of
 * stores that are the model's own, under the settings of now; given up with the task. For the
 * stream thread.
 *
 * <p>A sample is first forecast by the challenger, the champion, the champion before it and
 * persistence, and only then kept and learnt from.
 */
final class OpenModel {
  private static final Logger LOG = LoggerFactory.getLogger(OpenModel.class);

  private static final String SAMPLE = "A training sample";

  private final RetrainPlan plan;
  private final ProcessorContext<String, Object> context;
  private final RetrainStores stores;
  private final RetrainCounters counters;
  private final SampleFit fit;
  private final PassedOver passedOver;
  private final ModelHistory history;
  private final RetrainProgress progress;
  private final KeptSamples kept;
  private final Contest contest;
  private final Succession succession;
  private final ModelEvents events;
  private final LinearParts linear;
  private final NextTraining next;
  private final Trainings trainings;
  private long recordMs;

  /** Goes on with what the stores hold; what does not fit the settings of now stays out of it. */
  OpenModel(
      RetrainPlan plan,
      RetrainTools tools,
      SampleFit fit,
      PassedOver passedOver,
      ProcessorContext<String, Object> context,
      RetrainStores stores) {
    this.plan = plan;
    this.context = context;
    this.stores = stores;
    this.counters = tools.counters();
    this.fit = fit;
    this.passedOver = passedOver;
    RetrainSettings settings = plan.retrain;
    ChunkStore learner = new ChunkStore(stores.learner());
    ModelOutput output = new ModelOutput(context, plan.modelName, counters);
    history = new ModelHistory(stores.history(), settings.keep().former());
    List<String> traced = SampleFit.readsExperts(plan) ? plan.traced : List.of();
    progress = new RetrainProgress(settings, plan.task, traced);
    progress.load(stores.history());
    recordMs = progress.eventMs;
    Entrants entrants = new Entrants(plan, tools, history, progress);
    contest = new Contest(plan.task, settings.snapshots(plan.task.horizon()), progress.usual);
    LearningLine line = new LearningLine(plan, tools, history, progress, learner);
    events = new ModelEvents(output, () -> Optional.ofNullable(history.champion()), this::nowMs);
    succession =
        new Succession(
            plan, entrants, history, progress, contest, line, output, events, this::nowMs);
    linear = new LinearParts(plan.linear, plan.linearEvery, learner, output);
    next = new NextTraining(plan, tools, entrants, history, progress, contest, line, linear);
    succession.load(); // First: it may change what learning goes on from, and with it the room.
    SampleBuffer buffer =
        new SampleBuffer(plan.newestSamples(), plan.olderSamples(), next.room().bytes());
    kept = new KeptSamples(plan.modelName, stores.samples(), buffer, plan.rows, progress.rowKinds);
    trainings =
        new Trainings(settings, tools, progress, kept, next, succession, events, this::nowMs);
    // What one start without a mode would drop, the next with one could not get back.
    boolean spares = !settings.trains();
    kept.load(fit.check(), progress, linear, spares);
    if (progress.wasOff() && settings.trains()) {
      long gone = progress.sequence - kept.buffer().size();
      if (history.champion() == null && progress.line.isEmpty()) {
        progress.schedule.beginAnew(gone); // What was tried before came to nothing.
      } else {
        progress.schedule.missing(gone);
      }
    }
    tellBuffer();
  }

  private long nowMs() {
    return plan.byRecordTime ? recordMs : context.currentSystemTimeMs();
  }

  /** Takes a record of the model. */
  void process(Record<String, RetrainInput> record) {
    recordMs = Math.max(recordMs, record.timestamp());
    RetrainInput input = record.value();
    if (contest.champion() == null && input.isOfForecasts()) {
      plan.first.ifPresent(succession::adopt);
    }
    if (input instanceof RetrainInput.Sample sample) {
      if (!isRepeated(progress.samples, SAMPLE, record)) {
        sample(sample.sample(), record.headers());
      }
    } else if (input instanceof RetrainInput.Scores scores) {
      if (!isRepeated(progress.scores, "A record of scores", record)) {
        scores(scores.scores());
      }
    } else if (input instanceof RetrainInput.Command command) {
      command(command.command());
    } else if (input instanceof RetrainInput.Broken broken) {
      passedOver.tell(Event.BROKEN_RECORD, "A record", broken::reason);
    }
    goOn();
  }

  private boolean isRepeated(Reached reached, String what, Record<String, RetrainInput> record) {
    return passedOver.isRepeated(reached, context.recordMetadata(), what, record.timestamp());
  }

  private void sample(TrainingSample sample, Headers headers) {
    Optional<String> misfit = fit.misfit(sample, headers);
    if (misfit.isPresent()) {
      passedOver.tell(Event.SAMPLE_REFUSED, SAMPLE, misfit::get);
      return;
    }
    counters.count(Event.SAMPLE_KEPT);
    progress.rowsAreOfNow();
    boolean first = kept.buffer().size() == 0;
    succession.settle(first);
    if (fit.isOfExperts(headers)) {
      linear.settle(contest.champion() == null);
    }
    Contest.Errors errors = contest.judge(sample, kept.buffer().tellsFrom(sample));
    long timeMs = sample.window().lastTimeMs();
    long stepMs = sample.stepMs();
    progress.gate.add(
        timeMs,
        stepMs,
        sample.weight(),
        errors.challenger(),
        errors.incumbent(),
        errors.persistence());
    progress.doubt.add(contest.newest(), sample.weight(), errors);
    long doneMs = sample.following().lastTimeMs(); // as live scores, or one moment would be two
    progress.probation.sample(
        doneMs, stepMs, sample.weight(), errors.successor(), errors.former(), errors.moved());
    if (progress.drift.add(timeMs, stepMs, sample.weight(), errors.champion())) {
      counters.count(Event.DRIFT);
      LOG.info("Errors of model {} have grown: drift", plan.modelName);
      progress.schedule.drifted();
    }
    if (progress.standing.add(
        sample.weight(),
        errors.champion(),
        errors.persistence(),
        timeMs,
        timeMs - sample.window().timeMs(0))) {
      LOG.warn(
          "Model {}: persistence, which repeats the last value, is clearly better than champion {}: {}. {}. {}; where `last` is among the experts, forecasts rest on it meanwhile, else set it (experts=last,rnn)",
          plan.modelName,
          history.champion(),
          progress.standing.figures(),
          plan.retrain.trains()
              ? "Unless what learnt on from it is better, learning begins anew with new weights"
              : "Nothing learns another, with retrain.mode=off",
          history.isPinned()
              ? "The champion is pinned and serves until a command replaces it"
              : plan.retrain.trains()
                  ? "The champion serves until another network has won"
                  : "The champion serves until `models promote` or `models rollback` names another");
      progress.schedule.drifted();
    }
    if (first) {
      progress.schedule.beginAnew(progress.sequence);
    }
    progress.milestones.add(progress.sequence, progress.eventMs, sample);
    progress.sequence++;
    progress.eventMs = Math.max(progress.eventMs, doneMs);
    long gone = kept.add(progress.sequence, sample);
    linear.add(progress.sequence, sample, gone);
    succession.judge();
  }

  private void scores(ModelScores scores) {
    scores
        .byModel()
        .forEach(
            (hash, sums) -> {
              if (succession.judges(hash)) {
                progress.probation.live(
                    scores.toMs(), sums.count(), sums.network(), sums.persistence());
              }
            });
    succession.judgeProbation();
  }

  private void command(ModelCommand command) {
    if (history.isAnswered(command.id())) {
      counters.count(Event.COMMAND_REPEATED);
      return;
    }
    history.answered(command.id());
    if (isAstray()) {
      String why = whyAstray();
      passedOver.tell(Event.COMMAND_ASTRAY, "A command", () -> why);
      events.refuse(command.id(), why);
      return;
    }
    if (command.seen().filter(seen -> !history.isChampion(seen)).isPresent()) {
      events.refuse(command.id(), history.whyNotSeen(command.seen().get()));
      return;
    }
    switch (command.kind()) {
      case RETRAIN -> trainings.ask(command.id());
      case PROMOTE -> {
        if (succession.promote(command.id(), command.hash().orElse(""))) {
          linear.publish(); // What it stands on may have gone with it.
        }
      }
      case ROLLBACK -> succession.rollBack(command.id());
      case PIN -> succession.pin(command.id(), true);
      case UNPIN -> succession.pin(command.id(), false);
    }
  }

  /** Whether nothing of the model is here, or nothing yet. */
  private boolean isAstray() {
    return contest.champion() == null
        && progress.sequence == 0
        && progress.samples.next() == 0
        && progress.scores.next() == 0;
  }

  private String whyAstray() {
    if (!plan.retrain.trains() && plan.linear.isEmpty()) {
      return "with retrain.mode=off, and neither linear nor joint among the experts, forecasts write no samples and no scores, so the retrain role knows of no champion: one that models holds of an earlier application.id serves on where it fits, else each instance's model.file; to change who serves, set retrain.mode or another model.name";
    }
    String place =
        context
            .recordMetadata()
            .map(at -> "partition %d of %s".formatted(at.partition(), at.topic()))
            .orElse("its partition");
    return "no sample and no scores of the model have been read yet beside %s, in which it lies: if they lie in another partition, give it there, where Java's clients put the key (kcat -X partitioner=murmur2_random), as `tplus1 models` does; else give it again, under another id, once there are some"
        .formatted(place);
  }

  /** Does what time alone brings about; once a second. */
  void tick() {
    trainings.giveUpOverdue();
    succession.deleteExpired();
    goOn();
  }

  /** Takes what trainings gave, begins what is due, and keeps where things stand. */
  private void goOn() {
    trainings.goOn();
    progress.save(stores.history());
    tellBuffer();
  }

  /** Of all tasks one alone holds samples; the others say nothing. */
  private void tellBuffer() {
    int size = kept.buffer().size();
    if (size > 0) {
      long limit = Math.max(size, next.room().samples()); // Of shorter windows more fit.
      counters.buffer(
          new RetrainCounters.Buffer(
              size, kept.buffer().bytes(), (int) Math.min(Integer.MAX_VALUE, limit)));
    }
  }

  /** Gives up the training that runs; what the stores hold is left to the next start. */
  void giveUp() {
    trainings.giveUp();
    if (kept.buffer().size() > 0) {
      counters.buffer(new RetrainCounters.Buffer(0, 0, 0));
    }
  }
}
