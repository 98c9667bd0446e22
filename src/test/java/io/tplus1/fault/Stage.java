package io.tplus1.fault;

import io.tplus1.broker.KillableCluster;
import io.tplus1.broker.TopicRecords;
import io.tplus1.config.Configuration;
import io.tplus1.instance.StreamUnderTest;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream with topics of its own, vectors that come all the time, and instances to harm. */
final class Stage implements AutoCloseable {
  static final int PARTITIONS = 4;
  private static final Logger LOG = LoggerFactory.getLogger(Stage.class);
  private static final Duration LONGEST = Duration.ofMinutes(4);

  /**
   * How a stage is set.
   *
   * @param series number of series
   * @param perSecond vectors a second, of all series
   * @param nice of the instances
   * @param java more options of the instances' JVMs
   * @param seed of the vectors and of what is harmed when
   */
  record Plan(int series, int perSecond, int nice, List<String> java, long seed) {}

  private final KillableCluster cluster;
  private final Path directory;
  private final Plan plan;
  private final Map<String, String> settings = new TreeMap<>();
  private final Map<String, Instance> instances = new TreeMap<>();
  private final Map<String, String> roles = new TreeMap<>();
  private final Deque<Closeable> kept = new ArrayDeque<>();
  private final List<Duration> recoveries = new ArrayList<>();
  private final SplittableRandom random;
  private final boolean supervised;
  private final Optional<Duration> goal;
  private NumberedVectors vectors;
  private Follower follower;

  /**
   * Sets a stage; nothing runs yet.
   *
   * @param directory for state, logs and settings
   * @param name of its application and topics
   * @param fault what it needs
   * @param more settings
   */
  Stage(
      KillableCluster cluster,
      Path directory,
      String name,
      Plan plan,
      Faults.Fault fault,
      Map<String, String> more) {
    this.cluster = cluster;
    this.supervised = fault.supervised();
    this.goal = fault.goal();
    this.directory = directory;
    this.plan = plan;
    this.random = new SplittableRandom(plan.seed());
    settings.put(
        "bootstrap.servers",
        fault.behindProxies()
            ? cluster.bootstrapServersBehindProxies()
            : cluster.bootstrapServers());
    settings.put("application.id", name);
    settings.put("features", "number,series");
    settings.put("window.steps", "4");
    settings.put("history.minimum", "1");
    settings.put("time.max.ahead", "off");
    settings.put("http.port", "0");
    settings.put("http.retrain.port", "0");
    settings.put("retrain.mode", "refresh");
    settings.put("retrain.every.samples", "2000");
    settings.put("retrain.first.samples", "1000");
    settings.put("samples.rate", "all");
    settings.put("train.hidden", "4");
    settings.put("gate.samples", "64");
    StreamUnderTest.TOPICS.forEach(
        topic -> settings.put("topics." + topic + ".name", name + "." + topic));
    settings.putAll(fault.settings());
    settings.putAll(more);
  }

  KillableCluster cluster() {
    return cluster;
  }

  SplittableRandom random() {
    return random;
  }

  String topic(String id) {
    return settings.get("topics." + id + ".name");
  }

  Path state(String instance) {
    return directory.resolve(instance);
  }

  /** Starts an instance that forecasts, on the state directory of this name. */
  Instance start(String instance) {
    return start(instance, "forecast");
  }

  /** Starts an instance, on the state directory of this name; another of that name has ended. */
  Instance start(String instance, String role) {
    Map<String, String> own = new TreeMap<>(settings);
    own.put("state.dir", state(instance).toString());
    Path config = directory.resolve(instance + ".properties");
    Properties properties = new Properties();
    properties.putAll(own);
    try {
      Files.createDirectories(directory);
      try (Writer writer = Files.newBufferedWriter(config)) {
        properties.store(writer, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Instance started =
        Instance.start(
            directory,
            instance,
            plan.nice(),
            plan.java(),
            List.of("--config", config.toString(), "--role", role));
    instances.put(instance, started);
    roles.put(instance, role);
    return started;
  }

  /** The instance of this name that was started last, perhaps by supervision. */
  Instance running(String instance) {
    return instances.get(instance);
  }

  /** SIGTERM; one whose stores were damaged may find that as late as now. */
  void end(Instance instance) {
    instance.terminate(supervised);
  }

  /** Closes something when the instances are gone. */
  <T extends Closeable> T keep(T closeable) {
    kept.push(closeable);
    return closeable;
  }

  /** Who ends with exit code 1 is started again, as a supervisor does, if the fault may do that. */
  private void watch() {
    for (Map.Entry<String, Instance> each : Map.copyOf(instances).entrySet()) {
      Instance instance = each.getValue();
      if (instance.died()) {
        int code = instance.exitCode(Duration.ZERO);
        if (!supervised || code != 1) {
          throw new AssertionError(
              "%s ended with exit code %d:\n%s".formatted(each.getKey(), code, instance.log()));
        }
        LOG.info("{} ended with exit code 1 and is started again", each.getKey());
        start(each.getKey(), roles.get(each.getKey()));
      }
    }
  }

  /** Begins to produce, once the application has made the topics, and waits for forecasts. */
  void play() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      Awaitility.await("the topics")
          .atMost(LONGEST)
          .ignoreExceptions()
          .until(
              () ->
                  admin
                      .describeTopics(
                          settings.keySet().stream()
                              .filter(key -> key.startsWith("topics.") && key.endsWith(".name"))
                              .map(settings::get)
                              .toList())
                      .allTopicNames()
                      .get()
                      .values()
                      .stream()
                      .flatMap(topic -> topic.partitions().stream())
                      .allMatch(partition -> partition.leader() != null));
    }
    vectors =
        new NumberedVectors(
            cluster.bootstrapServers(),
            topic("features"),
            plan.series(),
            plan.perSecond(),
            plan.seed());
    follower = new Follower(cluster.bootstrapServers(), topic("predictions"), PARTITIONS);
    vectors.start();
    awaitForecasts();
  }

  /** Waits until every partition has a forecast of a vector that was not yet produced. */
  void awaitForecasts() {
    follower.awaitReached(vectors.nextRoundMs(), LONGEST, this::watch);
  }

  /** Lets some seconds of vectors pass, as many as the seed says: between one and three. */
  void pass() {
    long rounds = 1L + random.nextInt(1 + 2 * plan.perSecond() / plan.series());
    follower.awaitReached(vectors.nextRoundMs() + rounds * 60_000, LONGEST, this::watch);
  }

  /** Does harm, and takes the time from its end until every partition forecasts what came since. */
  void recover(Runnable harm) {
    harm.run();
    recoverFrom(System.nanoTime());
  }

  /** Takes the time from a moment until every partition forecasts what came since this call. */
  void recoverFrom(long nanoTime) {
    long reached = follower.awaitReached(vectors.nextRoundMs(), LONGEST, this::watch);
    Duration recovery = Duration.ofNanos(reached - nanoTime);
    LOG.info("Recovered after {}", recovery);
    recoveries.add(recovery);
  }

  /** Waits until so many instances forecast, and none of them is on the move. */
  void awaitMembers(int count) {
    String group = configuration().forecastApplicationId();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      Awaitility.await(count + " instances")
          .atMost(LONGEST)
          .ignoreExceptionsMatching(Exception.class::isInstance)
          .until(
              () -> {
                watch();
                var described = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
                return described.groupState() == GroupState.STABLE
                    && described.members().size() == count
                    && described.members().stream()
                        .noneMatch(each -> each.assignment().topicPartitions().isEmpty());
              });
    }
  }

  /** Does something, and waits until the brokers have given up a transaction of the forecasts. */
  void awaitTransactionAborted(Runnable harm) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      Set<String> before = ask("transactions", () -> aborted(admin), found -> true);
      harm.run();
      ask("a transaction given up", () -> aborted(admin), found -> !before.containsAll(found));
    }
  }

  /**
   * Transactional ids of the forecasts whose last transaction was aborted; threads each have one.
   */
  private Set<String> aborted(Admin admin) throws ExecutionException, InterruptedException {
    String ours = configuration().forecastApplicationId();
    return admin.listTransactions().all().get().stream()
        .filter(each -> each.state() == TransactionState.COMPLETE_ABORT)
        .map(TransactionListing::transactionalId)
        .filter(id -> id.startsWith(ours))
        .collect(Collectors.toSet());
  }

  /** Waits until the retrainer has said more of what it did: trained, promoted, rejected. */
  void awaitMoreTraining() {
    int before = ask("trainings", this::modelEvents, found -> true);
    ask("another training", this::modelEvents, found -> found > before);
  }

  private int modelEvents() {
    watch();
    return TopicRecords.readCommitted(cluster.bootstrapServers(), topic("model-events")).size();
  }

  /** Asks brokers, of which one may be away, until they answer what is waited for. */
  private static <T> T ask(String what, Callable<T> question, Predicate<T> enough) {
    return Awaitility.await(what)
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(500)) // Some read a whole topic each time.
        .ignoreExceptionsMatching(Exception.class::isInstance)
        .until(question, enough);
  }

  Configuration configuration() {
    return new Configuration(settings);
  }

  /** Lets everything come to an end and looks at it. */
  FaultTable.Row finish(String fault) {
    var acknowledged = vectors.finish();
    awaitCommitted();
    instances.values().stream().filter(Instance::isAlive).forEach(this::end);
    Audit.Result result = Audit.of(cluster.bootstrapServers(), configuration(), acknowledged);
    deleteTopics();
    return new FaultTable.Row(fault, goal, List.copyOf(recoveries), result);
  }

  /** Waits until the forecasts have committed everything that was produced. */
  private void awaitCommitted() {
    List<TopicPartition> partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(each -> new TopicPartition(topic("features"), each))
            .toList();
    String group = configuration().forecastApplicationId();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      Awaitility.await("everything forecast")
          .atMost(LONGEST)
          .ignoreExceptionsMatching(Exception.class::isInstance)
          .until(
              () -> {
                watch();
                var committed =
                    admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
                var ends =
                    admin
                        .listOffsets(
                            partitions.stream()
                                .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
                        .all()
                        .get();
                return partitions.stream()
                    .allMatch(p -> committed.get(p).offset() == ends.get(p).offset());
              });
    }
  }

  @Override
  public void close() {
    instances.values().forEach(Instance::close);
    if (vectors != null) {
      vectors.close();
      follower.close();
    }
    try {
      for (Closeable each : kept) {
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What brokers copy and look after of this stage would slow the next ones; of one that did not
   * come to its end it stays, to be looked at.
   */
  private void deleteTopics() {
    String name = settings.get("application.id");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      List<String> ours =
          admin.listTopics().names().get().stream()
              .filter(topic -> topic.startsWith(name + ".") || topic.startsWith(name + "-"))
              .toList();
      admin.deleteTopics(ours).all().get();
    } catch (ExecutionException e) {
      LOG.warn("The topics of {} stay, and the next times may be longer: {}", name, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
