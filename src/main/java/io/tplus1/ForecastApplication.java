package io.tplus1;

import io.tplus1.config.Configuration;
import io.tplus1.config.InstanceId;
import io.tplus1.config.StreamsProperties;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topic.TopicProvisioner;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.ForecastTopology;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The forecast topology, running against a cluster whose topics fit. */
final class ForecastApplication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ForecastApplication.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  private final KafkaStreams streams;
  private final ForecastCounters counters;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Throwable failure;

  private ForecastApplication(
      Configuration configuration,
      FeatureSchema schema,
      ModelRegistry registry,
      ForecastListener listener,
      Properties properties) {
    this.counters = new ForecastCounters(listener);
    this.streams =
        new KafkaStreams(
            ForecastTopology.build(
                ForecastTopology.Plan.of(configuration, schema),
                registry,
                Clock.systemUTC(),
                counters),
            properties);
    streams.setUncaughtExceptionHandler(
        exception -> {
          failure = exception;
          LOG.error("A stream thread failed; this instance stops", exception);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.setStateListener(
        (now, before) -> {
          LOG.info("{} -> {}", before, now);
          if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
            ended.countDown();
          }
        });
  }

  /**
   * Makes and checks the topics, then starts.
   *
   * @param schema the configuration's schema, complete with vocabularies
   * @param registry tells which model serves
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer, or its topics
   *     differ
   */
  static ForecastApplication start(
      Configuration configuration, FeatureSchema schema, ModelRegistry registry) {
    return start(configuration, schema, registry, ForecastListener.NONE);
  }

  /** As {@link #start(Configuration, FeatureSchema, ModelRegistry)}, telling a listener. */
  static ForecastApplication start(
      Configuration configuration,
      FeatureSchema schema,
      ModelRegistry registry,
      ForecastListener listener) {
    Properties properties = properties(configuration);
    StreamsConfig config = new StreamsConfig(properties);
    provision(configuration, config);
    ForecastApplication application =
        new ForecastApplication(configuration, schema, registry, listener, properties);
    LOG.info(
        "Starting {} on {}, state in {}",
        properties.get(StreamsConfig.APPLICATION_ID_CONFIG),
        properties.get(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG),
        Path.of(config.getString(StreamsConfig.STATE_DIR_CONFIG)).toAbsolutePath());
    application.streams.start();
    return application;
  }

  private static void provision(Configuration configuration, StreamsConfig config) {
    Admin admin = Admin.create(config.getAdminConfigs("tplus1-topics"));
    try {
      new TopicProvisioner(admin, LONGEST_WAIT)
          .provision(Contracts.of(configuration), configuration.topics().create());
    } catch (TimeoutException e) {
      throw new TimeoutException(
          "no broker of bootstrap.servers=%s answered within %d s: check the address, the network and the security settings"
              .formatted(configuration.bootstrapServers(), LONGEST_WAIT.toSeconds()));
    } finally {
      // Closing patiently would wait for the answers that did not come.
      admin.close(Duration.ZERO);
    }
  }

  private static Properties properties(Configuration configuration) {
    Object stateDir =
        configuration
            .kafka()
            .getOrDefault(StreamsConfig.STATE_DIR_CONFIG, StreamsProperties.STATE_DIR);
    return StreamsProperties.forecast(configuration, InstanceId.in(Path.of(stateDir.toString())));
  }

  ForecastCounters counters() {
    return counters;
  }

  /** The running topology, to be watched. */
  KafkaStreams streams() {
    return streams;
  }

  KafkaStreams.State state() {
    return streams.state();
  }

  /** Waits until the application has ended, at most so long; tells whether it has. */
  boolean awaitEnd(Duration longest) throws InterruptedException {
    return ended.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until the application has ended. */
  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** What made the application end by itself; null if nothing did. */
  Throwable failure() {
    return failure;
  }

  /** Commits, closes the stores and leaves the topics consistent; waits for that, within limits. */
  @Override
  public void close() {
    if (streams.close(LONGEST_CLOSE)) {
      LOG.info("Closed, everything committed");
    } else {
      LOG.warn(
          "The streams did not close within {}; the next start recovers from the brokers",
          LONGEST_CLOSE);
    }
  }
}
