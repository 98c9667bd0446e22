package io.tplus1.topology.retrain;

import io.tplus1.topology.retrain.RetrainCounters.Event;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from the stream: keeps samples, trains on them, holds what it trained against what serves,
 * and says who serves. One task sees all records of the model name; others do nothing.
 *
 * <p>The stores are the truth: {@code init} makes everything on the heap anew, also when a task is
 * revived after an abort, and a training that was running is given up. Stores that are another's
 * ({@link StateOwner}) are opened once the forecasts show that these settings are meant. All but
 * the training itself happens on the stream thread; a training ends in {@code process} or in a
 * punctuator, whichever comes first, so that with an executor that runs it on the calling thread
 * nothing depends on the clock.
 */
final class RetrainProcessor implements Processor<String, RetrainInput, String, Object> {
  private static final Logger LOG = LoggerFactory.getLogger(RetrainProcessor.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  private final RetrainPlan plan;
  private final RetrainTools tools;
  private final RetrainCounters counters;
  private final SampleFit fit;
  private final PassedOver passedOver;

  private ProcessorContext<String, Object> context;
  private RetrainStores stores;
  private StateOwner owner;

  /** Null while the stores are another's; then {@link #heldOff} is not. */
  private OpenModel model;

  private HeldOff heldOff;
  private boolean told;
  private Cancellable ticking;

  RetrainProcessor(RetrainPlan plan, RetrainTools tools) {
    this.plan = plan;
    this.tools = tools;
    this.counters = tools.counters();
    this.fit = new SampleFit(plan);
    this.passedOver = new PassedOver(plan.modelName, counters);
  }

  @Override
  public void init(ProcessorContext<String, Object> processorContext) {
    giveUp();
    context = processorContext;
    stores = RetrainStores.of(context);
    owner = new StateOwner(plan, context.taskId().partition(), stores.history());
    owner.other().ifPresentOrElse(this::holdOff, this::open);
    // A revived task would have the former one too.
    if (ticking != null) {
      ticking.cancel();
    }
    ticking = context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> tick());
  }

  private void holdOff(String why) {
    told = false;
    ModelHistory history = new ModelHistory(stores.history(), plan.retrain.keep().former());
    ModelEvents events =
        new ModelEvents(
            new ModelOutput(context, plan.modelName, counters),
            () -> owner.champion(history),
            context::currentSystemTimeMs);
    heldOff = new HeldOff(why, history, events, passedOver, counters);
  }

  /** A second after this task has begun; another one may still be restored then. */
  private void tellWhoseItIs() {
    told = true;
    if (owner.otherModel().isPresent() && counters.buffer().samples() > 0) {
      LOG.info(
          "Model {}: it is learnt from another partition; what model {} left in partition {} stays there, of no use",
          plan.modelName,
          owner.otherModel().get(),
          context.taskId().partition());
    } else {
      LOG.warn("Model {}: {}", plan.modelName, owner.other().orElse(""));
    }
  }

  private void open() {
    heldOff = null;
    model = new OpenModel(plan, tools, fit, passedOver, context, stores);
  }

  @Override
  public void process(Record<String, RetrainInput> record) {
    if (!plan.modelName.equals(record.key())) {
      counters.count(Event.OTHER_MODEL);
      return;
    }
    if (model == null) {
      Optional<String> refusal = owner.refusal(record, fit);
      if (refusal.isPresent()) {
        heldOff.passOver(record.value(), refusal.get());
        return;
      }
      owner.giveWay(stores);
      open();
    }
    owner.claim();
    model.process(record);
  }

  private void tick() {
    if (heldOff != null && !told) {
      tellWhoseItIs();
    }
    // No record of the model ever came here: what is kept may be another model's.
    if (model != null && owner.isClaimed()) {
      model.tick();
    }
  }

  @Override
  public void close() {
    giveUp();
  }

  private void giveUp() {
    if (model != null) {
      model.giveUp();
      model = null;
    }
  }
}
