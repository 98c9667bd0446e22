package io.tplus1.fault;

import io.tplus1.broker.KillableCluster;
import io.tplus1.broker.TopicRecords;
import io.tplus1.config.Configuration;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** One stream with topics of its own, vectors that come all the time, and instances to harm. */
final class Stage implements AutoCloseable {
  static final int PARTITIONS = 4;
  private static final Duration LONGEST = Duration.ofMinutes(4);
  private static final List<String> TOPICS =
      List.of(
          "features",
          "predictions",
          "scores",
          "features-dlq",
          "training-samples",
          "model-scores",
          "model-commands",
          "model-events",
          "models");

  /**
   * How a stage is set.
   *
   * @param series number of series
   * @param perSecond vectors a second, of all series
   * @param nice of the instances
   * @param seed of the vectors and of what is harmed when
   */
  record Plan(int series, int perSecond, int nice, long seed) {}

  private final KillableCluster cluster;
  private final Path directory;
  private final Plan plan;
  private final Map<String, String> settings = new TreeMap<>();
  private final Map<String, Instance> instances = new TreeMap<>();
  private final List<Duration> recoveries = new ArrayList<>();
  private final SplittableRandom random;
  private NumberedVectors vectors;
  private Follower follower;

  /**
   * Sets a stage; nothing runs yet.
   *
   * @param directory for state, logs and settings
   * @param name of its application and topics
   * @param more settings
   */
  Stage(KillableCluster cluster, Path directory, String name, Plan plan, Map<String, String> more) {
    this.cluster = cluster;
    this.directory = directory;
    this.plan = plan;
    this.random = new SplittableRandom(plan.seed());
    settings.put("bootstrap.servers", cluster.bootstrapServers());
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
    TOPICS.forEach(topic -> settings.put("topics." + topic + ".name", name + "." + topic));
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
            List.of("--config", config.toString(), "--role", role));
    instances.put(instance, started);
    return started;
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
    follower.awaitReached(vectors.nextRoundMs(), LONGEST);
  }

  /** Lets some seconds of vectors pass, as many as the seed says: between one and three. */
  void pass() {
    long rounds = 1L + random.nextInt(1 + 2 * plan.perSecond() / plan.series());
    follower.awaitReached(vectors.nextRoundMs() + rounds * 60_000, LONGEST);
  }

  /** Does harm, and takes the time from its end until every partition forecasts what came since. */
  void recover(Runnable harm) {
    harm.run();
    recoverFrom(System.nanoTime());
  }

  /** Takes the time from a moment until every partition forecasts what came since this call. */
  void recoverFrom(long nanoTime) {
    long reached = follower.awaitReached(vectors.nextRoundMs(), LONGEST);
    recoveries.add(Duration.ofNanos(reached - nanoTime));
  }

  /** Waits until so many instances forecast, and none of them is on the move. */
  void awaitMembers(int count) {
    String group = configuration().forecastApplicationId();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      Awaitility.await(count + " instances")
          .atMost(LONGEST)
          .ignoreExceptions()
          .until(
              () -> {
                var described = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
                return described.groupState() == GroupState.STABLE
                    && described.members().size() == count
                    && described.members().stream()
                        .noneMatch(each -> each.assignment().topicPartitions().isEmpty());
              });
    }
  }

  /** Waits until another model has become champion. */
  void awaitMorePointers() {
    long before = pointers();
    Awaitility.await("another champion").atMost(LONGEST).until(() -> pointers() > before);
  }

  private long pointers() {
    return TopicRecords.readCommitted(cluster.bootstrapServers(), topic("models")).stream()
        .filter(record -> ModelKeys.parse(record.key()).orElseThrow() instanceof ModelKeys.Champion)
        .mapToLong(record -> ModelPointerSerde.read(record.value()).epoch())
        .max()
        .orElse(0);
  }

  Configuration configuration() {
    return new Configuration(settings);
  }

  /** Lets everything come to an end and looks at it. */
  FaultTable.Row finish(String fault) {
    var acknowledged = vectors.finish();
    awaitCommitted();
    instances.values().stream().filter(Instance::isAlive).forEach(Instance::terminate);
    Audit.Result result = Audit.of(cluster.bootstrapServers(), configuration(), acknowledged);
    return new FaultTable.Row(fault, List.copyOf(recoveries), result);
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
          .ignoreExceptions()
          .until(
              () -> {
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
  }
}
