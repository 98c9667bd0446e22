package io.tplus1.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tplus1.config.Expert;
import io.tplus1.config.ExpertSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.RejectReason;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.models.ModelCounters;
import io.tplus1.topology.retrain.RetrainCounters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The metrics, for Prometheus: Kafka Streams' own, the JVM's, and ours. The table of {@code
 * src/site/metrics.md} lists ours; no label ever holds a series' key.
 */
final class Meters implements AutoCloseable {
  private static final Duration REFRESH = Duration.ofSeconds(5);
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;
  private final List<KafkaStreamsMetrics> streamsMetrics = new ArrayList<>();
  private final MeterRegistrar registrar;
  private final ModelMeters models;

  /**
   * Without any of the application yet.
   *
   * @param level from which on Kafka Streams measure
   */
  Meters(RecordingLevel level) {
    this.registry = StoreTags.registry(level);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    this.registrar = new MeterRegistrar(registry);
    this.models = new ModelMeters(registrar);
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  /** Those of models. */
  ModelMeters models() {
    return models;
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
      registrar.count(
          "tplus1.forecasts",
          "Forecasts emitted",
          Tags.of("status", MeterRegistrar.label(status)),
          counters,
          all -> all.forecasts(status));
    }
    for (RejectReason reason : RejectReason.values()) {
      registrar.count(
          "tplus1.dead.letters",
          "Records dead-lettered",
          Tags.of("reason", MeterRegistrar.label(reason)),
          counters,
          all -> all.deadLetters(reason));
    }
    for (ForecastCounters.Event event : ForecastCounters.Event.values()) {
      registrar.count(
          "tplus1.events",
          "What else tasks did",
          Tags.of("event", MeterRegistrar.label(event)),
          counters,
          all -> all.events(event));
    }
  }

  void bindModels(ModelCounters counters) {
    for (ModelCounters.Reject reason : ModelCounters.Reject.values()) {
      registrar.count(
          "tplus1.model.rejects",
          "Records of models that changed nothing because something was wrong",
          Tags.of("reason", MeterRegistrar.label(reason)),
          counters,
          all -> all.rejects(reason));
    }
    for (ModelCounters.Event event : ModelCounters.Event.values()) {
      registrar.count(
          "tplus1.model.records",
          "What became here of the records of models",
          Tags.of("event", MeterRegistrar.label(event)),
          counters,
          all -> all.events(event));
    }
  }

  /**
   * Those of the errors of forecasts, which are to be refreshed.
   *
   * @param asksNetwork whether forecasts ask a network
   */
  ErrorMeters bindErrors(ErrorBoard errors, FeatureSchema schema, boolean asksNetwork) {
    return new ErrorMeters(registrar, errors, schema, asksNetwork);
  }

  /**
   * What the side topology of this process does.
   *
   * @param lag records that it has not yet read
   * @param health whether it goes on
   */
  void bindRetraining(RetrainCounters learnt, LongSupplier lag, Health health) {
    for (RetrainCounters.Event event : RetrainCounters.Event.values()) {
      registrar.count(
          "tplus1.retrain.events",
          "What the side topology did",
          Tags.of("event", MeterRegistrar.label(event)),
          learnt,
          all -> all.events(event));
    }
    registrar.gauge(
        "tplus1.retrain.buffer.samples",
        null,
        "Training samples held",
        () -> learnt.buffer().samples());
    registrar.gauge(
        "tplus1.retrain.buffer.limit",
        "samples",
        "Most training samples that are held",
        () -> learnt.buffer().limit());
    registrar.gauge(
        "tplus1.retrain.buffer.size",
        "bytes",
        "About how much memory they take",
        () -> learnt.buffer().bytes());
    registrar.gauge(
        "tplus1.retrain.lag",
        "records",
        "Records not yet read by the side topology",
        lag::getAsLong);
    bindReady("tplus1.retrain.ready", "1 if the side topology goes on", health);
  }

  void bindReady(Health health) {
    bindReady("tplus1.ready", "1 if the instance is ready", health);
  }

  private void bindReady(String name, String description, Health health) {
    registrar.gauge(name, null, description, () -> health.obstacles().isEmpty() ? 1 : 0);
  }

  /** What forecasts are to be, beside which alerts hold what they are. */
  void bindWished(ExpertSettings experts) {
    registrar.gauge(
        "tplus1.interval.coverage.wished",
        null,
        "Part of values that is to lie in their intervals",
        experts::coverage);
    registrar.gauge(
        "tplus1.network.wished",
        null,
        "1 if forecasts ask a network, else 0",
        () -> experts.has(Expert.RNN) ? 1 : 0);
  }

  /**
   * @param lag records of {@code features} that are not yet read
   * @param series series that the tasks keep
   */
  void bindForecasts(LongSupplier lag, LiveSeries live, LongSupplier series, EventStreams streams) {
    registrar.gauge("tplus1.lag", "records", "Records of features not yet read", lag::getAsLong);
    registrar.gauge("tplus1.series", null, "Series that the instance keeps", series::getAsLong);
    registrar.gauge(
        "tplus1.series.live",
        null,
        "Series held in memory for the dashboard that have not fallen silent",
        live::size);
    registrar.gauge("tplus1.live.streams", null, "Dashboards that listen", streams::count);
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
