package io.tplus1.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.topic.KafkaCommands;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.server.common.MetadataVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which topics brokers take no writes to, as those of earlier releases. */
final class ReplicaChecksTest {
  private static final short OF_3_6 = MetadataVersion.IBP_3_6_IV2.featureLevel();
  private static final short OF_3_7 = MetadataVersion.IBP_3_7_IV0.featureLevel();
  private static final String STATE = "__transaction_state";
  private static final KafkaCommands COMMANDS = new KafkaCommands("a:9092,b:9092", true);

  private static TopicDescription topic(String name, int... replicasOfPartitions) {
    return new TopicDescription(
        name,
        false,
        IntStream.range(0, replicasOfPartitions.length)
            .mapToObj(
                partition -> {
                  List<Node> nodes =
                      IntStream.range(0, replicasOfPartitions[partition])
                          .mapToObj(id -> new Node(id, "b" + id, 9092))
                          .toList();
                  return new TopicPartitionInfo(partition, nodes.get(0), nodes, nodes);
                })
            .toList());
  }

  private static Optional<Finding> found(Short newestMetadata) {
    return ReplicaChecks.beyondReplicas(
        List.of(
            topic(STATE, 1, 1), topic("features", 3), topic("scores", 3, 1), topic("models", 1)),
        Map.of(STATE, 2, "features", 2, "scores", 2),
        Optional.ofNullable(newestMetadata),
        COMMANDS);
  }

  /** As a broker of 3.6 that is alone under the default of transaction.state.log.min.isr. */
  @Test
  void beyondReplicas_brokersBefore37_failsWithTheCommandForEach() {
    Finding finding = found(OF_3_6).orElseThrow();

    assertThat(finding.level()).isEqualTo(Finding.Level.FAILED);
    assertThat(finding.check()).isEqualTo("replicas");
    assertThat(finding.found())
        .endsWith(
            "brokers before Kafka 3.7 take no writes to them: __transaction_state (2 of 1), scores (2 of 1)");
    assertThat(finding.remedy().orElseThrow())
        .contains(
            "--entity-name __transaction_state --add-config min.insync.replicas=1; ",
            "kafka-configs.sh --bootstrap-server a:9092,b:9092 --command-config client.properties --alter ",
            "--entity-name scores --add-config min.insync.replicas=1; ")
        .endsWith("set transaction.state.log.min.isr on the brokers, so that it stays so");
  }

  @Test
  void beyondReplicas_brokersThatDoNotTellTheirVersion_isAWarning() {
    Finding finding = found(null).orElseThrow();

    assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
    assertThat(finding.found()).contains("brokers before Kafka 3.7, if these are, take no writes");
  }

  @Test
  void beyondReplicas_brokersFrom37On_nothingIsSaid() {
    assertThat(found(OF_3_7)).isEmpty();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(shorts = 14)
  void beyondReplicas_asManyReplicasAsAreWanted_nothingIsSaid(Short newestMetadata) {
    assertThat(
            ReplicaChecks.beyondReplicas(
                List.of(topic("features", 2, 3), topic("untold", 1)),
                Map.of("features", 2),
                Optional.ofNullable(newestMetadata),
                COMMANDS))
        .isEmpty();
  }

  /** Of what takes no writes for another reason, another finding tells: this one says no more. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true  | brokers [2] are away; all partitions of 2 topics (not of [__consumer_offsets, __transaction_state], which do not exist yet or may not be seen) take writes",
        "false | brokers [2] are away"
      })
  void found_brokerAwayThatTheWritesDoNotNeed_isAWarningThatSaysWhatIsKnown(
      boolean all, String found) {
    Finding finding =
        ReplicaChecks.found(
            List.of(topic("features", 3, 2), topic("scores", 2)),
            Map.of("features", 2, "scores", 1),
            Set.of(0, 1),
            all,
            COMMANDS);

    assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
    assertThat(finding.found()).isEqualTo(found);
    assertThat(finding.remedy()).hasValue("start them, before others go");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void found_brokerAwayThatTheWritesNeed_failsAndNamesThePartitions(boolean all) {
    Finding finding =
        ReplicaChecks.found(
            List.of(topic("features", 3, 2), topic("scores", 3, 3)),
            Map.of("features", 2, "scores", 3),
            Set.of(0, 1),
            all,
            COMMANDS);

    assertThat(finding.level()).isEqualTo(Finding.Level.FAILED);
    assertThat(finding.found())
        .isEqualTo(
            "brokers [2] are away; these partitions take no writes, for want of a leader or of replicas in sync: 2 of 2 of scores");
    assertThat(finding.remedy()).hasValue("start these brokers");
  }

  @Test
  void found_allBrokersThereAndTooFewInSync_saysByWhichCommandTheyAreFound() {
    List<Node> both = List.of(new Node(0, "b0", 9092), new Node(1, "b1", 9092));
    TopicPartitionInfo behind = new TopicPartitionInfo(0, both.get(0), both, List.of(both.get(0)));

    Finding finding =
        ReplicaChecks.found(
            List.of(new TopicDescription("scores", false, List.of(behind))),
            Map.of("scores", 2),
            Set.of(0, 1),
            true,
            COMMANDS);

    assertThat(finding.level()).isEqualTo(Finding.Level.FAILED);
    assertThat(finding.remedy())
        .hasValue(
            "look into the logs of the brokers that kafka-topics.sh --bootstrap-server a:9092,b:9092 --command-config client.properties --describe --under-min-isr-partitions names");
  }

  @Test
  void found_allBrokersThereAndAnotherFinding_isOk() {
    Finding finding =
        ReplicaChecks.found(List.of(topic(STATE, 1)), Map.of(STATE, 2), Set.of(0), false, COMMANDS);

    assertThat(finding.level()).isEqualTo(Finding.Level.OK);
  }
}
