package io.tplus1.instance;

import io.tplus1.cluster.BootstrapServers;
import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Contracts;
import io.tplus1.cluster.Role;
import io.tplus1.config.ClientProperties;
import io.tplus1.config.Configuration;
import io.tplus1.config.StreamsProperties;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.ForecastPlan;
import io.tplus1.topology.ForecastTopology;
import io.tplus1.topology.models.ModelCounters;
import io.tplus1.topology.models.ModelStore;
import io.tplus1.topology.models.ModelTools;
import io.tplus1.topology.rows.Commits;
import io.tplus1.topology.rows.RowKeeping;
import io.tplus1.topology.state.ForecastStores;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topologies of a role, running against a cluster whose topics fit. They are applications of
 * their own to Kafka; the end of one is the end of this.
 */
public final class ForecastApplication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ForecastApplication.class);
  private static final String CLIENT = "tplus1-topics";
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** Whoever stops an instance kills it after ten seconds, as Docker does, and more is to close. */
  static final Duration LONGEST_CLOSE = Duration.ofSeconds(7);

  /** Of a failure: beside the thread that failed another may wait for a commit until it ends. */
  private static final Duration LONGEST_FAILED_CLOSE = Duration.ofSeconds(60);

  /** What vectors lie in on the disk: one database of a task, where it was one of each span. */
  private static final String ROWS = " rows=2";

  /** What this instance holds its state directories by. */
  private final List<InstanceId> names;

  private final List<RunningStreams> parts = new ArrayList<>();
  private final ForecastCounters counters;
  private final ModelCounters modelCounters = new ModelCounters();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Path stateDir;
  private final boolean leaves;
  private final CompletableFuture<Void> topics;

  private Optional<RunningStreams> forecasting = Optional.empty();
  private boolean closed;

  private ForecastApplication(
      ForecastListener listener,
      Path stateDir,
      List<InstanceId> names,
      boolean leaves,
      CompletableFuture<Void> topics) {
    this.counters = new ForecastCounters(listener);
    this.stateDir = stateDir;
    this.names = names;
    this.leaves = leaves;
    this.topics = topics;
  }

  /**
   * Makes what a role runs, and begins to make and check the topics; nothing runs yet.
   *
   * @param schema the configuration's schema, complete with vocabularies
   * @param registry tells which model serves; whatever serves goes on until a champion comes from
   *     the topic {@code models}, which may be before {@link #start} returns
   * @param role what runs
   * @param listener told what the forecasts do
   * @param sideTopology makes the topology that retrains; asked if the role needs it
   * @throws KafkaException if the state directory is another's, or its disk is full, or no client
   *     can use the addresses of the brokers
   */
  public static ForecastApplication of(
      Configuration configuration,
      FeatureSchema schema,
      ModelRegistry registry,
      Role role,
      ForecastListener listener,
      Supplier<Topology> sideTopology) {
    Path stateDir = StreamsProperties.stateDir(configuration);
    List<InstanceId> names = new ArrayList<>();
    try {
      // What is wrong with a state directory shows here, before brokers are waited for.
      Map<Role, Properties> properties = properties(configuration, role, names);
      // Kafka Streams make clients of their own beside the one that checks the topics.
      Map<String, Object> admin =
          BootstrapServers.beginWithWhoAnswers(
              ClientProperties.of(configuration).admin(CLIENT), LONGEST_WAIT);
      // The brokers answer while this process reads the classes of Kafka Streams; a second is a lot
      // when an instance starts again after a crash.
      CompletableFuture<Void> topics =
          CompletableFuture.runAsync(
              () ->
                  provision(
                      configuration,
                      admin,
                      role,
                      Contracts.of(configuration, Optional.of(schema), role)),
              task -> new Thread(task, "topics").start());
      ForecastApplication application =
          new ForecastApplication(
              listener, stateDir, names, configuration.stopLeavesGroup(), topics);
      application.make(
          properties,
          configuration.windows(),
          keeping -> application.forecasts(configuration, schema, registry, keeping),
          sideTopology);
      return application;
    } catch (RuntimeException e) {
      names.forEach(InstanceId::close);
      throw orOfDisk(e, stateDir);
    }
  }

  private void make(
      Map<Role, Properties> properties,
      WindowSettings windows,
      Function<RowKeeping, Topology> forecasts,
      Supplier<Topology> sideTopology) {
    String store = "window.store=" + (windows.inMemory() ? "memory" : "rocksdb");
    try {
      if (properties.containsKey(Role.FORECAST)) {
        // Compared with that of earlier builds, so the retention stays as a Duration says it.
        String layout = "%s window.retention=%s".formatted(store, windows.retention());
        forecasting =
            Optional.of(addForecasts(windows, forecasts, layout, properties.get(Role.FORECAST)));
      }
      if (properties.containsKey(Role.RETRAIN)) {
        add(
            "the retraining",
            sideTopology,
            properties.get(Role.RETRAIN),
            new CommittedSends(ForecastStores.VECTORS),
            state(properties.get(Role.RETRAIN), store, Optional.empty()));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts what the role runs once the topics are there, unless it is closed already. Whoever made
   * it closes it, also if this fails.
   *
   * @throws KafkaException if the cluster does not answer, or its topics differ, or the disk is
   *     full
   */
  public void start() {
    try {
      join(topics);
      parts.forEach(RunningStreams::start);
    } catch (RuntimeException e) {
      throw orOfDisk(e, stateDir);
    }
  }

  private static RuntimeException orOfDisk(RuntimeException failure, Path stateDir) {
    return StateDisk.complaint(failure, stateDir)
        .<RuntimeException>map(complaint -> new KafkaException(complaint, failure))
        .orElse(failure);
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

  /**
   * @param names receives what holds the state directories; the caller closes it
   */
  private static Map<Role, Properties> properties(
      Configuration configuration, Role role, List<InstanceId> names) {
    Map<Role, Properties> properties = new EnumMap<>(Role.class);
    if (role.forecasts()) {
      InstanceId id =
          InstanceId.in(
              StreamsProperties.stateDir(configuration), configuration.forecastApplicationId());
      names.add(id);
      properties.put(Role.FORECAST, StreamsProperties.forecast(configuration, id.name()));
    }
    if (role.retrains()) {
      InstanceId id =
          InstanceId.in(
              StreamsProperties.retrainStateDir(configuration),
              configuration.retrainApplicationId());
      names.add(id);
      properties.put(Role.RETRAIN, StreamsProperties.retrain(configuration, id.name()));
    }
    return properties;
  }

  private RunningStreams addForecasts(
      WindowSettings windows,
      Function<RowKeeping, Topology> forecasts,
      String layout,
      Properties properties) {
    CommittedSends sends = new CommittedSends(ForecastStores.VECTORS);
    boolean exactlyOnce =
        StreamsConfig.EXACTLY_ONCE_V2.equals(
            properties.get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
    RowKeeping keeping = new RowKeeping(true, exactlyOnce ? sends : Commits.UNKNOWN);
    LocalState state =
        windows.inMemory()
            ? state(properties, layout, Optional.empty())
            : state(properties, layout + ROWS, Optional.of(RowKeeping.FOLDER));
    return add("the forecasts", () -> forecasts.apply(keeping), properties, sends, state);
  }

  private LocalState state(Properties properties, String layout, Optional<String> lasting) {
    String applicationId = properties.get(StreamsConfig.APPLICATION_ID_CONFIG).toString();
    Path directory = Path.of(properties.get(StreamsConfig.STATE_DIR_CONFIG).toString());
    return new LocalState(directory, applicationId, layout, lasting);
  }

  private RunningStreams add(
      String name,
      Supplier<Topology> topology,
      Properties properties,
      CommittedSends sends,
      LocalState state) {
    RunningStreams part =
        new RunningStreams(name, topology, properties, sends, state, ended::countDown);
    parts.add(part);
    return part;
  }

  private Topology forecasts(
      Configuration configuration,
      FeatureSchema schema,
      ModelRegistry registry,
      RowKeeping keeping) {
    Topology topology =
        ForecastTopology.build(
            ForecastPlan.of(configuration, schema), registry, Clock.systemUTC(), counters, keeping);
    ModelStore.addTo(
        topology,
        configuration.topics().name(TopicContracts.MODELS),
        configuration.windows().inMemory(),
        ModelTools.of(
            configuration.modelName(), registry, new ProvingLoader(registry), modelCounters));
    return topology;
  }

  private static void provision(
      Configuration configuration,
      Map<String, Object> admin,
      Role role,
      List<TopicContract> contracts) {
    try (ClusterAdmin cluster = ClusterAdmin.ofAsked(configuration, admin, LONGEST_WAIT)) {
      Set<String> hidden =
          cluster.topics(role).provision(contracts, configuration.topics().create()).hidden();
      // Kafka Streams ask for the ends of such changelogs again and again, as fast as brokers
      // refuse.
      if (!hidden.isEmpty()) {
        throw new TopicAuthorizationException(hidden);
      }
      if (role.forecasts()) {
        KeptStores.of(configuration).note(configuration, cluster);
      }
    }
  }

  public ForecastCounters counters() {
    return counters;
  }

  /** What became of the records of {@code models}. */
  public ModelCounters modelCounters() {
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

  /** Waits until a part has ended or all is closed, at most so long; tells whether that is so. */
  public boolean awaitEnd(Duration longest) throws InterruptedException {
    return ended.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until a part has ended or all is closed. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** What made a part end by itself; null if nothing did. */
  public Throwable failure() {
    return failed().map(RunningStreams::failure).orElse(null);
  }

  /** Which part ended by itself, and why, for people; empty if none did. */
  public Optional<String> complaint() {
    return failed().flatMap(RunningStreams::complaint);
  }

  private Optional<RunningStreams> failed() {
    return parts.stream().filter(part -> part.failure() != null).findFirst();
  }

  /**
   * Commits, closes the stores and leaves the topics consistent; waits for that, within limits. The
   * parts close side by side. Any thread, also while another starts or closes this.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<Thread> closing = new ArrayList<>();
    for (RunningStreams part : parts) {
      Thread thread =
          new Thread(
              () -> part.close(LONGEST_CLOSE, LONGEST_FAILED_CLOSE, leaves),
              "close " + part.name());
      thread.start();
      closing.add(thread);
    }
    try {
      for (Thread thread : closing) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while the streams closed", e);
    } finally {
      names.forEach(InstanceId::close);
    }
    ended.countDown();
    LOG.info("Closed");
  }
}
