package io.tplus1.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

final class TopicProvisionerIT {
  @TempDir static Path directory;
  private static EmbeddedBroker broker;
  private static Admin admin;
  private static TopicProvisioner provisioner;

  /** Every test has topics of its own. */
  private String prefix;

  @BeforeAll
  static void start() {
    broker =
        EmbeddedBroker.start(
            directory,
            Map.of("log.retention.check.interval.ms", "200", "log.initial.task.delay.ms", "200"));
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    provisioner = new TopicProvisioner(admin, answers(30), false, Map.of());
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    prefix = test.getTestMethod().orElseThrow().getName() + ".";
  }

  @Test
  void provision_noTopics_createsAllAsContracted() throws Exception {
    provisioner.provision(contracts(), true);

    assertThat(provisioner.compare(contracts()))
        .isEqualTo(new TopicComparison(List.of(), List.of(), List.of(), List.of(), Set.of()));
    assertThat(existing()).hasSize(9);
    assertThatCode(() -> provisioner.provision(contracts(), false)).doesNotThrowAnyException();
  }

  /** It is more nanoseconds than a number of them holds. */
  @Test
  void provision_longestWaitOfTheCommandLine_createsAll() throws Exception {
    AdminAnswers patient = new AdminAnswers(broker.bootstrapServers(), Duration.ofDays(3_650_000));

    new TopicProvisioner(admin, patient, false, Map.of()).provision(contracts(), true);

    assertThat(existing()).hasSize(9);
  }

  /** What a broker refuses first is lost for a producer whose next batch it takes. */
  @Test
  void provision_justCreated_everyPartitionTakesItsFirstRecordAtOnce() throws Exception {
    TopicContract wide = contract("features").withChosenPartitions(500);

    provisioner.provision(List.of(wide), true);

    Map<String, Object> once =
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "enable.idempotence",
            false,
            "retries",
            0);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(once, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent =
          IntStream.range(0, wide.partitions())
              .mapToObj(i -> producer.send(new ProducerRecord<>(wide.name(), i, null, new byte[1])))
              .toList();
      for (Future<RecordMetadata> each : sent) {
        assertThat(each.get().offset()).isZero();
      }
    }
  }

  @Test
  void provision_createNotAllowed_listsEveryMissingAndCreatesNone() throws Exception {
    TopicMismatchException refusal =
        catchThrowableOfType(
            TopicMismatchException.class, () -> provisioner.provision(contracts(), false));

    List<Deviation> remedies = provisioner.remedies(provisioner.compare(contracts()));
    assertThat(remedies)
        .hasSize(9)
        .extracting(Deviation::toString)
        .allMatch(line -> line.contains(": does not exist. Remedy: kafka-topics.sh"))
        .allMatch(line -> line.contains("--bootstrap-server " + broker.bootstrapServers()));
    assertThat(refusal.getMessage().lines())
        .startsWith("The cluster's topics do not fit (9 differences):")
        .endsWith(remedies.stream().map(each -> "  - " + each).toArray(String[]::new))
        .hasSize(1 + 9);
    assertThat(existing()).isEmpty();
  }

  @Test
  void provision_brokersDoNotHearOfWhatWasCreated_saysWhichAndNotThatTheyAreSilent() {
    List<TopicContract> created = List.of(contract("model-events"));
    try (Admin unaware = HearingLate.all(broker.bootstrapServers())) {
      TopicProvisioner waiting = new TopicProvisioner(unaware, answers(5), false, Map.of());

      // A TimeoutException is taken for brokers that do not answer.
      assertThatThrownBy(() -> waiting.provision(created, true))
          .isExactlyInstanceOf(KafkaException.class)
          .hasMessageContaining(created.get(0).name());
    }
  }

  /** As one broker of several, which is asked last. */
  @Test
  void provision_brokerThatHasNotHeardYetIsAskedLast_answersThatAllExist() {
    List<TopicContract> created = List.of(contract("model-events"));
    try (Admin others = HearingLate.theLast(broker.bootstrapServers())) {
      TopicProvisioner asking = new TopicProvisioner(others, answers(30), false, Map.of());

      TopicComparison found = asking.provision(created, true);

      assertThat(asking.compare(created).missing()).as("asked once more").hasSize(1);
      assertThat(asking.remedies(found)).isEmpty();
    }
  }

  @Test
  void provision_existingDiffer_oneErrorListsAllAndCreatesNone() throws Exception {
    create(contract("features"), 3, Map.of("cleanup.policy", "compact"));
    create(contract("predictions"), 5, contract("predictions").configs());

    TopicMismatchException refusal =
        catchThrowableOfType(
            TopicMismatchException.class, () -> provisioner.provision(contracts(), true));

    assertThat(refusal)
        .hasMessageContaining("(2 differences)")
        .hasMessageContaining("cleanup.policy is compact, expected delete")
        .hasMessageContaining("features has 3, ")
        .hasMessageContaining("predictions has 5");
    assertThat(existing()).hasSize(2);
  }

  @Test
  void provision_featuresExistWithKafkasDefaults_acceptedAndFollowed() throws Exception {
    create(contract("features"), 7, Map.of());

    provisioner.provision(contracts(), true);

    assertThat(partitions())
        .containsEntry(contract("predictions").name(), 7)
        .containsEntry(contract("scores").name(), 7)
        .containsEntry(contract("features-dlq").name(), 4);
    assertThat(provisioner.compare(contracts()).warnings())
        .anyMatch(warning -> warning.found().contains("retention.ms is 604800000"));
  }

  @Test
  void difference_configChangedAfterCreation_seen() throws Exception {
    provisioner.provision(contracts(), true);
    ConfigResource scores =
        new ConfigResource(ConfigResource.Type.TOPIC, contract("scores").name());
    AlterConfigOp compact =
        new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET);

    admin.incrementalAlterConfigs(Map.of(scores, List.of(compact))).all().get();

    // The controller answers first and the broker hears of it a moment later.
    await()
        .untilAsserted(
            () ->
                assertThat(provisioner.compare(contracts()).differences())
                    .singleElement()
                    .asString()
                    .startsWith(scores.name() + ": cleanup.policy is compact, expected delete"));
  }

  @Test
  void provision_replicationAboveBrokers_errorListsTopicsAndBrokersReason() {
    List<TopicContract> contracts =
        contracts().stream().map(topic -> topic.withReplication(3)).toList();

    assertThatThrownBy(() -> provisioner.provision(contracts, true))
        .isInstanceOf(TopicMismatchException.class)
        .hasMessageContaining("(9 differences)")
        .hasMessageContaining(contract("scores").name() + ": could not be created: ")
        .hasMessageContaining("--replication-factor 3");
  }

  @Test
  void provision_severalAtOnce_allSucceed() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<CompletableFuture<Void>> instances =
          IntStream.range(0, 4)
              .mapToObj(
                  i ->
                      CompletableFuture.runAsync(
                          () -> provisioner.provision(contracts(), true), threads))
              .toList();
      for (CompletableFuture<Void> instance : instances) {
        instance.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(existing()).hasSize(9);
  }

  @Test
  void compare_twoTopicsOfOneName_refused() {
    List<TopicContract> contracts =
        List.of(contract("features").withName("same"), contract("scores").withName("same"));

    assertThatThrownBy(() -> provisioner.compare(contracts))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Two topics have the name 'same', expected a name of its own for each");
  }

  @Test
  void provision_recordsOf1975AndFarAhead_outliveRetention() throws Exception {
    provisioner.provision(contracts(), true);
    TopicContract control = contract("features").withName(prefix + "control");
    create(control, 1, Map.of());
    List<Long> times =
        List.of(
            Instant.parse("1975-06-27T00:00:00Z").toEpochMilli(),
            Instant.parse("2500-01-01T00:00:00Z").toEpochMilli(),
            Instant.parse("1975-06-28T00:00:00Z").toEpochMilli());
    for (TopicContract topic : contracts()) {
      produce(topic.name(), times);
    }

    // Retention goes through all topics in turn: once it has emptied one that has Kafka's defaults
    // a second time, it has looked at ours too.
    TopicPartition partition = new TopicPartition(control.name(), 0);
    for (long emptied = 1; emptied <= 2; emptied++) {
      Long expected = emptied;
      produce(control.name(), times.subList(0, 1));
      await().until(() -> startOffset(partition), expected::equals);
    }

    for (TopicContract topic : contracts()) {
      assertThat(TopicRecords.readCommitted(broker.bootstrapServers(), topic.name()))
          .extracting(ConsumerRecord::timestamp)
          .containsExactlyElementsOf(times);
    }
  }

  /** As after a person deleted the topic of an application that has stores. */
  @Test
  void provision_topicsLostUnderStores_areMadeWithAsManyPartitions() throws Exception {
    create(contract("features").withName(prefix + "app-vectors-changelog"), 6, Map.of());

    reading().provision(contracts(), true);

    assertThat(partitions())
        .containsEntry(contract("features").name(), 6)
        .containsEntry(contract("predictions").name(), 6)
        .containsEntry(contract("features-dlq").name(), 4);
  }

  @Test
  void provision_topicLostUnderStoresAndAnotherNumberChosen_saysSoAndCreatesNone()
      throws Exception {
    create(contract("features").withName(prefix + "app-vectors-changelog"), 6, Map.of());
    List<TopicContract> chosen =
        contracts().stream()
            .map(
                topic ->
                    List.of("features", "predictions", "scores").contains(topic.id())
                        ? topic.withChosenPartitions(8)
                        : topic)
            .toList();

    TopicMismatchException refusal =
        catchThrowableOfType(TopicMismatchException.class, () -> reading().provision(chosen, true));

    assertThat(refusal)
        .hasMessageContaining("(1 difference)")
        .hasMessageContaining(
            "  - "
                + contract("features").name()
                + ": is to have 8 partitions, and the stores of "
                + prefix
                + "app are of others, {"
                + prefix
                + "app-vectors-changelog=6}: it would not start. Remedy: make it with 6"
                + " (kafka-topics.sh ")
        .hasMessageContaining("--partitions 6");
    assertThat(existing()).hasSize(1);
  }

  @Test
  void difference_topicOfOthersThanStores_saysFirstToMakeItAsItWas() throws Exception {
    create(contract("features").withName(prefix + "app-vectors-changelog"), 6, Map.of());
    create(contract("features"), 3, Map.of());

    assertThat(reading().compare(contracts()).differences())
        .singleElement()
        .asString()
        .contains(
            ": has 3 partitions",
            "Remedy: if nothing that it holds is needed, delete it and make it with 6 (",
            "--partitions 6")
        .containsSubsequence("--partitions 6", "kafka-streams-application-reset.sh");
  }

  private static AdminAnswers answers(int seconds) {
    return new AdminAnswers(broker.bootstrapServers(), Duration.ofSeconds(seconds));
  }

  private TopicProvisioner reading() {
    return new TopicProvisioner(
        admin,
        answers(30),
        false,
        Map.of(
            "features",
            new Application(prefix + "app", List.of(StoreContract.ofValues("vectors")), true)));
  }

  private Map<String, Integer> partitions() throws Exception {
    return admin.describeTopics(existing()).allTopicNames().get().entrySet().stream()
        .collect(toMap(Map.Entry::getKey, topic -> topic.getValue().partitions().size()));
  }

  private static long startOffset(TopicPartition partition) throws Exception {
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.earliest()))
        .partitionResult(partition)
        .get()
        .offset();
  }

  private static void produce(String topic, List<Long> times) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long time : times) {
      records.add(new ProducerRecord<>(topic, 0, time, "k".getBytes(UTF_8), "v".getBytes(UTF_8)));
    }
    TopicRecords.produce(broker.bootstrapServers(), records);
  }

  private static void create(TopicContract topic, int partitions, Map<String, String> configs)
      throws Exception {
    NewTopic created = new NewTopic(topic.name(), Optional.of(partitions), Optional.empty());
    NewTopics.create(admin, created.configs(configs));
  }

  private Collection<String> existing() throws Exception {
    return admin.listTopics().names().get().stream()
        .filter(name -> name.startsWith(prefix))
        .toList();
  }

  private List<TopicContract> contracts() {
    return TopicContracts.load().all().stream()
        .map(topic -> topic.withName(prefix + topic.name()))
        .toList();
  }

  private TopicContract contract(String id) {
    return contracts().stream().filter(topic -> topic.id().equals(id)).findFirst().orElseThrow();
  }
}
