package io.tplus1.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TopicRulesTest {
  private static final TopicContracts CONTRACTS = TopicContracts.load();
  private static final KafkaCommands COMMANDS = new KafkaCommands("kafka:9092", false);

  private final Map<String, ExistingTopic> existing = new HashMap<>();

  TopicRulesTest() {
    CONTRACTS.all().forEach(contract -> exists(contract, UnaryOperator.identity()));
  }

  @Test
  void compare_asContracted_nothing() {
    TopicComparison comparison = compare();

    assertThat(comparison.missing()).isEmpty();
    assertThat(comparison.differences()).isEmpty();
    assertThat(comparison.warnings()).isEmpty();
  }

  @Test
  void compare_cleanupPolicyDiffers_differenceWithRemedy() {
    exists("predictions", topic -> topic.withConfig("cleanup.policy", "compact,delete"));

    assertThat(compare().differences())
        .extracting(Deviation::toString)
        .containsExactly(
            "predictions: cleanup.policy is compact,delete, expected delete: the broker would"
                + " delete what must stay. Remedy: kafka-configs.sh --bootstrap-server kafka:9092"
                + " --alter --entity-type topics --entity-name predictions"
                + " --add-config cleanup.policy=delete");
  }

  @Test
  void compare_cleanupPoliciesInOtherOrder_nothing() {
    TopicContract models = CONTRACTS.get("scores").withConfig("cleanup.policy", "compact,delete");
    exists(models, topic -> topic.withConfig("cleanup.policy", "delete, compact"));

    assertThat(TopicRules.compare(List.of(models), existing, COMMANDS).differences()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "predictions, message.timestamp.type, LogAppendTime",
    "features, message.timestamp.type, LogAppendTime",
    "predictions, max.message.bytes, 1000",
    "scores, message.timestamp.after.max.ms, 3600000",
    "features-dlq, max.message.bytes, 1200000",
    "features-dlq, message.timestamp.before.max.ms, 3600000",
  })
  void compare_losesTimesOrRefusesOurRecords_difference(String id, String config, String value) {
    exists(id, topic -> topic.withConfig(config, value));

    assertThat(compare().differences())
        .singleElement()
        .asString()
        .startsWith("%s: %s is %s, expected ".formatted(id, config, value))
        .contains("--add-config %s=%s".formatted(config, CONTRACTS.get(id).configs().get(config)));
    assertThat(compare().warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "features, max.message.bytes, 1000",
    "features, message.timestamp.after.max.ms, 3600000",
    "predictions, retention.ms, 604800000",
    "predictions, segment.ms, 604800000",
    "predictions, retention.bytes, -1",
  })
  void compare_ownersChoice_warning(String id, String config, String value) {
    exists(id, topic -> topic.withConfig(config, value));

    assertThat(compare().differences()).isEmpty();
    assertThat(compare().warnings())
        .singleElement()
        .asString()
        .startsWith("%s: %s is %s, the default here is ".formatted(id, config, value));
  }

  /** It serves in the end, so nobody who runs so is kept from starting. */
  @Test
  void compare_modelsInSeveralPartitions_warningThatSaysWhatComesOfIt() {
    exists("models", topic -> topic.withPartitions(3));

    assertThat(compare().differences()).isEmpty();
    assertThat(compare().warnings())
        .extracting(Deviation::toString)
        .containsExactly(
            "models: partitions is 3, the default here is 1: a pointer may be read before its"
                + " artifact, which counts as a reject until that comes");
  }

  @Test
  void compare_largerMessagesAllowed_nothing() {
    exists("predictions", topic -> topic.withConfig("max.message.bytes", "99999999"));

    assertThat(compare().differences()).isEmpty();
    assertThat(compare().warnings()).isEmpty();
  }

  /** Kafka's default is a little more than a MiB, and most records are a small part of that. */
  @Test
  void compare_takesEveryRecordButLessThanMade_warning() {
    exists("predictions", topic -> topic.withConfig("max.message.bytes", "1048576"));
    TopicContract predictions = CONTRACTS.get("predictions").holding(30_000);

    TopicComparison found = TopicRules.compare(List.of(predictions), existing, COMMANDS);

    assertThat(found.differences()).isEmpty();
    assertThat(found.warnings())
        .extracting(Deviation::toString)
        .containsExactly(
            "predictions: max.message.bytes is 1048576, the default here is 1048588: no record is"
                + " larger than 30000, and a batch that is too large is sent anew in parts");
  }

  @Test
  void compare_takesLessThanTheLargestRecord_differenceSaysWhatIsNeeded() {
    exists("predictions", topic -> topic.withConfig("max.message.bytes", "29999"));
    TopicContract predictions = CONTRACTS.get("predictions").holding(30_000);

    TopicComparison found = TopicRules.compare(List.of(predictions), existing, COMMANDS);

    assertThat(found.warnings()).isEmpty();
    assertThat(found.differences())
        .singleElement()
        .asString()
        .startsWith("predictions: max.message.bytes is 29999, expected at least 30000: ")
        .endsWith("--add-config max.message.bytes=1048588");
  }

  /** From Kafka 4.2 on it may be empty: what must stay stays. */
  @ParameterizedTest
  @CsvSource({"features, delete", "models, compact"})
  void compare_cleanupPolicyIsEmpty_warning(String id, String expected) {
    exists(id, topic -> topic.withConfig("cleanup.policy", ""));

    assertThat(compare().differences()).isEmpty();
    assertThat(compare().warnings())
        .extracting(Deviation::toString)
        .containsExactly(
            "%s: cleanup.policy is empty, the default here is %s: nothing is ever deleted or compacted, so the topic grows for good"
                .formatted(id, expected));
  }

  @Test
  void compare_featuresStampedByTheBroker_saysWhenThatMayBe() {
    exists("features", topic -> topic.withConfig("message.timestamp.type", "LogAppendTime"));

    assertThat(compare().differences())
        .singleElement()
        .asString()
        .contains("event times would be lost, unless every value holds its own and time.source=");
  }

  @Test
  void compare_configNotContracted_notCompared() {
    exists("features", topic -> topic.withConfig("message.timestamp.type", "LogAppendTime"));
    TopicContract features = CONTRACTS.get("features").withoutConfig("message.timestamp.type");

    assertThat(TopicRules.compare(List.of(features), existing, COMMANDS).differences()).isEmpty();
  }

  /** They delete and roll by when a record came, and hold no time against it. */
  @Test
  void compare_stampedByTheBrokerAsItMay_warnsOfRetentionAloneByArrival() {
    exists(
        "features",
        topic ->
            topic
                .withConfig("message.timestamp.type", "LogAppendTime")
                .withConfig("retention.ms", "604800000")
                .withConfig("segment.ms", "604800000")
                .withConfig("message.timestamp.before.max.ms", "3600000")
                .withConfig("message.timestamp.after.max.ms", "3600000"));
    TopicContract features = CONTRACTS.get("features").withoutConfig("message.timestamp.type");

    TopicComparison found = TopicRules.compare(List.of(features), existing, COMMANDS);

    assertThat(found.differences()).isEmpty();
    assertThat(found.warnings())
        .extracting(Deviation::toString)
        .containsExactly(
            "features: retention.ms is 604800000, the default here is -1: what waits for longer than"
                + " that to be read is deleted");
  }

  @Test
  void compare_configUnknownToBrokers_warning() {
    exists("features", topic -> topic.withoutConfig("message.timestamp.after.max.ms"));

    assertThat(compare().differences()).isEmpty();
    assertThat(compare().warnings())
        .singleElement()
        .asString()
        .contains("message.timestamp.after.max.ms is unknown to these brokers");
  }

  @Test
  void compare_allHaveOtherPartitions_nothing() {
    for (String id : List.of("features", "predictions", "scores")) {
      exists(id, topic -> topic.withPartitions(12));
    }

    assertThat(compare().differences()).isEmpty();
  }

  @Test
  void compare_copartitionedDiffer_oneDifferenceNamesAll() {
    exists("features", topic -> topic.withPartitions(12));

    assertThat(compare().differences())
        .extracting(Deviation::toString)
        .containsExactly(
            "features has 12, predictions has 4, scores has 4: expected the same number of"
                + " partitions, so that partition n can hold the same keys in each. Remedy: name"
                + " topics that agree, or create anew those that can be lost");
  }

  @Test
  void compare_missingBesideExisting_followsItsPartitions() {
    exists("features", topic -> topic.withPartitions(12));
    existing.remove("predictions");
    existing.remove("scores");

    TopicComparison comparison = compare();

    assertThat(comparison.differences()).isEmpty();
    assertThat(comparison.missing())
        .extracting(TopicContract::id, TopicContract::partitions)
        .containsExactly(tuple("predictions", 12), tuple("scores", 12));
  }

  @Test
  void compare_otherPartitionsChosenThanPartnersHave_difference() {
    existing.remove("features");
    List<TopicContract> contracts =
        List.of(
            CONTRACTS.get("features").withChosenPartitions(12),
            CONTRACTS.get("predictions").withPartitions(12));

    assertThat(TopicRules.compare(contracts, existing, COMMANDS).differences())
        .extracting(Deviation::toString)
        .containsExactly(
            "features is to have 12, predictions has 4: expected the same number of partitions, so"
                + " that partition n can hold the same keys in each. Remedy: leave out"
                + " topics.features.partitions, or name topics that agree, or create anew those"
                + " that can be lost");
  }

  @Test
  void compare_noneExistAndContractsDisagree_difference() {
    existing.clear();
    List<TopicContract> contracts =
        List.of(CONTRACTS.get("features").withPartitions(2), CONTRACTS.get("predictions"));

    assertThat(TopicRules.compare(contracts, existing, COMMANDS).differences())
        .singleElement()
        .asString()
        .startsWith(
            "features is to have 2, predictions is to have 4: expected the same number of partitions")
        .endsWith("set the same number for each");
  }

  @Test
  void compare_featuresTakeMoreThanDeadLetters_nothing() {
    exists("features", topic -> topic.withConfig("max.message.bytes", "10485760"));

    assertThat(compare())
        .isEqualTo(new TopicComparison(List.of(), List.of(), List.of(), List.of(), Set.of()));
  }

  @Test
  void compare_severalDiffer_allListed() {
    exists("features", topic -> topic.withConfig("cleanup.policy", "compact").withPartitions(3));
    exists("scores", topic -> topic.withConfig("max.message.bytes", "10"));

    assertThat(compare().differences()).hasSize(3);
  }

  @Test
  void withMissing_missing_exactCommand() {
    existing.remove("features-dlq");
    TopicContract contract = CONTRACTS.get("features-dlq").withReplication(3);

    assertThat(TopicRules.compare(List.of(contract), existing, COMMANDS).withMissing(COMMANDS))
        .extracting(Deviation::toString)
        .containsExactly(
            "features-dlq: does not exist. Remedy: kafka-topics.sh --bootstrap-server kafka:9092"
                + " --create --topic features-dlq --partitions 4 --replication-factor 3"
                + " --config cleanup.policy=delete --config max.message.bytes=2065536"
                + " --config message.timestamp.after.max.ms=9223372036854775807"
                + " --config message.timestamp.before.max.ms=9223372036854775807"
                + " --config message.timestamp.type=CreateTime --config retention.bytes=134217728"
                + " --config retention.ms=-1 --config segment.bytes=33554432"
                + " --config segment.ms=9223372036854775807");
  }

  @Test
  void alter_listOfValues_bracketed() {
    assertThat(COMMANDS.alter("models", "cleanup.policy", "compact,delete"))
        .endsWith("--add-config cleanup.policy=[compact,delete]");
  }

  @Test
  void commands_securedCluster_nameAFileOfSettings() {
    KafkaCommands commands = new KafkaCommands("kafka:9093", true);
    String begin = " --bootstrap-server kafka:9093 --command-config client.properties ";

    assertThat(commands.alter("models", "retention.ms", "-1"))
        .startsWith("kafka-configs.sh" + begin);
    assertThat(commands.create(CONTRACTS.get("models"))).startsWith("kafka-topics.sh" + begin);
  }

  /** Of all tools it alone had another name for that option, up to brokers of 4.1. */
  @Test
  void reset_securedCluster_namesTheOptionOfOlderTools() {
    assertThat(new KafkaCommands("kafka:9093", true).reset("a-forecast", "features"))
        .isEqualTo(
            "kafka-streams-application-reset.sh --bootstrap-server kafka:9093 --command-config client.properties"
                + " --application-id a-forecast --input-topics features; with a tool from before Kafka 4.2 --config-file in the place of --command-config");
    assertThat(COMMANDS.reset("a-forecast", "features")).endsWith("--input-topics features");
  }

  private TopicComparison compare() {
    return TopicRules.compare(CONTRACTS.all(), existing, COMMANDS);
  }

  private void exists(String id, UnaryOperator<TopicContract> as) {
    exists(CONTRACTS.get(id), as);
  }

  private void exists(TopicContract contract, UnaryOperator<TopicContract> as) {
    TopicContract topic = as.apply(contract);
    existing.put(topic.name(), new ExistingTopic(topic.partitions(), topic.configs()));
  }
}
