package io.tplus1.topology;

import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.DecodedRecord;
import io.tplus1.topology.notice.ShortHistory;
import io.tplus1.topology.state.BeforeCommit;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.ForecastStores;
import io.tplus1.topology.state.Housekeeping;
import io.tplus1.topology.state.Pool;
import io.tplus1.topology.state.SeriesRoom;
import io.tplus1.topology.state.SeriesStores;
import io.tplus1.topology.state.StateLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Gives vectors to a {@link ForecastTask}, and keeps its stores in order.
 *
 * <p>Owned by one stream thread. Kafka Streams calls {@link #init} again on the same object when it
 * revives a task, so everything on the heap is made anew there. It is let go of before: the task's
 * stores are restored in between, which may take long, and its room is another's meanwhile.
 */
final class ForecastProcessor implements Processor<String, DecodedRecord, Object, Object> {
  private static final Duration SCORES_PERIOD = Duration.ofSeconds(1);

  private final ForecastLayout layout;
  private final ModelRegistry registry;
  private final ForecastCounters counters;
  private final int deadLetterMaxBytes;
  private final BeforeCommit beforeCommit;
  private final SeriesRoom room;
  private final ShortHistory.Said said;
  private final List<Cancellable> punctuators = new ArrayList<>();

  private ProcessorContext<Object, Object> context;
  private SeriesStores series;
  private Pool pool;
  private int saving;
  private Housekeeping housekeeping;
  private ForecastTask task;

  ForecastProcessor(
      ForecastLayout layout,
      ModelRegistry registry,
      ForecastCounters counters,
      int deadLetterMaxBytes,
      BeforeCommit beforeCommit,
      SeriesRoom room,
      ShortHistory.Said said) {
    this.layout = layout;
    this.registry = registry;
    this.counters = counters;
    this.deadLetterMaxBytes = deadLetterMaxBytes;
    this.beforeCommit = beforeCommit;
    this.room = room;
    this.said = said;
  }

  @Override
  public void init(ProcessorContext<Object, Object> processorContext) {
    this.context = processorContext;
    letGo();
    KeyValueStore<Bytes, byte[]> commit = context.getStateStore(BeforeCommit.STORE);
    this.saving = beforeCommit.listen(this::save);
    int asking = saving;
    this.series =
        new SeriesStores(
            layout,
            counters.seriesListener(),
            context.getStateStore(ForecastStores.VECTORS),
            context.getStateStore(ForecastStores.SERIES),
            room,
            () -> BeforeCommit.ask(commit, asking));
    counters.listener().tookUp(context.taskId().partition());
    series.requireSchema();
    StateLayout states = layout.states();
    this.pool = states.pool(states.isPooled() ? context.getStateStore(ForecastStores.POOL) : null);
    this.task =
        new ForecastTask(
            context, layout, registry, counters, deadLetterMaxBytes, series, pool, said);
    this.housekeeping = new Housekeeping(series);
    punctuators.add(
        context.schedule(
            Housekeeping.PERIOD,
            PunctuationType.WALL_CLOCK_TIME,
            now -> housekeeping.run(now, context.currentStreamTimeMs())));
    if (layout.settings().learning()) {
      // Not the task's own method: Kafka Streams holds what is cancelled until its time has come.
      punctuators.add(
          context.schedule(
              SCORES_PERIOD, PunctuationType.WALL_CLOCK_TIME, now -> task.sendModelScores(now)));
    }
  }

  private void save() {
    housekeeping.commits(context.currentSystemTimeMs());
    pool.saveIfChanged();
  }

  @Override
  public void process(Record<String, DecodedRecord> record) {
    task.take(record);
    housekeeping.run(context.currentSystemTimeMs(), context.currentStreamTimeMs());
  }

  /** Kafka Streams begins a last commit before it closes a task that did not fail. */
  @Override
  public void close() {
    letGo();
  }

  private void letGo() {
    // Kafka Streams keeps a revived task's punctuators.
    punctuators.forEach(Cancellable::cancel);
    punctuators.clear();
    if (series != null) {
      beforeCommit.forget(saving);
      series.close();
      counters.listener().letGo(context.taskId().partition());
      series = null;
      pool = null;
      housekeeping = null;
      task = null;
    }
  }
}
