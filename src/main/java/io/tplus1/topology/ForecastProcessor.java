package io.tplus1.topology;

import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.ForecastStatus;
import io.tplus1.model.Forecaster;
import io.tplus1.model.LastValue;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Score;
import java.util.Iterator;
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
  private final FeatureSchema schema;
  private final WindowSettings windows;
  private final ModelRegistry registry;
  private final ForecastCounters counters;
  private final Forecaster lastValue;

  private ProcessorContext<String, Object> context;
  private SeriesStores series;
  private StepInterval interval;
  private Cancellable scan;
  private Forecaster serving;
  private Forecaster.Session session;

  ForecastProcessor(
      FeatureSchema schema,
      WindowSettings windows,
      ModelRegistry registry,
      ForecastCounters counters) {
    this.schema = schema;
    this.windows = windows;
    this.registry = registry;
    this.counters = counters;
    this.lastValue = new LastValue(schema, windows.steps(), windows.horizon());
  }

  @Override
  public void init(ProcessorContext<String, Object> processorContext) {
    this.context = processorContext;
    this.series =
        new SeriesStores(
            windows,
            schema.size(),
            counters,
            context.getStateStore(ForecastTopology.VECTORS),
            context.getStateStore(ForecastTopology.SERIES));
    this.interval = new StepInterval(windows.interval());
    this.serving = null;
    SilentSeries silent = new SilentSeries(series, windows.retention(), counters);
    if (scan != null) {
      scan.cancel(); // Kafka Streams keeps a revived task's punctuators.
    }
    this.scan =
        context.schedule(
            SilentSeries.PERIOD,
            PunctuationType.WALL_CLOCK_TIME,
            now -> silent.drop(context.currentStreamTimeMs()));
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
    settle(key, vector, entry.state());
    series.append(key, entry, vector.timeMs(), vector.values());
    forecast(key, entry);
    series.save(key, entry);
  }

  private void settle(String key, FeatureVector vector, SeriesState state) {
    Iterator<SeriesState.Waiting> pending = state.pending().iterator();
    while (pending.hasNext()) {
      SeriesState.Waiting waiting = pending.next();
      PendingForecast forecast = waiting.forecast();
      if (vector.timeMs() - forecast.madeAtMs() > windows.retention().toMillis()
          || !isOfThisSchema(forecast)) {
        counters.count(ForecastCounters.Event.EXPIRED);
        pending.remove();
        continue;
      }
      int horizon = waiting.answer();
      score(key, vector, forecast, horizon);
      if (horizon * schema.outputWidth() >= forecast.values().length) {
        pending.remove();
      }
    }
  }

  /**
   * Whether the forecast's shape is that of today's targets. It comes from the store, where another
   * configuration may have put it; its horizon may differ too, and is its own.
   */
  private boolean isOfThisSchema(PendingForecast forecast) {
    return forecast.last().length == schema.targets().size()
        && forecast.values().length % schema.outputWidth() == 0;
  }

  private void score(String key, FeatureVector vector, PendingForecast forecast, int horizon) {
    int width = schema.outputWidth();
    float[] values = new float[width];
    System.arraycopy(forecast.values(), (horizon - 1) * width, values, 0, width);
    counters.count(ForecastCounters.Event.SCORED);
    Score score =
        new Score(
            key,
            vector.timeMs(),
            forecast.madeAtMs(),
            horizon,
            forecast.status(),
            forecast.model(),
            targets(vector.values()),
            values,
            forecast.last());
    context.forward(new Record<>(key, score, vector.timeMs()), ForecastTopology.SCORES);
    counters.listener().scored(score);
  }

  private void forecast(String key, SeriesOnHeap.Entry entry) {
    FeatureWindow window = entry.ring().window();
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
    return window.steps() < windows.steps() ? ForecastStatus.COLD_START : ForecastStatus.OK;
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private float[] targets(float[] values) {
    float[] targets = new float[schema.targets().size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = values[schema.targets().get(i)];
    }
    return targets;
  }

  private float[] lastTargets(FeatureWindow window) {
    float[] targets = new float[schema.targets().size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = window.last(schema.targets().get(i));
    }
    return targets;
  }
}
