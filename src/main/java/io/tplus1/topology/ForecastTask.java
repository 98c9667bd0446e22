package io.tplus1.topology;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureFill;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.GapFill;
import io.tplus1.feature.HoleFill;
import io.tplus1.feature.StepInterval;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.DecodedRecord;
import io.tplus1.serde.RejectReason;
import io.tplus1.topology.forecast.Experts;
import io.tplus1.topology.forecast.Mixing;
import io.tplus1.topology.forecast.Predictions;
import io.tplus1.topology.forecast.SeriesForecast;
import io.tplus1.topology.forecast.Stacking;
import io.tplus1.topology.notice.ShortHistory;
import io.tplus1.topology.state.Contexts;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.ForecastStores;
import io.tplus1.topology.state.Learnt;
import io.tplus1.topology.state.Pool;
import io.tplus1.topology.state.RowLayout;
import io.tplus1.topology.state.SeriesOnHeap;
import io.tplus1.topology.state.SeriesStores;
import io.tplus1.topology.state.Windows;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * The way of a vector through one task: settles what it answers, stores it, and forecasts what
 * follows it. Owned by one stream thread; of a task that is revived, another is made.
 */
final class ForecastTask {
  private final ProcessorContext<Object, Object> context;
  private final FeatureSchema schema;
  private final ForecastSettings settings;
  private final RowLayout rows;
  private final Windows windows;
  private final ForecastCounters counters;
  private final int deadLetterMaxBytes;
  private final SeriesStores series;
  private final StepInterval interval;
  private final Gaps gaps;
  private final HoleFill missing;
  private final Holes holes;
  private final Refusals refusals;
  private final ShortHistory shortHistory;
  private final Experts experts;
  private final SeriesForecast forecasts;
  private final Mixing mixing;
  private final Stacking stacking;
  private final Predictions predictions;
  private final Settling settling;
  private final Emitter emitter;

  /**
   * @param context of the task, which has the stores of the layout
   * @param series of the task
   * @param pool what they have learnt together
   * @param said shared by all tasks of a topology
   */
  ForecastTask(
      ProcessorContext<Object, Object> context,
      ForecastLayout layout,
      ModelRegistry registry,
      ForecastCounters counters,
      int deadLetterMaxBytes,
      SeriesStores series,
      Pool pool,
      ShortHistory.Said said) {
    this.context = context;
    this.schema = layout.schema();
    this.settings = layout.settings();
    this.rows = layout.rows();
    this.windows = layout.windows();
    this.counters = counters;
    this.deadLetterMaxBytes = deadLetterMaxBytes;
    this.series = series;
    this.interval = new StepInterval(settings.windows().interval());
    this.gaps = new Gaps(layout, interval);
    this.missing = settings.hygiene().holes(schema);
    this.holes = new Holes(layout, missing, counters);
    this.refusals = new Refusals(layout, gaps, missing);
    this.shortHistory = new ShortHistory(layout, said);
    this.experts =
        new Experts(
            layout,
            layout.roster().countsSymbols()
                ? new Contexts(context.getStateStore(ForecastStores.CONTEXTS))
                : null);
    this.forecasts = new SeriesForecast(layout, registry, experts);
    this.mixing = new Mixing(layout, pool.mix());
    this.stacking = new Stacking(layout, pool.mix(), pool.stacked());
    this.predictions = new Predictions(layout, interval, pool.intervals());
    ErrorMeter meter = new ErrorMeter(schema);
    Sampling sampling = new Sampling(layout, counters, shortHistory);
    this.emitter = new Emitter(context, layout, counters, sampling, meter);
    this.settling = new Settling(layout, counters, pool, stacking, meter, sampling, emitter::score);
  }

  /** Takes a vector of any series of the task. */
  void take(Record<String, DecodedRecord> record) {
    String key = record.key();
    DecodedRecord vector = record.value();
    long timeMs = vector.timeMs();
    float[] row = rows.row(vector.values(), RowLayout.OBSERVED);
    SeriesOnHeap.Entry entry = series.find(key, context.currentStreamTimeMs());
    Optional<Refusals.Refusal> refusal =
        FeatureFill.isHoled(vector.values(), schema.size())
            ? refusals.of(entry, timeMs, vector.values())
            : Optional.empty();
    if (refusal.isPresent()) {
      refuse(record, entry, refusal.get());
    } else if (entry != null && timeMs <= entry.state().lastTimeMs()) {
      insert(entry, timeMs, row);
    } else {
      SeriesOnHeap.Entry known = entry;
      if (known == null) {
        known = series.create(key, timeMs);
        shortHistory.lookAtNew(known, timeMs);
      }
      // Of all strings that name a series, its own: what is kept of it holds on to no record's.
      append(known, timeMs, row);
    }
  }

  /**
   * Sends the sums of errors since the last ones, if there are any.
   *
   * @param nowMs the task's wall clock, epoch milliseconds
   */
  void sendModelScores(long nowMs) {
    emitter.modelScores(nowMs);
  }

  /** Dead-letters a vector of which too much is absent. */
  private void refuse(
      Record<String, DecodedRecord> record, SeriesOnHeap.Entry entry, Refusals.Refusal refusal) {
    DecodedRecord vector = record.value();
    if (refusal.counts()) {
      missing.count(vector.values(), entry.state().absences());
      series.changed(entry);
    }
    vector.reject(
        RejectReason.MISSING_FEATURE,
        "%s; absent: %s".formatted(refusal.why(), holes.absent(vector)));
    DeadLetter.send(
        context,
        counters,
        record.withKey(record.key().getBytes(StandardCharsets.UTF_8)),
        deadLetterMaxBytes);
  }

  /** Stores a vector that came late, or corrects another one. */
  private void insert(SeriesOnHeap.Entry entry, long timeMs, float[] row) {
    boolean came = timeMs == entry.state().lastTimeMs() && holes.end(row, entry.state().absences());
    if (FeatureFill.isHoled(row, schema.size())) {
      FeatureWindow held = windows.newest(entry.ring());
      FeatureWindow upTo = held.part(0, held.stepsUpTo(timeMs));
      if (upTo.lastTimeMs() == timeMs && !rows.isFilled(upTo, upTo.steps() - 1, 1)) {
        holes.keep(row, upTo);
      } else {
        holes.fillFeatures(row, upTo, false);
      }
    }
    boolean replaced =
        series.insert(entry, timeMs, row, interval.ofWindow(windows.newest(entry.ring())));
    boolean waited = !replaced && settling.countLate(timeMs, entry.state());
    if (gaps.learn(entry, windows.newest(entry.ring())) || waited || came) {
      series.changed(entry);
    }
    if (waited) {
      emitter.samples(entry);
    }
    counters.count(replaced ? ForecastCounters.Event.CORRECTED : ForecastCounters.Event.LATE);
  }

  /** Takes the series' next vector, and forecasts what follows it. */
  private void append(SeriesOnHeap.Entry entry, long timeMs, float[] row) {
    series.goOn(entry);
    int held = series.age(entry, timeMs);
    if (forecasts.readModels()) {
      series.releaseAttachments();
    }
    if (missing.isWindowOver(entry.state().absences())) {
      restart(entry, timeMs);
    } else {
      bridge(entry, timeMs, row);
    }
    missing.count(row, entry.state().absences());
    float[] actual = schema.targetsOf(row);
    long sinceMs = timeMs - entry.state().lastTimeMs();
    if (FeatureFill.isHoled(row, schema.size())) {
      holes.fillFeatures(row, windows.beside(entry.ring(), timeMs), true);
    }
    float[][] traced = step(entry, timeMs, row, actual);
    RecordMetadata origin = context.recordMetadata().orElseThrow();
    entry.offsets().add(timeMs, origin.offset());
    FeatureWindow window = windows.newest(entry.ring());
    gaps.learn(entry, window);
    if (window.steps() < settings.windows().historyMinimum()) {
      counters.count(ForecastCounters.Event.INSUFFICIENT_HISTORY);
      shortHistory.look(entry, window, held, sinceMs);
    } else {
      shortHistory.lookForFull(entry, window, held, sinceMs);
      forecast(entry, window, traced, origin.partition());
    }
    series.changed(entry);
    emitter.modelScoresIfDue();
  }

  /**
   * Fills the steps that are absent before a vector, or begins the window anew if they are many.
   */
  private void bridge(SeriesOnHeap.Entry entry, long timeMs, float[] row) {
    if (!gaps.areFilled()) {
      return;
    }
    boolean forgotten = entry.ring().count() == 0 || windows.isTooOldFor(entry.ring(), timeMs);
    if (forgotten && entry.state().lastTimeMs() == timeMs) {
      return; // the series' first vector
    }
    long absent = forgotten ? 0 : gaps.absent(entry, timeMs);
    boolean anew = forgotten || gaps.areTooMany(absent);
    shortHistory.lookAtGap(entry, anew ? 0 : absent, timeMs);
    if (anew) {
      restart(entry, timeMs);
      return;
    }
    if (absent == 0) {
      return;
    }
    FeatureWindow window = windows.newest(entry.ring());
    long fromMs = window.lastTimeMs();
    float[] before = window.part(window.steps() - 1, 1).toArray()[0];
    for (long i = 1; i <= absent; i++) {
      float[] filled = holes.step(before, row, i, absent);
      step(entry, GapFill.timeMs(fromMs, timeMs, i, absent), filled, null);
    }
  }

  /** Lets the window begin anew, and gives up the forecasts that wait. */
  private void restart(SeriesOnHeap.Entry entry, long timeMs) {
    counters.count(ForecastCounters.Event.WINDOW_RESTARTED);
    counters.count(ForecastCounters.Event.EXPIRED, entry.state().pending().size());
    entry.state().pending().clear();
    series.startWindow(entry, timeMs);
  }

  /**
   * Takes the next row into ring and store, after everybody has learnt from it.
   *
   * @param actual {@code float[targets]}, what came; null for nothing
   * @return what the linear experts say of what follows
   */
  private float[][] step(SeriesOnHeap.Entry entry, long timeMs, float[] row, float[] actual) {
    settling.settle(entry, timeMs, actual);
    Learnt learnt = entry.state().learnt();
    if (entry.ring().count() > 0 && actual != null) {
      if (learnt.changes() != null) {
        learnt.changes().update(schema.targetsOf(windows.newest(entry.ring())), actual);
      }
      if (!windows.isTooOldFor(entry.ring(), timeMs)) {
        experts.learnSymbols(windows.beside(entry.ring(), timeMs), actual);
      }
    }
    entry.ring().append(timeMs, row);
    if (actual != null) {
      experts.learnSeason(learnt, windows.newest(entry.ring()), actual);
    }
    experts.learnLinear(learnt, entry.ring());
    FeatureWindow window = windows.newest(entry.ring());
    float[][] traced = forecasts.trace(learnt, window);
    shortHistory.lookAtLags(entry, window);
    series.append(entry);
    emitter.samples(entry);
    return traced;
  }

  private void forecast(
      SeriesOnHeap.Entry entry, FeatureWindow window, float[][] traced, int partition) {
    Learnt learnt = entry.state().learnt();
    SeriesForecast.Outcome made =
        forecasts.forecast(window, traced, learnt.foundSeason(), mixing.of(learnt, stacking));
    counters.forecast(made.status());
    Predictions.Made sent = predictions.make(entry, window, made, partition);
    entry
        .state()
        .await(
            window.lastTimeMs(),
            made.status(),
            made.model(),
            schema.targetsOf(window),
            made.values(),
            made.experts(),
            sent.halfWidths(),
            sent.inputs());
    emitter.prediction(sent.prediction());
  }
}
