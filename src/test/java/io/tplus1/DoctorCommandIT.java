package io.tplus1;

import static io.tplus1.DoctorRuns.all;
import static io.tplus1.DoctorRuns.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import io.tplus1.cluster.Role;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.topology.retrain.RetrainNodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tplus1 doctor}, against a broker. */
final class DoctorCommandIT {
  @TempDir static Path directory;
  private static EmbeddedBroker broker;
  private DoctorRuns runs;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void prepare() {
    runs = new DoctorRuns(directory);
  }

  @Test
  void doctor_freshCluster_nothingToFixAndNothingMade() throws Exception {
    StreamUnderTest stream = stream("fresh");
    try (EmbeddedBroker fresh = EmbeddedBroker.start(directory.resolve("new"));
        Admin admin = Admin.create(Map.of("bootstrap.servers", fresh.bootstrapServers()))) {
      stream.settings().put("bootstrap.servers", fresh.bootstrapServers());

      nothingToFix(runs.doctor(0, stream));

      ListTopicsOptions all = new ListTopicsOptions().listInternal(true);
      assertThat(admin.listTopics(all).names().get()).isEmpty();
    }
  }

  private static void nothingToFix(JsonNode report) {

    assertThat(report.get("ok").asBoolean()).isTrue();
    String version = AppInfoParser.getVersion();
    assertThat(found(report, "broker", "ok"))
        .contains("1 broker of cluster", "Kafka " + version.substring(0, version.lastIndexOf('.')));
    assertThat(found(report, "topics", "ok")).contains("fresh.features", "`tplus1 run` makes them");
    assertThat(found(report, "permissions", "ok"))
        .isEqualTo(
            "topics of role all; brokers do not tell of Read and Write on topics that do not exist yet");
    assertThat(found(report, "permissions", "skipped"))
        .startsWith(
            "of groups and transactional ids: brokers would make __consumer_offsets and __transaction_state to answer");
    assertThat(found(report, "model.file", "ok")).contains("none");
    assertThat(found(report, "state.dir", "ok")).contains("can be made");
    assertThat(directory.resolve("state-fresh")).doesNotExist();
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

    JsonNode report = runs.doctor(0, stream);

    assertThat(found(report, "topics", "ok")).isEqualTo("all 9 exist and fit");
    assertThat(found(report, "permissions", "ok")).contains("groups, transactions of role all");
    assertThat(found(report, "champion", "ok")).contains("none yet");
    assertThat(found(report, "clock", "ok")).contains("not behind the brokers");
    assertThat(found(report, "state.dir", "ok")).contains("can be written to");
  }

  @Test
  void doctor_topicDiffersAndModelIsNone_bothWithRemedy() throws Exception {
    StreamUnderTest stream = stream("wrong");
    assertThat(runs.topicsCreate(stream)).isZero();
    stream.settings().put("topics.models.name", "wrong.scores");
    stream.settings().put("topics.scores.name", "wrong.models");
    Path model = Files.writeString(directory.resolve("none.zip"), "no zip");
    stream.settings().put("model.file", model.toString());

    JsonNode report = runs.doctor(4, stream);

    assertThat(all(report, "topics", "failed"))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("wrong.scores: cleanup.policy is delete, expected compact")
                    .contains(": the broker would delete what must stay → kafka-configs.sh "));
    assertThat(all(report, "model.file", "failed").get(0))
        .contains("not an artifact", "tplus1 train");
  }

  /** As `run` would be refused, and before anything is made. */
  @Test
  void doctor_brokersWouldNotMakeTheTopics_saysSoAndMakesNone() throws Exception {
    StreamUnderTest stream = stream("refused");
    stream.settings().put("topics.scores.replication", "3");

    JsonNode report = runs.doctor(4, stream);
    assertThat(all(report, "permissions", "ok")).as("it is no matter of rights").hasSize(1);
    assertThat(all(report, "topics", "failed"))
        .singleElement(STRING)
        .contains(
            "refused.scores: brokers would not make it: ",
            "set topics.scores.replication to what there are",
            "--replication-factor 3");

    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      assertThat(admin.listTopics().names().get()).noneMatch(topic -> topic.contains("refused"));
    }
    stream.settings().put("topics.create", "false");
    assertThat(all(runs.doctor(4, stream), "topics", "failed"))
        .singleElement(STRING)
        .contains("do not exist, and topics.create=false");
  }

  /** Kafka Streams make them with settings of their own, whatever makes the others. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replication.factor | 3 | start as many brokers, or set replication.factor to what",
        "topic.min.cleanable.dirty.ratio | 2 | correct or leave out what is set as topic.",
        "topic.compression.type | foo | correct or leave out what is set as topic."
      })
  void doctor_brokersWouldNotMakeTopicsOfStores_saysSoOfEachApplication(
      String setting, String value, String remedy) throws Exception {
    StreamUnderTest stream = stream("stores");
    stream.settings().put(setting, value);

    JsonNode report = runs.doctor(4, stream);

    assertThat(all(report, "permissions", "ok")).as("it is no matter of rights").hasSize(1);
    assertThat(all(report, "topics", "failed"))
        .hasSize(2)
        .allMatch(line -> line.contains("brokers would not make the topics of the stores of "))
        .allMatch(line -> line.contains(remedy))
        .anyMatch(line -> line.contains("stores-forecast-…-changelog: "))
        .anyMatch(line -> line.contains("stores-retrain-…-changelog: "));
    assertThat(all(runs.doctor(4, stream, Role.FORECAST), "topics", "failed")).hasSize(1);
  }

  /** It goes on with those that it has, which may be all that it wants. */
  @Test
  void doctor_brokersWouldNotMakeTopicsOfMoreStores_isAWarning() throws Exception {
    StreamUnderTest stream = stream("more-stores");
    stream.settings().put("replication.factor", "3");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopics.create(admin, new NewTopic("more-stores-forecast-series-changelog", 4, (short) 1));
    }

    assertThat(all(runs.doctor(0, stream, Role.FORECAST), "topics", "warning"))
        .anyMatch(
            line ->
                line.contains(
                    "brokers would not make topics of further stores of more-stores-forecast, "));
  }

  /** As on a broker that is alone under the settings of a cluster. */
  @Test
  void doctor_brokersDefaultIsNotWhatIsSet_nothingToFix() throws Exception {
    StreamUnderTest stream = stream("alone");
    try (EmbeddedBroker alone =
        EmbeddedBroker.start(
            directory.resolve("alone"), Map.of("default.replication.factor", "3"))) {
      stream.settings().put("bootstrap.servers", alone.bootstrapServers());
      StreamUnderTest.TOPICS.forEach(
          topic -> stream.settings().put("topics." + topic + ".replication", "1"));
      assertThat(all(runs.doctor(4, stream), "topics", "failed"))
          .isNotEmpty()
          .allMatch(line -> line.contains("-…-changelog: "));

      stream.settings().put("replication.factor", "1");

      assertThat(found(runs.doctor(0, stream), "topics", "ok")).contains("`tplus1 run` makes them");
    }
  }

  /** The forecasts start on them, and go on. */
  @Test
  void doctor_inputsOfTheRetrainerRaisedOverItsStores_failsForTheRoleThatRetrains()
      throws Exception {
    StreamUnderTest stream = stream("raised");
    stream.settings().put("topics.training-samples.partitions", "8");
    assertThat(runs.topicsCreate(stream)).isZero();
    String store = "raised-retrain-" + RetrainNodes.HISTORY + "-changelog";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopics.create(admin, new NewTopic(store, 4, (short) 1));
    }

    assertThat(all(runs.doctor(4, stream), "topics", "failed").get(0)).contains(store + "=4");
    assertThat(found(runs.doctor(0, stream, Role.FORECAST), "topics", "ok"))
        .isEqualTo("all 9 exist and fit");
  }

  /** As brokers make it by themselves, after somebody deleted it. */
  @Test
  void doctor_changelogWithTheBrokersSettings_warnsAndNamesTheCommands() throws Exception {
    StreamUnderTest stream = stream("remade");
    assertThat(runs.topicsCreate(stream)).isZero();
    String store = "remade-forecast-series-changelog";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopics.create(admin, new NewTopic(store, 4, (short) 1));
    }

    assertThat(all(runs.doctor(0, stream), "topics", "warning"))
        .hasSize(2)
        .allMatch(line -> line.startsWith(store) && line.contains(" → kafka-configs.sh "))
        .anyMatch(line -> line.contains("cleanup.policy is delete, expected compact: "));
    assertThat(found(runs.doctor(0, stream, Role.RETRAIN), "topics", "ok"))
        .isEqualTo("all 5 exist and fit");
  }

  /** It bears the times of events, of which a producer may be ahead. */
  @Test
  void doctor_changelogOfWindowsIsNotStampedByBrokers_saysNothingOfTheClockByIt() throws Exception {
    StreamUnderTest stream = stream("ahead");
    assertThat(runs.topicsCreate(stream)).isZero();
    String store = "ahead-forecast-vectors-changelog";
    NewTopic made =
        new NewTopic(store, 4, (short) 1)
            .configs(Map.of("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)));
    long aheadMs = Instant.now().plus(Duration.ofHours(1)).toEpochMilli();
    Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (Admin admin = Admin.create(client)) {
      NewTopics.create(admin, made);
    }
    TopicRecords.produce(
        client, List.of(new ProducerRecord<>(store, 0, aheadMs, new byte[] {1}, new byte[] {1})));

    JsonNode report = runs.doctor(0, stream);

    assertThat(all(report, "topics", "warning"))
        .anyMatch(line -> line.startsWith(store + ": message.timestamp.type is CreateTime"));
  }

  /** Fewer brokers than those topics want replicas keep nobody from starting once they are made. */
  @Test
  void doctor_fewerBrokersThanReplicas_failsUntilTheBrokersOwnTopicsAreMade() throws Exception {
    StreamUnderTest stream = stream("few");
    try (EmbeddedBroker few =
        EmbeddedBroker.start(
            directory.resolve("few"), Map.of("offsets.topic.replication.factor", "3"))) {
      stream.settings().put("bootstrap.servers", few.bootstrapServers());
      assertThat(all(runs.doctor(4, stream), "broker", "failed").get(0))
          .contains("offsets.topic.replication.factor=3] is more than there are");

      try (Admin admin = Admin.create(Map.of("bootstrap.servers", few.bootstrapServers()))) {
        NewTopics.create(admin, new NewTopic("__consumer_offsets", 1, (short) 1));
      }

      JsonNode report = runs.doctor(0, stream);
      assertThat(all(report, "broker", "warning").get(0)).contains("start the brokers");
      assertThat(found(report, "topics", "ok")).contains("`tplus1 run` makes them");
    }
  }

  @Test
  void doctor_noBroker_saysSoForPeopleAndSkipsTheRest() throws Exception {
    StreamUnderTest stream = stream("silent");
    stream.settings().put("bootstrap.servers", "127.0.0.1:1");

    assertThat(runs.execute("doctor", "--timeout", "2s", "--config", runs.write(stream).toString()))
        .isEqualTo(4);

    assertThat(runs.out())
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

    JsonNode report = runs.doctor(4, stream);

    assertThat(report.get("findings")).hasSize(1);
    assertThat(all(report, "settings", "failed").get(0)).contains("window.steps");
  }

  /** Each of them is right by itself; it shows where the topology is planned. */
  @Test
  void doctor_settingsThatDoNotFitEachOther_areTheOneFinding() throws Exception {
    StreamUnderTest stream = stream("unfit");
    stream.settings().put("experts", "markov");

    JsonNode report = runs.doctor(4, stream);

    assertThat(report.get("findings")).hasSize(1);
    assertThat(all(report, "settings", "failed").get(0)).contains("none of them fits a target");
  }

  private static StreamUnderTest stream(String name) {
    return new StreamUnderTest(
        broker.bootstrapServers(),
        name,
        directory.resolve("state-" + name),
        Map.of("features", "a,b", "window.steps", "2", "history.minimum", "1"));
  }
}
