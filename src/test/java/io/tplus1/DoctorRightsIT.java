package io.tplus1;

import static io.tplus1.DoctorRuns.all;
import static io.tplus1.DoctorRuns.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.instance.Watching;
import io.tplus1.topic.Application;
import io.tplus1.topic.StoreContract;
import io.tplus1.topology.retrain.RetrainNodes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code tplus1 doctor} says of rights, against a broker with an authorizer. */
final class DoctorRightsIT {
  @TempDir static Path directory;
  private static EmbeddedBroker broker;
  private DoctorRuns runs;

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
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      DoctorRuns.askFirst(admin);
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void prepare() {
    runs = new DoctorRuns(directory);
  }

  /** The role that retrains has transactions whatever the guarantee. */
  @Test
  void doctor_aclsDeny_eachIsNamedWithItsCommand() throws Exception {
    StreamUnderTest stream = stream("denied");
    stream.settings().put("processing.guarantee", "at_least_once");
    assertThat(runs.topicsCreate(stream)).isZero();
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
            () -> assertThat(all(runs.doctor(4, stream), "permissions", "failed")).hasSize(5));
    JsonNode report = runs.doctor(4, stream);

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
    assertThat(runs.topicsCreate(stream)).isZero();
    stream.settings().put("http.port", Integer.toString(Watching.freePortFrom(0)));
    stream.settings().put("http.token", "0123456789abcdef");
    allowAllBut(ResourceType.TOPIC, "guarded.model-commands", AclOperation.WRITE);

    stream.settings().put("retrain.mode", "refresh");
    awaitProblem(stream, "Write on the topic guarded.model-commands is not allowed");

    stream.settings().put("retrain.mode", "off");
    assertThat(found(runs.doctor(0, stream), "permissions", "ok")).contains("of role all");
  }

  /** Whoever may describe a group may not yet join it. */
  @Test
  void doctor_groupMayBeDescribedOnly_namesRead() throws Exception {
    StreamUnderTest stream = stream("looks");
    assertThat(runs.topicsCreate(stream)).isZero();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .alterConsumerGroupOffsets(
              "looks-forecast",
              Map.of(new TopicPartition(stream.topic("features"), 0), new OffsetAndMetadata(0)))
          .all()
          .get();
    }
    assertThat(found(runs.doctor(0, stream), "permissions", "ok"))
        .endsWith(
            "; brokers do not tell of Read and Write on topics and groups that do not exist yet, nor on transactions");

    allowAllBut(ResourceType.GROUP, "looks-forecast", AclOperation.READ);

    awaitProblem(stream, "Read on the group looks-forecast is not allowed");
  }

  /** The roles do without that right, so that nobody is refused for want of it. */
  @Test
  void doctor_settingsOfAChangelogMayNotBeRead_skipsThemAndNamesIt() throws Exception {
    StreamUnderTest stream = stream("unread");
    assertThat(runs.topicsCreate(stream)).isZero();
    String store = "unread-forecast-series-changelog";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopics.create(admin, new NewTopic(store, 4, (short) 1));
    }
    assertThat(all(runs.doctor(0, stream), "topics", "warning")).hasSize(2);

    allowAllBut(ResourceType.TOPIC, store, AclOperation.DESCRIBE_CONFIGS);

    await()
        .untilAsserted(
            () ->
                assertThat(all(runs.doctor(0, stream), "topics", "skipped"))
                    .singleElement(STRING)
                    .contains("DescribeConfigs on [" + store + "]"));
    assertThat(runs.topicsCreate(stream)).isZero();
    assertThat(runs.out())
        .startsWith("All 9 topics exist and fit.\n")
        .contains("Not known", "DescribeConfigs on [" + store + "]");
  }

  /** Whose times it bears is not known then: no clock is accused by them. */
  @Test
  void doctor_settingsOfTheWindowsMayNotBeRead_accusesNoClock() throws Exception {
    StreamUnderTest stream = stream("timed");
    assertThat(runs.topicsCreate(stream)).isZero();
    String store = "timed-forecast-vectors-changelog";
    Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (Admin admin = Admin.create(client)) {
      NewTopics.create(
          admin,
          new NewTopic(store, 4, (short) 1)
              .configs(Map.of("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE))));
    }
    allowAllBut(ResourceType.TOPIC, store, AclOperation.DESCRIBE_CONFIGS);
    await()
        .untilAsserted(
            () -> assertThat(all(runs.doctor(0, stream), "topics", "skipped")).hasSize(1));
    long aheadMs = Instant.now().plus(Duration.ofHours(1)).toEpochMilli();
    TopicRecords.produce(
        client, List.of(new ProducerRecord<>(store, 0, aheadMs, new byte[] {1}, new byte[] {1})));

    assertThat(runs.doctor(0, stream).get("ok").asBoolean()).isTrue();
  }

  /** Nor does one that may not be seen at all keep the others from being told of. */
  @Test
  void doctor_changelogMayNotBeDescribed_namesItAndTellsOfTheOthers() throws Exception {
    StreamUnderTest stream = stream("hidden");
    assertThat(runs.topicsCreate(stream)).isZero();
    String hidden = "hidden-forecast-pool-changelog";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopics.create(admin, new NewTopic(hidden, 4, (short) 1));
      NewTopics.create(admin, new NewTopic("hidden-forecast-series-changelog", 4, (short) 1));
    }
    allowAllBut(ResourceType.TOPIC, hidden, AclOperation.DESCRIBE);

    await()
        .untilAsserted(
            () ->
                assertThat(all(runs.doctor(0, stream), "topics", "skipped"))
                    .singleElement(STRING)
                    .contains("of " + hidden + ": this principal may not describe it"));
    assertThat(all(runs.doctor(0, stream), "topics", "warning"))
        .hasSize(2)
        .allMatch(warning -> warning.contains("hidden-forecast-series-changelog"));
  }

  /** What may not be described is not listed either, and would be looked for in vain. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void doctor_changelogThatIsAlwaysThereMayNotBeDescribed_namesItsRights(boolean exists)
      throws Exception {
    StreamUnderTest stream = stream("bare-" + exists);
    assertThat(runs.topicsCreate(stream)).isZero();
    String vectors = "bare-" + exists + "-forecast-vectors-changelog";
    if (exists) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
        NewTopics.create(admin, new NewTopic(vectors, 4, (short) 1));
      }
    }
    allowAllBut(ResourceType.TOPIC, vectors, AclOperation.DESCRIBE);

    await()
        .untilAsserted(
            () ->
                assertThat(all(runs.doctor(4, stream), "permissions", "failed"))
                    .hasSize(2)
                    .anyMatch(line -> line.contains("Read on the topic " + vectors + " is not"))
                    .anyMatch(line -> line.contains("--operation Write --topic " + vectors)));
  }

  /** As where Create is given on the cluster, and what begins with the id was forgotten. */
  @Test
  void doctor_noChangelogMayBeReadOrWritten_namesThePrefix() throws Exception {
    StreamUnderTest stream = stream("stores");
    assertThat(runs.topicsCreate(stream)).isZero();
    for (StoreContract store : RetrainNodes.STORES) {
      allowAllBut(
          ResourceType.TOPIC,
          Application.changelog("stores-retrain", store.name()),
          AclOperation.ALL);
    }

    awaitProblem(
        stream,
        ("Read and Write on topics that begin with stores-retrain- are not allowed → kafka-acls.sh"
                + " --bootstrap-server %s --add --allow-principal User:… --operation Create --operation"
                + " Read --operation Write --topic stores-retrain- --resource-pattern-type prefixed")
            .formatted(broker.bootstrapServers()));
  }

  /** Its name begins with that of ours. */
  @Test
  void doctor_changelogOfAnotherApplicationMayNotBeWritten_isNoMatterOfOurs() throws Exception {
    StreamUnderTest stream = stream("twin");
    assertThat(runs.topicsCreate(stream)).isZero();
    String other = "twin-forecast-eu-forecast-vectors-changelog";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopics.create(admin, new NewTopic(other, 4, (short) 1));
    }
    allowAllBut(ResourceType.TOPIC, other, AclOperation.WRITE);
    allowAllBut(ResourceType.TOPIC, "twin.scores", AclOperation.WRITE);

    awaitProblem(stream, "Write on the topic twin.scores is not allowed");
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
                assertThat(all(runs.doctor(4, stream), "permissions", "failed"))
                    .singleElement(STRING)
                    .contains(problem));
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
}
