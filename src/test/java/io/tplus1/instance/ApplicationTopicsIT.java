package io.tplus1.instance;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.tplus1.LogCapture;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Contracts;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.topic.Deviation;
import io.tplus1.topic.TopicComparison;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topic.TopicMismatchException;
import io.tplus1.topic.TopicProvisioner;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.retrain.RetrainNodes;
import io.tplus1.topology.retrain.RetrainPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the application makes of its topics on a real broker, before and when it starts. */
final class ApplicationTopicsIT {
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();

  @RegisterExtension static final StreamsOnABroker BROKER = new StreamsOnABroker();

  private static Admin admin;
  private static Retraining retraining;

  /** Every test has topics and a state of its own. */
  private StreamUnderTest stream;

  @BeforeAll
  static void open() {
    admin = Admin.create(Map.of("bootstrap.servers", BROKER.bootstrapServers()));
    retraining = new Retraining();
  }

  @AfterAll
  static void close() {
    retraining.close();
    admin.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    stream =
        BROKER.stream(
            test,
            Map.of(
                "features", "a,b",
                "window.steps", "4",
                "window.max.age", "2d",
                "history.minimum", "1",
                "max.lateness", "2d",
                "time.max.ahead", "off"));
  }

  @Test
  void start_noTopics_createdAsTheContractsSay() throws Exception {
    stream.settings().put("topics.features.partitions", "6");

    try (ForecastApplication application = stream.start(null)) {
      stream.produce(
          List.of(new SeriesVector("series-0", new FeatureVector(START, new float[] {1, 2}))));
      stream.await("predictions", 1);

      try (ClusterAdmin cluster =
          new ClusterAdmin(stream.configuration(), "test", Duration.ofSeconds(30))) {
        assertThat(
                cluster
                    .topics(Role.ALL)
                    .compare(Contracts.of(stream.configuration(), Optional.empty())))
            .isEqualTo(new TopicComparison(List.of(), List.of(), List.of(), List.of(), Set.of()));
      }
      assertThat(partitions())
          .containsEntry(stream.topic("features"), 6)
          .containsEntry(stream.topic("predictions"), 6)
          .containsEntry(stream.topic("scores"), 6)
          .containsEntry(stream.topic("features-dlq"), 4);
      String id = stream.configuration().forecastApplicationId();
      Map<String, String> cleanUp = Map.of("vectors", "delete", "series", "compact");
      for (Map.Entry<String, String> store : cleanUp.entrySet()) {
        String changelog = id + "-" + store.getKey() + "-changelog";
        assertThat(partitions()).containsEntry(changelog, 6);
        assertThat(config(changelog, "message.timestamp.type")).isEqualTo("LogAppendTime");
        assertThat(config(changelog, "cleanup.policy")).isEqualTo(store.getValue());
      }
      assertThat(config(id + "-series-changelog", "segment.bytes")).isEqualTo("67108864");
      assertThat(config(id + "-vectors-changelog", "retention.ms"))
          .isEqualTo(Long.toString(Duration.ofDays(5).toMillis() + 1));
      assertThat(application.failure()).isNull();
    }
  }

  @Test
  void start_topicsMayNotBeCreated_refusedWithAllThatAreMissing() throws Exception {
    stream.settings().put("topics.create", "false");

    TopicMismatchException refusal =
        catchThrowableOfType(TopicMismatchException.class, () -> stream.start(null).close());

    assertThat(refusal)
        .hasMessageContaining("(%d differences)".formatted(StreamUnderTest.TOPICS.size()));
    for (String topic : StreamUnderTest.TOPICS) {
      assertThat(refusal).hasMessageContaining(stream.topic(topic) + ": does not exist");
    }
    assertThat(partitions().keySet()).noneMatch(name -> name.startsWith(stream.topic("features")));
  }

  @Test
  void start_topicsDiffer_refusedWithWholeDifferenceAndNothingCreated() throws Exception {
    create("features", 4, Map.of("cleanup.policy", "compact"));
    create("predictions", 3, Map.of());

    assertThatThrownBy(() -> stream.start(null).close())
        .isInstanceOf(TopicMismatchException.class)
        .hasMessageContaining(stream.topic("features") + ": cleanup.policy is compact")
        .hasMessageContaining(stream.topic("predictions") + " has 3");
    assertThat(partitions()).doesNotContainKey(stream.topic("scores"));
  }

  @Test
  void start_retrainersInputsRaisedOverItsStores_refusesRetrainingAndForecastsOn()
      throws Exception {
    String changelog = createHistory(4);
    for (String topic : List.of("training-samples", "model-scores", "model-commands")) {
      create(topic, 8, TopicContracts.load().get(topic).configs());
    }

    assertThatThrownBy(() -> start(Role.ALL).close())
        .isInstanceOf(TopicMismatchException.class)
        .hasMessageContaining("has 8 partitions")
        .hasMessageContaining(changelog + "=4")
        .hasMessageContaining(
            "delete %s, %s, %s, and"
                .formatted(
                    stream.topic("training-samples"),
                    stream.topic("model-scores"),
                    stream.topic("model-commands")))
        .hasMessageContaining(
            "topics.training-samples.partitions, topics.model-scores.partitions, topics.model-commands.partitions are not set")
        .hasMessageContaining("makes them anew with 4");
    try (ForecastApplication forecasts = start(Role.FORECAST)) {
      assertThat(forecasts.failure()).isNull();
    }
  }

  @Test
  void start_retrainersInputsLostUnderItsStores_madeWithAsManyPartitions() throws Exception {
    createHistory(6);

    start(Role.RETRAIN).close();

    assertThat(partitions())
        .containsEntry(stream.topic("training-samples"), 6)
        .containsEntry(stream.topic("model-commands"), 6)
        .containsEntry(stream.topic("models"), 1);
  }

  @Test
  void start_retrainersInputsLostAndForecastsFirst_madeAsTheRetrainersStores() throws Exception {
    createHistory(6);

    start(Role.FORECAST).close();

    assertThat(partitions())
        .containsEntry(stream.topic("training-samples"), 6)
        .containsEntry(stream.topic("model-scores"), 6)
        .containsEntry(stream.topic("model-commands"), 6)
        .containsEntry(stream.topic("features"), 4);
  }

  /** Brokers made the changelogs that somebody deleted, with settings of their own. */
  @Test
  void start_changelogsAsBrokersMakeTopics_runsAndNamesWhatPutsThemRight() throws Exception {
    stream.settings().put("window.retention", "30d");
    String id = stream.configuration().forecastApplicationId();
    List<String> changelogs =
        List.of(id + "-vectors-changelog", id + "-series-changelog", createHistory(4));
    for (String changelog : changelogs.subList(0, 2)) {
      NewTopics.create(admin, new NewTopic(changelog, Optional.of(4), Optional.empty()));
    }
    try (LogCapture log = LogCapture.of(TopicProvisioner.class)) {
      try (ForecastApplication application = start(Role.ALL)) {
        assertThat(application.failure()).isNull();
      }
      List<String> warnings = ofChangelogs(log.messages());
      assertThat(warnings)
          .hasSize(6)
          .anyMatch(line -> line.contains("vectors-changelog: retention.ms is 604800000, expected"))
          .allMatch(line -> line.contains(" Remedy: kafka-configs.sh "));
      for (String changelog : changelogs) {
        assertThat(warnings)
            .filteredOn(line -> line.startsWith(changelog + ": "))
            .hasSize(2)
            .anyMatch(line -> line.contains("message.timestamp.type is CreateTime, expected"));
      }
      log.clear();
      start(Role.FORECAST).close();
      assertThat(ofChangelogs(log.messages()))
          .hasSize(4)
          .noneMatch(line -> line.startsWith(changelogs.get(2)));

      warnings.forEach(ApplicationTopicsIT::putRight);
      await("what brokers tell by then").until(() -> ofChangelogs(warnings()).isEmpty());
      log.clear();
      start(Role.ALL).close();
      assertThat(ofChangelogs(log.messages())).isEmpty();
    }
  }

  /** As brokers ship, they make the one that somebody deleted with a single partition. */
  @Test
  void start_oneChangelogOfOtherPartitions_namesItAloneAndTheOthersStay() throws Exception {
    run();
    String id = stream.configuration().forecastApplicationId();
    String lost = id + "-vectors-changelog";
    String series = id + "-series-changelog";
    int rows = TopicRecords.readCommitted(BROKER.bootstrapServers(), series).size();
    delete(lost);
    NewTopics.create(admin, new NewTopic(lost, Optional.empty(), Optional.empty()));

    assertThatThrownBy(() -> start(Role.ALL).close())
        .isInstanceOf(TopicMismatchException.class)
        .hasMessageContaining("{%s=1}: it would not start.".formatted(lost))
        .hasMessageContaining("Remedy: stop it and delete %s: ".formatted(lost))
        .hasMessageContaining("the next start makes them with 4")
        .hasMessageNotContaining("reset");

    delete(lost);
    try (ForecastApplication application = start(Role.ALL)) {
      await("the changelog")
          .ignoreExceptions()
          .until(() -> partitions().getOrDefault(lost, 0) == 4);
      stream.produce(
          List.of(new SeriesVector("series-0", new FeatureVector(START + 1, new float[] {1, 2}))));
      stream.await("predictions", 2);
      assertThat(application.failure()).isNull();
    }
    assertThat(rows).isPositive();
    assertThat(TopicRecords.readCommitted(BROKER.bootstrapServers(), series))
        .hasSizeGreaterThan(rows);
  }

  /** The controller says so a moment before the broker knows. */
  private static void delete(String topic) throws Exception {
    admin.deleteTopics(List.of(topic)).all().get();
    await("the end of " + topic).until(() -> !admin.listTopics().names().get().contains(topic));
  }

  private void run() throws Exception {
    try (ForecastApplication application = start(Role.ALL)) {
      stream.produce(
          List.of(new SeriesVector("series-0", new FeatureVector(START, new float[] {1, 2}))));
      stream.await("predictions", 1);
      assertThat(application.failure()).isNull();
    }
  }

  @Test
  void start_changelogOfARunAlteredToDelete_namesItAlone() throws Exception {
    run();
    String changelog = stream.configuration().forecastApplicationId() + "-series-changelog";
    alter(changelog, "cleanup.policy", "compact,delete");

    await("what brokers tell by then")
        .untilAsserted(
            () ->
                assertThat(warnings())
                    .singleElement()
                    .asString()
                    .startsWith(
                        changelog + ": cleanup.policy is compact,delete, expected compact: "));
  }

  private List<String> warnings() {
    try (ClusterAdmin cluster =
        new ClusterAdmin(stream.configuration(), "test", Duration.ofSeconds(30))) {
      return cluster
          .topics(Role.ALL)
          .compare(Contracts.of(stream.configuration(), Optional.empty()))
          .warnings()
          .stream()
          .map(Deviation::toString)
          .toList();
    }
  }

  private static List<String> ofChangelogs(List<String> lines) {
    return lines.stream().filter(line -> line.contains("-changelog: ")).toList();
  }

  /** Does what the command does that a line names. */
  private static void putRight(String line) {
    Matcher command =
        Pattern.compile(" --entity-name (\\S+) --add-config ([^=]+)=(\\S+)$").matcher(line);
    assertThat(command.find()).as(line).isTrue();
    alter(command.group(1), command.group(2), command.group(3));
  }

  private static void alter(String topic, String config, String value) {
    assertThatCode(
            () ->
                admin
                    .incrementalAlterConfigs(
                        Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(
                                new AlterConfigOp(
                                    new ConfigEntry(config, value), AlterConfigOp.OpType.SET))))
                    .all()
                    .get())
        .doesNotThrowAnyException();
  }

  /** The changelog of the store without which nobody knows who is champion. */
  private String createHistory(int partitions) throws Exception {
    String application = stream.configuration().retrainApplicationId();
    String changelog = application + "-" + RetrainNodes.HISTORY + "-changelog";
    NewTopics.create(admin, new NewTopic(changelog, Optional.of(partitions), Optional.empty()));
    return changelog;
  }

  private ForecastApplication start(Role role) {
    Configuration configuration = stream.configuration();
    return StartedApplication.of(
        configuration,
        stream.schema(),
        configuration.registry(stream.schema()),
        role,
        ForecastListener.NONE,
        () ->
            retraining.topology(RetrainPlan.of(configuration, stream.schema(), Optional.empty())));
  }

  private static Map<String, Integer> partitions() throws Exception {
    return admin
        .describeTopics(admin.listTopics().names().get())
        .allTopicNames()
        .get()
        .values()
        .stream()
        .collect(toMap(topic -> topic.name(), topic -> topic.partitions().size()));
  }

  private static String config(String topic, String name) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(name).value();
  }

  private void create(String id, int partitions, Map<String, String> configs) throws Exception {
    NewTopics.create(
        admin,
        new NewTopic(stream.topic(id), Optional.of(partitions), Optional.empty()).configs(configs));
  }
}
