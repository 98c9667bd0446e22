package io.tplus1;

import io.tplus1.config.Configuration;
import io.tplus1.config.InstanceId;
import io.tplus1.config.StreamsProperties;
import io.tplus1.expert.LinearModel;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topic.TopicProvisioner;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.ForecastTopology;
import io.tplus1.topology.ModelCounters;
import io.tplus1.topology.ModelStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topologies of a role, running against a cluster whose topics fit. They are applications of
 * their own to Kafka; the end of one is the end of this.
 */
final class ForecastApplication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ForecastApplication.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  private final List<RunningStreams> parts = new ArrayList<>();
  private final ForecastCounters counters;
  private final ModelCounters modelCounters = new ModelCounters();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final boolean leaves;

  private Optional<RunningStreams> forecasting = Optional.empty();

  private ForecastApplication(ForecastListener listener, boolean leaves) {
    this.counters = new ForecastCounters(listener);
    this.leaves = leaves;
  }

  /** Starts the forecasts alone, telling nobody; see the last method. */
  static ForecastApplication start(
      Configuration configuration, FeatureSchema schema, ModelRegistry registry) {
    return start(configuration, schema, registry, ForecastListener.NONE);
  }

  /** Starts the forecasts alone; see the other method. */
  static ForecastApplication start(
      Configuration configuration,
      FeatureSchema schema,
      ModelRegistry registry,
      ForecastListener listener) {
    return start(
        configuration,
        schema,
        registry,
        Role.FORECAST,
        listener,
        () -> {
          throw new IllegalStateException("the forecasts alone were asked for");
        });
  }

  /**
   * Makes and checks the topics, then starts.
   *
   * @param schema the configuration's schema, complete with vocabularies
   * @param registry tells which model serves; whatever serves goes on until a champion comes from
   *     the topic {@code models}, which may be before this returns
   * @param role what runs
   * @param listener told what the forecasts do
   * @param sideTopology makes the topology that retrains; asked if the role needs it
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer, or its topics
   *     differ
   */
  static ForecastApplication start(
      Configuration configuration,
      FeatureSchema schema,
      ModelRegistry registry,
      Role role,
      ForecastListener listener,
      Supplier<Topology> sideTopology) {
    try {
      return start(
          new ForecastApplication(listener, configuration.stopLeavesGroup()),
          configuration,
          schema,
          registry,
          role,
          sideTopology);
    } catch (RuntimeException e) {
      Optional<String> disk = StateDisk.complaint(e, StreamsProperties.stateDir(configuration));
      if (disk.isPresent()) {
        throw new KafkaException(disk.get(), e);
      }
      throw e;
    }
  }

  private static ForecastApplication start(
      ForecastApplication application,
      Configuration configuration,
      FeatureSchema schema,
      ModelRegistry registry,
      Role role,
      Supplier<Topology> sideTopology) {
    // What is wrong with a state directory shows here, before brokers are waited for.
    Map<Role, Properties> properties = properties(configuration, role);
    // The brokers answer while this process reads the classes of Kafka Streams; a second is a lot
    // when an instance starts again after a crash.
    CompletableFuture<Void> topics =
        CompletableFuture.runAsync(
            () ->
                provision(
                    configuration,
                    Contracts.of(configuration, schema, role),
                    new StreamsConfig(properties.values().iterator().next())),
            task -> new Thread(task, "topics").start());
    try {
      if (role.forecasts()) {
        application.forecasting =
            Optional.of(
                application.add(
                    "the forecasts",
                    () -> application.forecasts(configuration, schema, registry),
                    properties.get(Role.FORECAST)));
      }
      if (role.retrains()) {
        application.add("the retraining", sideTopology, properties.get(Role.RETRAIN));
      }
      join(topics);
      application.parts.forEach(RunningStreams::start);
    } catch (RuntimeException e) {
      application.close();
      throw e;
    }
    return application;
  }

  private static void join(CompletableFuture<Void> topics) {
    try {
      topics.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static Map<Role, Properties> properties(Configuration configuration, Role role) {
    Map<Role, Properties> properties = new EnumMap<>(Role.class);
    if (role.forecasts()) {
      String instanceId = InstanceId.in(StreamsProperties.stateDir(configuration));
      properties.put(Role.FORECAST, StreamsProperties.forecast(configuration, instanceId));
    }
    if (role.retrains()) {
      String instanceId = InstanceId.in(StreamsProperties.retrainStateDir(configuration));
      properties.put(Role.RETRAIN, StreamsProperties.retrain(configuration, instanceId));
    }
    return properties;
  }

  private RunningStreams add(String name, Supplier<Topology> topology, Properties properties) {
    RunningStreams part = new RunningStreams(name, topology, properties, ended::countDown);
    parts.add(part);
    return part;
  }

  private Topology forecasts(
      Configuration configuration, FeatureSchema schema, ModelRegistry registry) {
    Topology topology =
        ForecastTopology.build(
            ForecastTopology.Plan.of(configuration, schema), registry, Clock.systemUTC(), counters);
    int traces = configuration.experts().traced().size() * schema.targets().size();
    ModelStore.addTo(
        topology,
        configuration.topics().name(TopicContracts.MODELS),
        configuration.windows().inMemory(),
        new ModelStore.Serving(
            configuration.modelName(),
            schema.size() + traces,
            registry,
            new ProvingLoader(registry),
            LinearModel::read,
            modelCounters));
    return topology;
  }

  private static void provision(
      Configuration configuration, List<TopicContract> contracts, StreamsConfig config) {
    Admin admin = Admin.create(config.getAdminConfigs("tplus1-topics"));
    try {
      new TopicProvisioner(admin, LONGEST_WAIT, configuration.isSecured())
          .provision(contracts, configuration.topics().create());
    } catch (TimeoutException e) {
      throw ClusterAdmin.noBroker(configuration.bootstrapServers(), LONGEST_WAIT);
    } finally {
      // Closing patiently would wait for the answers that did not come.
      admin.close(Duration.ZERO);
    }
  }

  ForecastCounters counters() {
    return counters;
  }

  /** What became of the records of {@code models}. */
  ModelCounters modelCounters() {
    return modelCounters;
  }

  /** The running forecasts, to be watched; empty where another role runs. */
  Optional<KafkaStreams> forecasting() {
    return forecasting.map(RunningStreams::streams);
  }

  /** What runs beside the forecasts. */
  List<KafkaStreams> others() {
    return parts.stream()
        .filter(part -> forecasting.isEmpty() || part != forecasting.get())
        .map(RunningStreams::streams)
        .toList();
  }

  /** The state of the part that is furthest from running. */
  KafkaStreams.State state() {
    return parts.stream()
        .map(RunningStreams::state)
        .filter(state -> state != KafkaStreams.State.RUNNING)
        .findFirst()
        .orElse(KafkaStreams.State.RUNNING);
  }

  /** Waits until the application has ended, at most so long; tells whether it has. */
  boolean awaitEnd(Duration longest) throws InterruptedException {
    return ended.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until a part of the application has ended. */
  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** What made a part end by itself; null if nothing did. */
  Throwable failure() {
    return failed().map(RunningStreams::failure).orElse(null);
  }

  /** Which part ended by itself, and why, for people; empty if none did. */
  Optional<String> complaint() {
    return failed().flatMap(RunningStreams::complaint);
  }

  private Optional<RunningStreams> failed() {
    return parts.stream().filter(part -> part.failure() != null).findFirst();
  }

  /**
   * Commits, closes the stores and leaves the topics consistent; waits for that, within limits. The
   * parts close side by side.
   */
  @Override
  public void close() {
    List<Thread> closing = new ArrayList<>();
    for (RunningStreams part : parts) {
      Thread thread = new Thread(() -> part.close(LONGEST_CLOSE, leaves), "close " + part.name());
      thread.start();
      closing.add(thread);
    }
    try {
      for (Thread thread : closing) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while the streams closed", e);
    }
    LOG.info("Closed");
  }
}
