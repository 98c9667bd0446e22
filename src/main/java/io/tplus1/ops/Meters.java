package io.tplus1.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.RejectReason;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.ModelCounters;
import io.tplus1.topology.RetrainCounters;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The metrics, for Prometheus: Kafka Streams' own, the JVM's, and ours. The table of {@code
 * src/site/metrics.md} lists ours; no label ever holds a series' key.
 */
final class Meters implements AutoCloseable {
  private static final Duration REFRESH = Duration.ofSeconds(5);
  private static final int HASH_DIGITS = 12;
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;
  private final List<KafkaStreamsMetrics> streamsMetrics = new ArrayList<>();
  private final MultiGauge serving;
  private final MultiGauge figures;
  private Map<String, Double> shownFigures = Map.of();
  private final Map<String, List<Meter>> byModel = new HashMap<>();

  /**
   * Gives the tag of a store's name one name: Kafka has another for each kind of store, and
   * Prometheus wants the same labels at every series of a metric.
   */
  private static final class StoreTags implements MeterFilter {
    private static final String STORE = ".state.id";

    @Override
    public Meter.Id map(Meter.Id id) {
      if (!id.getName().startsWith("kafka.stream")
          || id.getTags().stream().noneMatch(tag -> tag.getKey().endsWith(STORE))) {
        return id;
      }
      List<Tag> tags = new ArrayList<>();
      for (Tag tag : id.getTags()) {
        if (tag.getKey().endsWith(STORE)) {
          tags.add(Tag.of("store", tag.getValue()));
          String kind = tag.getKey().substring(0, tag.getKey().length() - STORE.length());
          tags.add(Tag.of("store.kind", kind));
        } else {
          tags.add(tag);
        }
      }
      return id.replaceTags(tags);
    }
  }

  Meters() {
    this.registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().meterFilter(new StoreTags());
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    this.serving =
        MultiGauge.builder("tplus1.champion.info")
            .description("1 for the model that serves and what computes it")
            .register(registry);
    this.figures =
        MultiGauge.builder("tplus1.gate.figure")
            .description("Figures of the last decision about a challenger")
            .register(registry);
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  /** Counts an answer; the counter of {@link HttpEndpoint}. */
  void answered(String route, int status) {
    Counter.builder("tplus1.http.requests")
        .description("Answers over HTTP")
        .tags("route", route, "status", Integer.toString(status))
        .register(registry)
        .increment();
  }

  /** Kafka Streams' own metrics, looked up anew every five seconds: tasks come and go. */
  void bindStreams(KafkaStreams streams, ScheduledExecutorService scheduler) {
    KafkaStreamsMetrics metrics =
        new KafkaStreamsMetrics(streams, Tags.empty(), scheduler, REFRESH);
    metrics.bindTo(registry);
    streamsMetrics.add(metrics);
  }

  void bindCounters(ForecastCounters counters) {
    for (ForecastStatus status : ForecastStatus.values()) {
      count(
          "tplus1.forecasts",
          "Forecasts emitted",
          Tags.of("status", label(status)),
          counters,
          all -> all.forecasts(status));
    }
    for (RejectReason reason : RejectReason.values()) {
      count(
          "tplus1.dead.letters",
          "Records dead-lettered",
          Tags.of("reason", label(reason)),
          counters,
          all -> all.deadLetters(reason));
    }
    for (ForecastCounters.Event event : ForecastCounters.Event.values()) {
      count(
          "tplus1.events",
          "What else tasks did",
          Tags.of("event", label(event)),
          counters,
          all -> all.events(event));
    }
  }

  void bindModels(ModelCounters models) {
    for (ModelCounters.Reject reason : ModelCounters.Reject.values()) {
      count(
          "tplus1.model.rejects",
          "Records of models that changed nothing because something was wrong",
          Tags.of("reason", label(reason)),
          models,
          all -> all.rejects(reason));
    }
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private <T> FunctionCounter count(
      String name, String description, Tags tags, T source, ToDoubleFunction<T> read) {
    return FunctionCounter.builder(name, source, read)
        .description(description)
        .tags(tags)
        .register(registry);
  }

  void bindChampion(ChampionWatch champion, Clock clock) {
    count(
        "tplus1.swaps",
        "How often another model took over",
        Tags.empty(),
        champion,
        watch -> watch.seen().swaps());
    gauge(
        "tplus1.champion.age",
        "seconds",
        "Time since this instance began to serve its champion",
        () ->
            champion.seen().champion() == null
                ? Double.NaN
                : (clock.millis() - champion.seen().sinceMs()) / 1e3);
  }

  void bindLog(ModelLog log) {
    gauge(
        "tplus1.training.duration",
        "seconds",
        "How long the newest training took",
        () ->
            log.newest().stream()
                .filter(event -> event.figures().containsKey("seconds"))
                .findFirst()
                .map(event -> event.figures().get("seconds"))
                .orElse(Double.NaN));
    FunctionCounter.builder("tplus1.training.seconds", log, ModelLog::trainingSeconds)
        .description("Time spent in trainings that ended")
        .register(registry);
    for (ModelEvent.Kind kind : ModelEvent.Kind.values()) {
      count(
          "tplus1.model.events",
          "Events of the model",
          Tags.of("kind", label(kind)),
          log,
          all -> all.count(kind));
    }
  }

  /** What the side topology of this process does. */
  void bindRetraining(RetrainCounters learnt) {
    for (RetrainCounters.Event event : RetrainCounters.Event.values()) {
      count(
          "tplus1.retrain.events",
          "What the side topology did",
          Tags.of("event", label(event)),
          learnt,
          all -> all.counts(event));
    }
    gauge(
        "tplus1.retrain.buffer.samples",
        null,
        "Training samples held",
        () -> learnt.buffer().samples());
    gauge(
        "tplus1.retrain.buffer.limit",
        "samples",
        "Most training samples that are held",
        () -> learnt.buffer().limit());
    gauge(
        "tplus1.retrain.buffer.size",
        "bytes",
        "About how much memory they take",
        () -> learnt.buffer().bytes());
  }

  /** Whether a process that retrains alone is ready, and what it has not yet read. */
  void bindRetrainInstance(Health health, LongSupplier lag) {
    gauge(
        "tplus1.ready",
        null,
        "1 if the instance is ready",
        () -> health.obstacles().isEmpty() ? 1 : 0);
    gauge(
        "tplus1.retrain.lag",
        "records",
        "Records not yet read by the side topology",
        lag::getAsLong);
  }

  void bindInstance(
      Health health, LongSupplier lag, LiveSeries live, LongSupplier series, EventStreams streams) {
    gauge(
        "tplus1.ready",
        null,
        "1 if the instance is ready",
        () -> health.obstacles().isEmpty() ? 1 : 0);
    gauge("tplus1.lag", "records", "Records of features not yet read", lag::getAsLong);
    gauge("tplus1.series", null, "About how many series the instance keeps", series::getAsLong);
    gauge("tplus1.series.live", null, "Series held in memory for the dashboard", live::size);
    gauge("tplus1.live.streams", null, "Dashboards that listen", streams::count);
  }

  private void gauge(String name, String unit, String description, DoubleSupplier value) {
    Gauge.builder(name, value::getAsDouble)
        .strongReference(true)
        .description(description)
        .baseUnit(unit)
        .register(registry);
  }

  /** Brings the meters up to date that come and go with models. */
  void refresh(ErrorBoard board, FeatureSchema schema, ChampionWatch.Seen seen, ModelLog log) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    if (seen.champion() != null) {
      rows.add(
          MultiGauge.Row.of(
              Tags.of(
                  "model",
                  abridge(seen.champion().modelHash()),
                  "kernel",
                  seen.champion().kernel()),
              1));
    }
    // What is there stays: to put it down again would hide it from a scrape for a moment.
    serving.register(rows);
    refreshFigures(log);
    Set<String> models = new HashSet<>(board.models());
    byModel
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !models.contains(entry.getKey());
              if (gone) {
                entry.getValue().forEach(registry::remove);
              }
              return gone;
            });
    for (String model : models) {
      byModel.computeIfAbsent(model, hash -> bindModel(hash, board, schema.targetFeatures()));
    }
  }

  /** Brings the figures of the last decision up to date. */
  void refreshFigures(ModelLog log) {
    Map<String, Double> newest =
        log.newest().stream()
            .filter(Meters::isDecision)
            .findFirst()
            .map(ModelEvent::figures)
            .orElse(Map.of());
    if (newest.equals(shownFigures)) {
      return;
    }
    shownFigures = newest;
    figures.register(
        newest.entrySet().stream()
            .<MultiGauge.Row<?>>map(
                figure -> MultiGauge.Row.of(Tags.of("figure", figure.getKey()), figure.getValue()))
            .toList(),
        true);
  }

  private static boolean isDecision(ModelEvent event) {
    return event.kind() == ModelEvent.Kind.PROMOTED || event.kind() == ModelEvent.Kind.REJECTED;
  }

  private static String abridge(String hash) {
    return hash.length() <= HASH_DIGITS ? hash : hash.substring(0, HASH_DIGITS);
  }

  private List<Meter> bindModel(String hash, ErrorBoard board, List<Feature> targets) {
    List<Meter> meters = new ArrayList<>();
    Tags model = Tags.of("model", abridge(hash));
    meters.add(
        count(
            "tplus1.scores",
            "Horizons held against their actuals",
            model,
            board,
            all -> sum(all, hash, ErrorBoard.Sums::count)));
    meters.add(
        count(
            "tplus1.relative.error",
            "Squared errors, in usual squared changes",
            model,
            board,
            all -> sum(all, hash, ErrorBoard.Sums::error)));
    meters.add(
        count(
            "tplus1.relative.persistence.error",
            "The same of the last value",
            model,
            board,
            all -> sum(all, hash, ErrorBoard.Sums::persistence)));
    meters.add(
        count(
            "tplus1.interval.values",
            "Values that had an interval",
            model,
            board,
            all -> sum(all, hash, ErrorBoard.Sums::intervals)));
    meters.add(
        count(
            "tplus1.interval.covered",
            "Values inside their interval",
            model,
            board,
            all -> sum(all, hash, ErrorBoard.Sums::covered)));
    for (int i = 0; i < targets.size(); i++) {
      int target = i;
      Tags tags = model.and(Tag.of("feature", targets.get(i).name()));
      meters.add(
          count(
              "tplus1.squared.error",
              "Squared errors, in the feature's unit",
              tags,
              board,
              all -> sum(all, hash, sums -> sums.squared(target))));
      meters.add(
          count(
              "tplus1.squared.persistence.error",
              "The same of the last value",
              tags,
              board,
              all -> sum(all, hash, sums -> sums.persistenceSquared(target))));
    }
    return meters;
  }

  private static double sum(
      ErrorBoard board, String model, ToDoubleFunction<ErrorBoard.Sums> read) {
    ErrorBoard.Sums sums = board.byModel().get(model);
    return sums == null ? Double.NaN : read.applyAsDouble(sums);
  }

  Answer scrape(Call call) {
    return Answer.text(200, TYPE, registry.scrape());
  }

  @Override
  public void close() {
    streamsMetrics.forEach(KafkaStreamsMetrics::close);
    registry.close();
  }
}
