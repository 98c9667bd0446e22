package io.tplus1.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tplus1.LogCapture;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance knows of its models from their topic. */
final class ModelLogIT {
  private static final int FAILURES = 700;
  private static final String FAILURES_IN_A_ROW = "tplus1.consecutive.training.failures";
  private static final String EVENTS = "tplus1.model.events";

  @TempDir Path directory;

  /** An alert counts what is added: to count the past up would be to add it. */
  @Test
  void refresh_logThatCatchesUp_metersComeWithThePastInThem() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    ModelMeters meters = new ModelMeters(new MeterRegistrar(registry));
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
      createTopic(client);
      fail(broker, FAILURES);

      ModelLog log = log();
      try (BrokerThread reading = new BrokerThread(client, List.of(log))) {
        await()
            .pollInterval(Duration.ofMillis(1))
            .until(
                () -> {
                  meters.refresh(log);
                  FunctionCounter found =
                      registry.find(EVENTS).tag("kind", "failed").functionCounter();
                  // Whenever it is seen, all of it is.
                  assertThat(found == null ? FAILURES : found.count()).isEqualTo(FAILURES);
                  return found != null;
                });
      }
    }
  }

  @Test
  void read_topicThatComesLater_isReadFromThenOn() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
      ModelLog log = log();
      try (BrokerThread reading = new BrokerThread(client, List.of(log))) {
        await().until(ModelLogIT::hasLookedInVain);
        createTopic(client);
        fail(broker, 3);

        await().untilAsserted(() -> assertThat(log.count(ModelEvent.Kind.FAILED)).isEqualTo(3));
        await().until(log::isCaughtUp);
        assertThat(log.trainingSeconds()).isEqualTo(6);
      }
    }
  }

  private static ModelLog log() {
    return new ModelLog("events", "default", System::nanoTime);
  }

  private static boolean hasLookedInVain() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().equals("brokers"))
        .flatMap(thread -> Arrays.stream(thread.getValue()))
        .anyMatch(frame -> frame.getMethodName().equals("pause"));
  }

  private static void createTopic(Map<String, Object> client) throws Exception {
    try (Admin admin = Admin.create(client)) {
      NewTopics.create(admin, new NewTopic("events", 1, (short) 1));
    }
  }

  /** The event that one training answers each of several commands with. */
  @Test
  void count_trainingThatAnswersThreeCommands_isOne() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
      createTopic(client);
      fail(broker, 1);
      repeat(broker, 2);
      ModelLog log = log();
      try (BrokerThread reading = new BrokerThread(client, List.of(log))) {
        await().until(log::isCaughtUp);

        assertThat(log.newest()).hasSize(3);
        assertThat(log.count(ModelEvent.Kind.FAILED)).isEqualTo(1);
        assertThat(log.trainingSeconds()).isEqualTo(2);
      }
    }
  }

  /** Others may write there: what is no time would be in the sum for good. */
  @Test
  void trainingSeconds_figuresThatAreNoTime_countNothing() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
      createTopic(client);
      fail(broker, 1);
      happen(broker, ModelEvent.Kind.FAILED, 1, Map.of("seconds", Double.NaN));
      happen(broker, ModelEvent.Kind.FAILED, 1, Map.of("seconds", -5.));
      fail(broker, 1);
      ModelLog log = log();
      try (BrokerThread reading = new BrokerThread(client, List.of(log))) {
        await().until(log::isCaughtUp);

        assertThat(log.count(ModelEvent.Kind.FAILED)).isEqualTo(4);
        assertThat(log.trainingSeconds()).isEqualTo(4);
      }
    }
  }

  @Test
  void failedInARow_modelBetweenFailures_countsThoseSinceAndIsExportedWhereTrained()
      throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
      createTopic(client);
      fail(broker, 2);
      happen(broker, ModelEvent.Kind.TRAINED, 1, Map.of("seconds", 2.));
      fail(broker, 3);
      happen(broker, ModelEvent.Kind.REFUSED, 1, Map.of());
      ModelLog log = log();
      try (BrokerThread reading = new BrokerThread(client, List.of(log))) {
        await().until(log::isCaughtUp);

        assertThat(log.failedInARow()).isEqualTo(3);
        MeterRegistry off = metersOf(log, false);
        assertThat(off.find(FAILURES_IN_A_ROW).gauge()).isNull();
        assertThat(off.get("tplus1.training.duration").gauge().value()).isEqualTo(2);
        MeterRegistry on = metersOf(log, true);
        assertThat(on.get(FAILURES_IN_A_ROW).gauge().value()).isEqualTo(3);
        assertThat(on.get("tplus1.training.seconds").functionCounter().count()).isEqualTo(12);
      }
    }
  }

  /** What is exported where networks are trained, or where that was switched off. */
  private static MeterRegistry metersOf(ModelLog log, boolean trains) {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    ModelMeters meters = new ModelMeters(new MeterRegistrar(registry));
    if (trains) {
      meters.expectTrainings();
    }
    meters.refresh(log);
    return registry;
  }

  /** As of a pinned champion, or a line about as good as the champion: they are trained on only. */
  @Test
  void refresh_decisionBehindMoreEventsThanAreKept_itsFiguresStay() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    ModelMeters meters = new ModelMeters(new MeterRegistrar(registry));
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
      createTopic(client);
      happen(broker, ModelEvent.Kind.REJECTED, 1, Map.of("gateChallenger", .9));
      happen(broker, ModelEvent.Kind.PROMOTED, 1, Map.of("gateChallenger", .5));
      happen(broker, ModelEvent.Kind.TRAINED, 1, Map.of("seconds", 3.));
      happen(broker, ModelEvent.Kind.UNPINNED, ModelLog.MOST, Map.of());
      ModelLog log = log();
      try (BrokerThread reading = new BrokerThread(client, List.of(log))) {
        await().until(log::isCaughtUp);

        meters.refresh(log);
        assertThat(
                registry.get("tplus1.gate.figure").tag("figure", "gateChallenger").gauge().value())
            .isEqualTo(.5);
        assertThat(registry.get("tplus1.training.duration").gauge().value()).isEqualTo(3);
      }
    }
  }

  @Test
  void read_rightMissing_isSaidInOneLineThatNamesIt() throws Exception {
    try (LogCapture lines = LogCapture.of(ModelLog.class);
        EmbeddedBroker broker =
            EmbeddedBroker.start(
                directory,
                Map.of(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    "allow.everyone.if.no.acl.found",
                    "true"))) {
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
      createTopic(client);
      fail(broker, 1);
      try (Admin admin = Admin.create(client)) {
        AclBinding deny =
            new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "events", PatternType.LITERAL),
                new AccessControlEntry(
                    "User:ANONYMOUS", "*", AclOperation.READ, AclPermissionType.DENY));
        admin.createAcls(List.of(deny)).all().get();
        await().until(() -> !admin.describeAcls(deny.toFilter()).values().get().isEmpty());
      }
      ModelLog log = log();
      try (BrokerThread reading = new BrokerThread(client, List.of(log))) {
        await().until(() -> !lines.events().isEmpty());
        assertThat(log.isCaughtUp()).isFalse();
      }
      assertThat(lines.messages().get(0))
          .isEqualTo(
              "Events of models cannot be read (1 times so far), and are tried again every 5 s: the right Read is missing on topic events");
      assertThat(lines.events().get(0).getThrowableProxy()).isNull();
    }
  }

  /** The topic is read from its beginning at each start, and anybody's text stands in a reason. */
  @Test
  void read_manyRecordsThatAreNoEvents_areSaidOfAFewTimesWithoutAStackTrace() throws Exception {
    try (LogCapture lines = LogCapture.of(ModelLog.class);
        EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
      createTopic(client);
      TopicRecords.produce(
          broker.bootstrapServers(),
          Collections.nCopies(
              20,
              new ProducerRecord<>(
                  "events", "default".getBytes(UTF_8), "{\"x\":1}".getBytes(UTF_8))));
      ModelLog log = log();
      try (BrokerThread reading = new BrokerThread(client, List.of(log))) {
        await().until(log::isCaughtUp);
      }
      assertThat(lines.events())
          .hasSize(5)
          .allSatisfy(line -> assertThat(line.getThrowableProxy()).isNull());
      assertThat(lines.messages())
          .last()
          .asString()
          .startsWith("16 records of events are no events so far; the last one, at offset ")
          .contains("unknown field 'x'");
    }
  }

  private static void fail(EmbeddedBroker broker, int times) throws Exception {
    happen(broker, ModelEvent.Kind.FAILED, times, Map.of("seconds", 2.));
  }

  /** The same failure, as it answers further commands. */
  private static void repeat(EmbeddedBroker broker, int times) throws Exception {
    send(broker, event(ModelEvent.Kind.FAILED, Map.of(), Optional.of("c")), times);
  }

  private static void happen(
      EmbeddedBroker broker, ModelEvent.Kind kind, int times, Map<String, Double> figures) {
    send(broker, event(kind, figures, Optional.empty()), times);
  }

  private static ModelEvent event(
      ModelEvent.Kind kind, Map<String, Double> figures, Optional<String> command) {
    return new ModelEvent(kind, 1, Optional.empty(), Optional.empty(), command, "of old", figures);
  }

  private static void send(EmbeddedBroker broker, ModelEvent happened, int times) {
    byte[] event = new ModelEventSerde().serializer().serialize("", happened);
    TopicRecords.produce(
        broker.bootstrapServers(),
        Collections.nCopies(
            times, new ProducerRecord<>("events", "default".getBytes(UTF_8), event)));
  }
}
