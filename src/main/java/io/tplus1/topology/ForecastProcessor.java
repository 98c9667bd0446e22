package io.tplus1.topology;

import io.tplus1.config.WindowSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.ModelRegistry;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelScores;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Settles what a vector answers, stores it, and forecasts what follows it.
 *
 * <p>Owned by one stream thread. Kafka Streams calls {@link #init} again on the same object when it
 * revives a task, so everything on the heap is made anew there.
 */
final class ForecastProcessor implements Processor<String, FeatureVector, String, Object> {
  private static final Duration SCORES_PERIOD = Duration.ofSeconds(1);

  private final FeatureSchema schema;
  private final ForecastSettings settings;
  private final ModelRegistry registry;
  private final ForecastCounters counters;
  private final Roster roster;
  private final RowLayout rows;
  private final StateLayout layout;
  private final List<Cancellable> punctuators = new ArrayList<>();

  private ProcessorContext<String, Object> context;
  private SeriesStores series;
  private StepInterval interval;
  private ErrorMeter meter;
  private Sampling sampling;
  private Settling settling;
  private Experts experts;
  private SeriesForecast forecasts;

  ForecastProcessor(
      FeatureSchema schema,
      ForecastSettings settings,
      ModelRegistry registry,
      ForecastCounters counters) {
    this.schema = schema;
    this.settings = settings;
    this.registry = registry;
    this.counters = counters;
    this.roster = new Roster(schema, settings);
    this.rows = RowLayout.of(schema, settings);
    this.layout = new StateLayout(schema, settings, roster);
  }

  @Override
  public void init(ProcessorContext<String, Object> processorContext) {
    this.context = processorContext;
    this.series =
        new SeriesStores(
            settings,
            layout,
            rows,
            counters,
            context.getStateStore(ForecastTopology.VECTORS),
            context.getStateStore(ForecastTopology.SERIES));
    Pool pool =
        roster
            .mixPlan()
            .map(plan -> new Pool(plan, context.getStateStore(ForecastTopology.POOL)))
            .orElse(null);
    this.interval = new StepInterval(settings.windows().interval());
    this.meter = new ErrorMeter(schema);
    this.sampling = new Sampling(settings, rows, counters);
    this.settling =
        new Settling(schema, settings, counters, roster, pool, meter, sampling, this::emit);
    this.experts =
        new Experts(
            schema,
            settings,
            roster,
            rows,
            roster.countsSymbols()
                ? new Contexts(context.getStateStore(ForecastTopology.CONTEXTS))
                : null);
    this.forecasts =
        new SeriesForecast(
            schema,
            settings,
            roster,
            registry,
            experts,
            pool == null ? null : pool.mix(),
            series::releaseAttachments);
    SilentSeries silent = new SilentSeries(series, settings.windows().retention(), counters);
    // Kafka Streams keeps a revived task's punctuators.
    punctuators.forEach(Cancellable::cancel);
    punctuators.clear();
    punctuators.add(
        context.schedule(
            SilentSeries.PERIOD,
            PunctuationType.WALL_CLOCK_TIME,
            now -> silent.drop(context.currentStreamTimeMs())));
    if (settings.learning()) {
      punctuators.add(
          context.schedule(
              SCORES_PERIOD, PunctuationType.WALL_CLOCK_TIME, now -> emitModelScores(1)));
    }
  }

  @Override
  public void process(Record<String, FeatureVector> record) {
    String key = record.key();
    FeatureVector vector = record.value();
    long timeMs = vector.timeMs();
    float[] row = rows.row(vector.values(), RowLayout.OBSERVED);
    SeriesOnHeap.Entry entry = series.find(key);
    if (entry != null && timeMs <= entry.state().lastTimeMs()) {
      boolean replaced = series.insert(key, entry, timeMs, row);
      counters.count(replaced ? ForecastCounters.Event.CORRECTED : ForecastCounters.Event.LATE);
      return;
    }
    if (entry == null) {
      entry = series.create(key, timeMs);
    }
    forecasts.readModels();
    settling.settle(key, timeMs, settling.targets(row), entry.state());
    float[][] traced = append(key, entry, timeMs, row);
    emitSamples(key, entry, timeMs);
    forecast(key, entry, traced);
    series.save(key, entry);
    emitModelScores(ErrorMeter.MOST_WAITING);
  }

  /** Takes the next row into ring and store, after everybody has learnt from it. */
  private float[][] append(String key, SeriesOnHeap.Entry entry, long timeMs, float[] row) {
    Learnt learnt = entry.state().learnt();
    if (entry.ring().count() > 0) {
      FeatureWindow before = newest(entry);
      experts.learnSymbols(before, row);
      if (learnt.changes() != null) {
        learnt.changes().update(lastTargets(before), settling.targets(row));
      }
    }
    entry.ring().append(timeMs, row);
    experts.learnLinear(learnt, entry.ring());
    float[][] traced = forecasts.trace(learnt, newest(entry));
    series.append(key, entry);
    return traced;
  }

  private FeatureWindow newest(SeriesOnHeap.Entry entry) {
    WindowSettings windows = settings.windows();
    return entry.ring().newest(windows.steps(), windows.maxAge().toMillis());
  }

  private void emit(Score score) {
    context.forward(new Record<>(score.key(), score, score.timeMs()), ForecastTopology.SCORES);
    counters.listener().scored(score);
  }

  private void emitSamples(String key, SeriesOnHeap.Entry entry, long timeMs) {
    for (TrainingSample sample : sampling.take(key, entry.ring(), context.currentSystemTimeMs())) {
      context.forward(
          new Record<>(settings.modelName(), sample, timeMs), ForecastTopology.TRAINING_SAMPLES);
    }
  }

  /** Emits the sums of errors if so many forecasts have matured since the last time. */
  private void emitModelScores(int least) {
    if (meter.waiting() >= least) {
      ModelScores scores = meter.take(context.taskId().toString());
      context.forward(
          new Record<>(settings.modelName(), scores, Math.max(0, scores.toMs())),
          ForecastTopology.MODEL_SCORES);
    }
  }

  private void forecast(String key, SeriesOnHeap.Entry entry, float[][] traced) {
    FeatureWindow window = newest(entry);
    if (window.steps() < settings.windows().historyMinimum()) {
      counters.count(ForecastCounters.Event.INSUFFICIENT_HISTORY);
      return;
    }
    Learnt learnt = entry.state().learnt();
    SeriesForecast.Outcome made = forecasts.forecast(learnt, window, traced);
    counters.forecast(made.status());
    long timeMs = window.lastTimeMs();
    float[] halfWidths = halfWidths(learnt);
    entry
        .state()
        .pending()
        .addLast(
            new SeriesState.Waiting(
                new PendingForecast(
                    timeMs,
                    made.status(),
                    made.model(),
                    lastTargets(window),
                    made.values(),
                    made.experts(),
                    halfWidths),
                0));
    Prediction prediction =
        new Prediction(
            key,
            timeMs,
            made.status(),
            made.model(),
            interval.targetTimes(window, settings.windows().horizon()),
            made.values(),
            bounds(made.values(), halfWidths, -1),
            bounds(made.values(), halfWidths, 1));
    context.forward(new Record<>(key, prediction, timeMs), ForecastTopology.PREDICTIONS);
    counters.listener().forecast(prediction);
  }

  private float[] halfWidths(Learnt learnt) {
    if (learnt.intervals() == null) {
      return new float[0];
    }
    float[] halfWidths = new float[settings.windows().horizon() * schema.targets().size()];
    learnt.intervals().halfWidths(halfWidths);
    return halfWidths;
  }

  /** Ends of the intervals, below (−1) or above (1) the forecast. */
  private float[] bounds(float[] values, float[] halfWidths, int side) {
    float[] bounds = new float[halfWidths.length];
    int slot = 0;
    int at = 0;
    while (slot < bounds.length) {
      for (Feature target : schema.targetFeatures()) {
        bounds[slot] = target.isCategory() ? Float.NaN : values[at] + side * halfWidths[slot];
        slot++;
        at += target.width();
      }
    }
    return bounds;
  }

  private float[] lastTargets(FeatureWindow window) {
    float[] targets = new float[schema.targets().size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = window.last(schema.targets().get(i));
    }
    return targets;
  }
}
