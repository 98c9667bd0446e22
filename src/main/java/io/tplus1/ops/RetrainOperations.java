package io.tplus1.ops;

import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import io.tplus1.config.RetrainSettings;
import io.tplus1.config.StreamsProperties;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.retrain.RetrainCounters;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What watches a process that retrains alone: metrics and health. Series, models and the dashboard
 * are the forecasting instances'.
 *
 * <p>Close it after {@link #stopping} and after the streams have closed.
 */
public final class RetrainOperations implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RetrainOperations.class);
  private static final long REFRESH_MS = 1_000;

  private final Configuration configuration;
  private final HttpSettings settings;
  private final Meters meters = new Meters();
  private final HttpEndpoint endpoint;
  private final Ticks ticks = new Ticks(1);
  private volatile Health health;
  private ModelLog log;

  /**
   * Binds the port.
   *
   * @param settings where to listen; must be on
   * @throws org.apache.kafka.common.KafkaException if the port is taken
   */
  public RetrainOperations(Configuration configuration, HttpSettings settings) {
    this.configuration = configuration;
    this.settings = settings;
    this.endpoint = new HttpEndpoint(settings, meters::answered);
  }

  /**
   * Begins to answer.
   *
   * @param retraining the side topology, which this neither starts nor closes
   * @param learnt what it counts
   * @param client what a consumer in no group is made with, under Kafka's names
   */
  public void start(KafkaStreams retraining, RetrainCounters learnt, Map<String, Object> client) {
    // It needs no champion, and how far it is behind, or whether brokers answer, delays no
    // forecast.
    ClockWatch clockWatch = new ClockWatch(System::currentTimeMillis);
    health =
        new Health(
            settings,
            retraining::state,
            () -> true,
            () -> 0,
            () -> 0,
            () -> StreamConsumers.secondsSincePoll(retraining),
            clockWatch::behindSeconds,
            StreamsProperties.maxPollInterval(configuration));
    log =
        new ModelLog(
            client,
            configuration.topics().name(TopicContracts.MODEL_EVENTS),
            configuration.modelName());
    meters.bindStreams(retraining, ticks.threads());
    meters.bindRetraining(learnt);
    meters.bindRetrainInstance(health, () -> StreamConsumers.lag(retraining));
    if (configuration.retrain().mode() != RetrainSettings.Mode.OFF) {
      meters.models().expectTrainings();
    }
    meters.models().refresh(log);
    ticks.every(1_000, clockWatch::look);
    ticks.every(REFRESH_MS, () -> meters.models().refresh(log));
    endpoint
        .route("/health/live", HttpEndpoint.Access.HEALTH, health::live)
        .route("/health/ready", HttpEndpoint.Access.HEALTH, health::ready)
        .route("/metrics", HttpEndpoint.Access.READ, meters::scrape);
    endpoint.start();
    LOG.info(
        "Metrics and health of the retraining on {}:{}",
        settings.host(),
        endpoint.address().getPort());
  }

  /** From now on the process says that it is not ready. */
  public void stopping() {
    if (health != null) {
      health.stopping();
    }
  }

  @Override
  public void close() {
    endpoint.close();
    ticks.close();
    if (log != null) {
      log.close();
    }
    meters.close();
  }
}
