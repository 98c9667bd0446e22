package io.tplus1.topology.retrain;

import io.tplus1.config.RetrainSettings;
import io.tplus1.model.StepInputs;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelScores;
import io.tplus1.serde.SampleSchema;
import io.tplus1.topology.retrain.RetrainCounters.Event;
import io.tplus1.train.Contest;
import io.tplus1.train.SampleBuffer;
import io.tplus1.train.SampleCheck;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from the stream: keeps samples, trains on them, holds what it trained against what serves,
 * and says who serves. One task sees all records of the model name; others do nothing.
 *
 * <p>A sample is first forecast by the challenger, the champion, the champion before it and
 * persistence, and only then kept and learnt from. The stores are the truth: {@code init} makes
 * everything on the heap anew, also when a task is revived after an abort, and a training that was
 * running is given up. All but the training itself happens on the stream thread; a training ends in
 * {@code process} or in a punctuator, whichever comes first, so that with an executor that runs it
 * on the calling thread nothing depends on the clock.
 */
final class RetrainProcessor implements Processor<String, RetrainInput, String, Object> {
  private static final Logger LOG = LoggerFactory.getLogger(RetrainProcessor.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  private static final String SAMPLE = "A training sample";

  private final RetrainPlan plan;
  private final RetrainTools tools;
  private final RetrainSettings settings;
  private final RetrainCounters counters;
  private final SampleCheck check;
  private final SampleSchema sampleSchema;
  private final PassedOver passedOver;

  private ProcessorContext<String, Object> context;
  private KeyValueStore<String, byte[]> historyStore;
  private StateOwner owner;
  private ModelHistory history;
  private RetrainProgress progress;
  private SampleBuffer buffer;
  private KeptSamples kept;
  private Contest contest;
  private Succession succession;
  private ModelEvents events;
  private LinearParts linear;
  private Trainings trainings;
  private long recordMs;
  private Cancellable ticking;

  RetrainProcessor(RetrainPlan plan, RetrainTools tools) {
    this.plan = plan;
    this.tools = tools;
    this.settings = plan.retrain;
    this.counters = tools.counters();
    this.check = new SampleCheck(plan.task.schema(), plan.task.steps(), plan.task.horizon());
    this.passedOver = new PassedOver(plan.modelName, counters);
    this.sampleSchema = new SampleSchema(plan.task.schema(), plan.traced);
  }

  @Override
  public void init(ProcessorContext<String, Object> processorContext) {
    giveUp();
    context = processorContext;
    KeyValueStore<Long, TrainingSample> sampleStore = context.getStateStore(RetrainNodes.BUFFER);
    historyStore = context.getStateStore(RetrainNodes.HISTORY);
    KeyValueStore<String, byte[]> learnerStore = context.getStateStore(RetrainNodes.LEARNER);
    owner = new StateOwner(plan.modelName, historyStore);
    owner.dropOthers(List.of(sampleStore, historyStore, learnerStore));
    ChunkStore learner = new ChunkStore(learnerStore);
    ModelOutput output = new ModelOutput(context, plan.modelName, counters);
    history = new ModelHistory(historyStore, settings.keep().former());
    progress = new RetrainProgress(settings, plan.task, readsExperts() ? plan.traced : List.of());
    progress.load(historyStore);
    recordMs = progress.eventMs;
    TrainingRoom room = new TrainingRoom(plan, tools.learning());
    buffer = new SampleBuffer(plan.newestSamples(), reservoir(), room.bytes());
    kept = new KeptSamples(sampleStore, buffer, plan.rows);
    contest = new Contest(plan.task, settings.snapshots(plan.task.horizon()), progress.usual);
    LearningLine line = new LearningLine(plan, tools, history, progress, learner);
    events = new ModelEvents(output, history, this::nowMs);
    succession =
        new Succession(plan, tools, history, progress, contest, line, output, events, this::nowMs);
    linear = new LinearParts(plan.linear, plan.linearEvery, learner, output);
    NextTraining next = new NextTraining(plan, tools, history, progress, contest, line, linear);
    trainings =
        new Trainings(
            settings, tools, progress, buffer, room, next, succession, events, this::nowMs);
    // What one start without a mode would drop, the next with one could not get back.
    boolean spares = !settings.trains();
    kept.load(plan.modelName, check, progress, linear, spares);
    succession.load();
    // A revived task would have the former one too.
    if (ticking != null) {
      ticking.cancel();
    }
    ticking = context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> tick());
  }

  private boolean readsExperts() {
    return plan.task.inputs().filter(StepInputs::readsExperts).isPresent();
  }

  private int reservoir() {
    return settings.trains() ? settings.buffer().reservoir() : 0;
  }

  private long nowMs() {
    return plan.byRecordTime ? recordMs : context.currentSystemTimeMs();
  }

  @Override
  public void process(Record<String, RetrainInput> record) {
    if (!plan.modelName.equals(record.key())) {
      counters.count(Event.OTHER_MODEL);
      return;
    }
    owner.claim();
    recordMs = Math.max(recordMs, record.timestamp());
    linear.settle();
    RetrainInput input = record.value();
    if (contest.champion() == null && isOfForecasts(input)) {
      plan.first.ifPresent(succession::adopt);
    }
    if (input instanceof RetrainInput.Sample sample) {
      if (!isRepeated(progress.samples, SAMPLE, record)) {
        sample(sample.sample(), sampleSchema.misfit(record.headers(), readsExperts()));
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

  /**
   * Whether it is the forecasts' own, and so in the model's partition. What others write may be in
   * another one, of another task with stores of its own: a champion there would be a second one.
   */
  private static boolean isOfForecasts(RetrainInput input) {
    return input instanceof RetrainInput.Sample || input instanceof RetrainInput.Scores;
  }

  private boolean isRepeated(Reached reached, String what, Record<String, RetrainInput> record) {
    return passedOver.isRepeated(reached, context.recordMetadata(), what, record.timestamp());
  }

  private void sample(TrainingSample sample, Optional<String> ofOthers) {
    Optional<String> misfit = ofOthers.or(() -> check.misfit(sample));
    if (misfit.isPresent()) {
      passedOver.tell(Event.SAMPLE_REFUSED, SAMPLE, misfit::get);
      return;
    }
    counters.count(Event.SAMPLE_KEPT);
    Contest.Errors errors = contest.judge(sample, buffer.tellsFrom(sample));
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
      LOG.warn("Persistence is clearly better than champion {}", history.champion());
      progress.schedule.drifted();
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
              if (progress.onProbation.contains(hash)) {
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
      case PROMOTE -> succession.promote(command.id(), command.hash().orElse(""));
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
    String place =
        context
            .recordMetadata()
            .map(at -> "partition %d of %s".formatted(at.partition(), at.topic()))
            .orElse("its partition");
    return "no sample and no scores of the model have been read yet beside %s, in which it lies: if they lie in another partition, give it there, where Java's clients put the key (kcat -X partitioner=murmur2_random), as `tplus1 models` does; else give it again, under another id, once there are some"
        .formatted(place);
  }

  private void tick() {
    if (!owner.isClaimed()) {
      return; // No record of the model ever came here: what is kept may be another model's.
    }
    linear.settle();
    trainings.giveUpOverdue();
    succession.deleteExpired();
    goOn();
  }

  /** Takes what trainings gave, begins what is due, and keeps where things stand. */
  private void goOn() {
    trainings.goOn();
    progress.save(historyStore);
    tellBuffer(buffer.size(), buffer.bytes());
  }

  /** Of all tasks one alone holds samples; the others say nothing. */
  private void tellBuffer(int size, long bytes) {
    if (buffer.size() > 0) {
      int limit = plan.newestSamples() + reservoir();
      counters.buffer(new RetrainCounters.Buffer(size, bytes, limit));
    }
  }

  @Override
  public void close() {
    giveUp();
    if (buffer != null) {
      tellBuffer(0, 0);
    }
  }

  private void giveUp() {
    if (trainings != null) {
      trainings.giveUp();
    }
  }
}
