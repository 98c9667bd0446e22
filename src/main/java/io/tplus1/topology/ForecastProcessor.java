package io.tplus1.topology;

import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.ForecastStatus;
import io.tplus1.model.Forecaster;
import io.tplus1.model.LastValue;
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
  private final StateLayout layout;
  private final Forecaster lastValue;
  private final List<Cancellable> punctuators = new ArrayList<>();

  private ProcessorContext<String, Object> context;
  private SeriesStores series;
  private StepInterval interval;
  private ErrorMeter meter;
  private Sampling sampling;
  private Settling settling;
  private Forecaster serving;
  private Forecaster.Session session;

  ForecastProcessor(
      FeatureSchema schema,
      ForecastSettings settings,
      ModelRegistry registry,
      ForecastCounters counters) {
    this.schema = schema;
    this.settings = settings;
    this.registry = registry;
    this.counters = counters;
    this.layout = new StateLayout(schema, settings);
    this.lastValue =
        new LastValue(schema, settings.windows().steps(), settings.windows().horizon());
  }

  @Override
  public void init(ProcessorContext<String, Object> processorContext) {
    this.context = processorContext;
    this.series =
        new SeriesStores(
            settings,
            layout,
            schema.size(),
            counters,
            context.getStateStore(ForecastTopology.VECTORS),
            context.getStateStore(ForecastTopology.SERIES));
    this.interval = new StepInterval(settings.windows().interval());
    this.meter = new ErrorMeter(schema);
    this.sampling = new Sampling(settings, schema.size(), counters);
    this.settling = new Settling(schema, settings, counters, meter, sampling, this::emit);
    this.serving = null;
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
    SeriesOnHeap.Entry entry = series.find(key);
    if (entry != null && vector.timeMs() <= entry.state().lastTimeMs()) {
      boolean replaced = series.insert(key, entry, vector.timeMs(), vector.values());
      counters.count(replaced ? ForecastCounters.Event.CORRECTED : ForecastCounters.Event.LATE);
      return;
    }
    if (entry == null) {
      entry = series.create(key, vector.timeMs());
    }
    settling.settle(key, vector.timeMs(), vector.values(), entry.state());
    learnChanges(entry, vector.values());
    series.append(key, entry, vector.timeMs(), vector.values());
    emitSamples(key, entry, vector.timeMs());
    forecast(key, entry);
    series.save(key, entry);
    emitModelScores(ErrorMeter.MOST_WAITING);
  }

  /** Errors of a vector are measured in the unit that was known before it. */
  private void learnChanges(SeriesOnHeap.Entry entry, float[] values) {
    if (entry.state().changes() != null && entry.ring().count() > 0) {
      entry.state().changes().update(lastTargets(entry.ring().window()), settling.targets(values));
    }
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

  private void forecast(String key, SeriesOnHeap.Entry entry) {
    WindowSettings windows = settings.windows();
    FeatureWindow window = entry.ring().newest(windows.steps(), windows.maxAge().toMillis());
    if (window.steps() < windows.historyMinimum()) {
      counters.count(ForecastCounters.Event.INSUFFICIENT_HISTORY);
      return;
    }
    readModel();
    float[] values = new float[windows.horizon() * schema.outputWidth()];
    session.forecast(window, values);
    ForecastStatus status = status(window);
    String model = serving.modelHash();
    if (!isFinite(values)) {
      lastValue.newSession().forecast(window, values);
      status = ForecastStatus.MODEL_FAILED;
    }
    counters.forecast(status);
    long timeMs = window.lastTimeMs();
    entry
        .state()
        .pending()
        .addLast(
            new SeriesState.Waiting(
                new PendingForecast(timeMs, status, model, lastTargets(window), values), 0));
    Prediction prediction =
        new Prediction(
            key, timeMs, status, model, interval.targetTimes(window, windows.horizon()), values);
    context.forward(new Record<>(key, prediction, timeMs), ForecastTopology.PREDICTIONS);
    counters.listener().forecast(prediction);
  }

  /** Reads the registry once, so that one record is served by one model. */
  private void readModel() {
    Forecaster champion = registry.champion();
    Forecaster current = champion == null ? lastValue : champion;
    if (current != serving) {
      serving = current;
      session = current.newSession();
      series.releaseAttachments();
    }
  }

  private ForecastStatus status(FeatureWindow window) {
    if (serving == lastValue) {
      return ForecastStatus.NO_MODEL;
    }
    return window.steps() < settings.windows().steps()
        ? ForecastStatus.COLD_START
        : ForecastStatus.OK;
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private float[] lastTargets(FeatureWindow window) {
    float[] targets = new float[schema.targets().size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = window.last(schema.targets().get(i));
    }
    return targets;
  }
}
