package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import io.tplus1.cluster.Role;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.instance.Watching;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.topology.retrain.RetrainNodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tplus1 doctor}, against a broker with an authorizer. */
final class DoctorCommandIT {
  @TempDir static Path directory;
  private static EmbeddedBroker broker;
  private final StringWriter out = new StringWriter();

  @BeforeAll
  static void start() {
    broker =
        EmbeddedBroker.start(
            directory.resolve("broker"),
            Map.of(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found",
                "true"));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void doctor_freshCluster_nothingToFixAndNothingMade() throws Exception {
    StreamUnderTest stream = stream("fresh");

    JsonNode report = doctor(0, stream);

    assertThat(report.get("ok").asBoolean()).isTrue();
    String version = AppInfoParser.getVersion();
    assertThat(found(report, "broker", "ok"))
        .contains("1 broker of cluster", "Kafka " + version.substring(0, version.lastIndexOf('.')));
    assertThat(found(report, "topics", "ok")).contains("fresh.features", "`tplus1 run` makes them");
    assertThat(found(report, "permissions", "ok")).contains("transactions of role all");
    assertThat(found(report, "model.file", "ok")).contains("none");
    assertThat(found(report, "state.dir", "ok")).contains("can be made");
    assertThat(directory.resolve("state-fresh")).doesNotExist();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      assertThat(admin.listTopics().names().get()).noneMatch(topic -> topic.contains("fresh"));
    }
  }

  @Test
  void doctor_whereTheApplicationHasRun_allIsWellAndTheClockWasCompared() throws Exception {
    StreamUnderTest stream = stream("ran");
    try (ForecastApplication application = stream.start(null)) {
      stream.produce(
          List.of(
              new SeriesVector(
                  "s", new FeatureVector(Instant.now().toEpochMilli(), new float[] {1, 2}))));
      stream.await("predictions", 1);
      assertThat(application.failure()).isNull();
    }

    JsonNode report = doctor(0, stream);

    assertThat(found(report, "topics", "ok")).isEqualTo("all 9 exist and fit");
    assertThat(found(report, "champion", "ok")).contains("none yet");
    assertThat(found(report, "clock", "ok")).contains("not behind the brokers");
    assertThat(found(report, "state.dir", "ok")).contains("can be written to");
  }

  @Test
  void doctor_championOfTheEventsIsNotInModels_warnsAndNamesTheCommand() throws Exception {
    StreamUnderTest stream = stream("lost");
    assertThat(topicsCreate(stream)).isZero();
    produce(stream, ModelEvent.Kind.PROMOTED, Optional.of("c".repeat(64)));

    assertThat(found(doctor(0, stream), "champion", "warning"))
        .contains(
            "events name cccccccccccc, and models holds none of the name default",
            "`tplus1 models promote cccccccccccc`");
  }

  @Test
  void doctor_newestEventNamesNoChampion_noneIsLost() throws Exception {
    StreamUnderTest stream = stream("begun-anew");
    assertThat(topicsCreate(stream)).isZero();
    produce(stream, ModelEvent.Kind.PROMOTED, Optional.of("c".repeat(64)));
    produce(stream, ModelEvent.Kind.TRAINED, Optional.empty());

    assertThat(found(doctor(0, stream), "champion", "ok")).contains("none yet of the name default");
  }

  private static void produce(
      StreamUnderTest stream, ModelEvent.Kind kind, Optional<String> champion) {
    ModelEvent event =
        new ModelEvent(kind, 1, champion, champion, Optional.empty(), "better", Map.of());
    TopicRecords.produce(
        broker.bootstrapServers(),
        List.of(
            new ProducerRecord<>(
                stream.topic("model-events"),
                "default".getBytes(UTF_8),
                new ModelEventSerde().serializer().serialize("", event))));
  }

  /** The role that retrains has transactions whatever the guarantee. */
  @Test
  void doctor_aclsDeny_eachIsNamedWithItsCommand() throws Exception {
    StreamUnderTest stream = stream("denied");
    stream.settings().put("processing.guarantee", "at_least_once");
    assertThat(topicsCreate(stream)).isZero();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createAcls(
              List.of(
                  deny(ResourceType.TOPIC, "denied.predictions", AclOperation.WRITE),
                  // Whoever may create on the cluster may create any topic.
                  acl(
                      ResourceType.CLUSTER,
                      Resource.CLUSTER_NAME,
                      AclOperation.ALL,
                      AclPermissionType.ALLOW),
                  deny(ResourceType.CLUSTER, Resource.CLUSTER_NAME, AclOperation.CREATE),
                  deny(ResourceType.TOPIC, "denied-forecast-doctor-changelog", AclOperation.CREATE),
                  deny(ResourceType.GROUP, "denied-forecast", AclOperation.ALL),
                  deny(ResourceType.TRANSACTIONAL_ID, "denied-retrain-doctor", AclOperation.ALL)))
          .all()
          .get();
    }

    // Brokers see new rights a moment after the controller took them.
    await()
        .untilAsserted(
            () -> assertThat(all(doctor(4, stream), "permissions", "failed")).hasSize(5));
    JsonNode report = doctor(4, stream);

    assertThat(report.get("ok").asBoolean()).isFalse();
    assertThat(all(report, "permissions", "failed"))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("Write on the topic denied.predictions is not allowed")
                    .contains("--operation Write --topic denied.predictions"))
        // An ACL of any kind ends what is allowed where there is none.
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("DescribeConfigs on the topic denied.predictions is not allowed"))
        // The name that was tried is made up: what has to be granted is all that begins so.
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("Create on topics that begin with denied-forecast- is not allowed")
                    .contains("--topic denied-forecast- --resource-pattern-type prefixed"))
        .anySatisfy(problem -> assertThat(problem).contains("Read on the group denied-forecast"))
        .anySatisfy(
            problem ->
                assertThat(problem).contains("transactional ids that begin with denied-retrain-"));
  }

  /** Nobody would carry commands out, so HTTP refuses them and writes none. */
  @Test
  void doctor_tokenWhereNothingRetrains_wantsNoRightToCommand() throws Exception {
    StreamUnderTest stream = stream("guarded");
    assertThat(topicsCreate(stream)).isZero();
    stream.settings().put("http.port", Integer.toString(Watching.freePortFrom(0)));
    stream.settings().put("http.token", "0123456789abcdef");
    allowAllBut(ResourceType.TOPIC, "guarded.model-commands", AclOperation.WRITE);

    stream.settings().put("retrain.mode", "refresh");
    awaitProblem(stream, "Write on the topic guarded.model-commands is not allowed");

    stream.settings().put("retrain.mode", "off");
    assertThat(found(doctor(0, stream), "permissions", "ok")).contains("of role all");
  }

  /** Whoever may describe a group may not yet join it. */
  @Test
  void doctor_groupMayBeDescribedOnly_namesRead() throws Exception {
    StreamUnderTest stream = stream("looks");
    assertThat(topicsCreate(stream)).isZero();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .alterConsumerGroupOffsets(
              "looks-forecast",
              Map.of(new TopicPartition(stream.topic("features"), 0), new OffsetAndMetadata(0)))
          .all()
          .get();
    }
    assertThat(found(doctor(0, stream), "permissions", "ok"))
        .contains("groups that do not exist yet brokers tell Describe alone");

    allowAllBut(ResourceType.GROUP, "looks-forecast", AclOperation.READ);

    awaitProblem(stream, "Read on the group looks-forecast is not allowed");
  }

  private static void allowAllBut(ResourceType type, String name, AclOperation operation)
      throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createAcls(
              List.of(
                  acl(type, name, AclOperation.ALL, AclPermissionType.ALLOW),
                  deny(type, name, operation)))
          .all()
          .get();
    }
  }

  /** Brokers see new rights a moment after the controller took them. */
  private void awaitProblem(StreamUnderTest stream, String problem) {
    await()
        .untilAsserted(
            () ->
                assertThat(all(doctor(4, stream), "permissions", "failed"))
                    .singleElement(STRING)
                    .contains(problem));
  }

  @Test
  void doctor_topicDiffersAndModelIsNone_bothWithRemedy() throws Exception {
    StreamUnderTest stream = stream("wrong");
    assertThat(topicsCreate(stream)).isZero();
    stream.settings().put("topics.models.name", "wrong.scores");
    stream.settings().put("topics.scores.name", "wrong.models");
    Path model = Files.writeString(directory.resolve("none.zip"), "no zip");
    stream.settings().put("model.file", model.toString());

    JsonNode report = doctor(4, stream);

    assertThat(all(report, "topics", "failed"))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("wrong.scores: cleanup.policy is delete, expected compact")
                    .contains("kafka-configs.sh "));
    assertThat(all(report, "model.file", "failed").get(0))
        .contains("not an artifact", "tplus1 train");
  }

  /** The forecasts start on them, and go on. */
  @Test
  void doctor_inputsOfTheRetrainerRaisedOverItsStores_failsForTheRoleThatRetrains()
      throws Exception {
    StreamUnderTest stream = stream("raised");
    stream.settings().put("topics.training-samples.partitions", "8");
    assertThat(topicsCreate(stream)).isZero();
    String store = "raised-retrain-" + RetrainNodes.HISTORY + "-changelog";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopics.create(admin, new NewTopic(store, 4, (short) 1));
    }

    assertThat(all(doctor(4, stream), "topics", "failed").get(0)).contains(store + "=4");
    assertThat(found(doctor(0, stream, Role.FORECAST), "topics", "ok"))
        .isEqualTo("all 9 exist and fit");
  }

  /** Fewer brokers than those topics want replicas keep nobody from starting once they are made. */
  @Test
  void doctor_fewerBrokersThanReplicas_failsUntilTheBrokersOwnTopicsAreMade() throws Exception {
    StreamUnderTest stream = stream("few");
    try (EmbeddedBroker few =
        EmbeddedBroker.start(
            directory.resolve("few"), Map.of("offsets.topic.replication.factor", "3"))) {
      stream.settings().put("bootstrap.servers", few.bootstrapServers());
      assertThat(all(doctor(4, stream), "broker", "failed").get(0))
          .contains("offsets.topic.replication.factor=3] is more than there are");

      try (Admin admin = Admin.create(Map.of("bootstrap.servers", few.bootstrapServers()))) {
        admin.createTopics(List.of(new NewTopic("__consumer_offsets", 1, (short) 1))).all().get();
      }

      JsonNode report = doctor(0, stream);
      assertThat(all(report, "broker", "warning").get(0)).contains("start the brokers");
      assertThat(found(report, "topics", "ok")).contains("`tplus1 run` makes them");
    }
  }

  @Test
  void doctor_noBroker_saysSoForPeopleAndSkipsTheRest() throws Exception {
    StreamUnderTest stream = stream("silent");
    stream.settings().put("bootstrap.servers", "127.0.0.1:1");

    assertThat(execute("doctor", "--timeout", "2s", "--config", write(stream).toString()))
        .isEqualTo(4);

    assertThat(out.toString())
        .contains(
            " fix  broker         no broker of bootstrap.servers=127.0.0.1:1 answered within 2 s")
        .contains("→ correct bootstrap.servers")
        .contains("skip  topics")
        .doesNotContain("\u001b")
        .doesNotContain("\tat ")
        .contains("1 to fix,");
  }

  @Test
  void doctor_wrongSetting_isTheOneFinding() throws Exception {
    StreamUnderTest stream = stream("settings");
    stream.settings().put("window.steps", "many");

    JsonNode report = doctor(4, stream);

    assertThat(report.get("findings")).hasSize(1);
    assertThat(all(report, "settings", "failed").get(0)).contains("window.steps");
  }

  /** Each of them is right by itself; it shows where the topology is planned. */
  @Test
  void doctor_settingsThatDoNotFitEachOther_areTheOneFinding() throws Exception {
    StreamUnderTest stream = stream("unfit");
    stream.settings().put("experts", "markov");

    JsonNode report = doctor(4, stream);

    assertThat(report.get("findings")).hasSize(1);
    assertThat(all(report, "settings", "failed").get(0)).contains("none of them fits a target");
  }

  private static AclBinding deny(ResourceType type, String name, AclOperation operation) {
    return acl(type, name, operation, AclPermissionType.DENY);
  }

  private static AclBinding acl(
      ResourceType type, String name, AclOperation operation, AclPermissionType permission) {
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
  }

  private static StreamUnderTest stream(String name) {
    return new StreamUnderTest(
        broker.bootstrapServers(),
        name,
        directory.resolve("state-" + name),
        Map.of("features", "a,b", "window.steps", "2", "history.minimum", "1"));
  }

  private int topicsCreate(StreamUnderTest stream) throws Exception {
    return execute("topics", "create", "--config", write(stream).toString());
  }

  private JsonNode doctor(int code, StreamUnderTest stream) throws Exception {
    return doctor(code, stream, Role.ALL);
  }

  private JsonNode doctor(int code, StreamUnderTest stream, Role role) throws Exception {
    String name = role.name().toLowerCase(Locale.ROOT);
    int ended = execute("doctor", "--json", "--role", name, "--config", write(stream).toString());
    assertThat(ended).as(out.toString()).isEqualTo(code);
    return new ObjectMapper().readTree(out.toString());
  }

  private static List<String> all(JsonNode report, String check, String level) {
    List<String> found = new ArrayList<>();
    for (JsonNode one : report.get("findings")) {
      if (one.get("check").asText().equals(check) && one.get("level").asText().equals(level)) {
        found.add(one.get("found").asText() + " → " + one.path("remedy").asText());
      }
    }
    assertThat(found).as(check + " " + level + " in " + report).isNotEmpty();
    return found;
  }

  private static String found(JsonNode report, String check, String level) {
    return all(report, check, level).get(0).replaceFirst(" → $", "");
  }

  private int execute(String... arguments) {
    out.getBuffer().setLength(0);
    PrintWriter print = new PrintWriter(out, true);
    return Main.commandLine().setOut(print).setErr(print).execute(arguments);
  }

  private static Path write(StreamUnderTest stream) throws Exception {
    return stream.write(Files.createTempFile(directory, "doctor", ".properties"));
  }
}
