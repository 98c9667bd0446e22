package io.tplus1.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

final class TopicContractsTest {
  private final TopicContracts contracts = TopicContracts.load();

  @Test
  void load_filesInFolder_allKnown() throws IOException {
    Path folder = Path.of(System.getProperty("project.root", ".")).resolve("topics");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(contracts.all())
          .extracting(contract -> contract.id() + ".yaml")
          .containsExactlyInAnyOrderElementsOf(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.endsWith(".yaml"))
                  .toList());
    }
  }

  @Test
  void load_configs_validForKafka() {
    for (TopicContract contract : contracts.all()) {
      LogConfig.validate(contract.configs());
      assertThat(contract.configs().keySet()).isSubsetOf(LogConfig.configNames());
    }
  }

  @Test
  void load_deletePolicy_eventTimesNeitherDeleteNorRollNorRefuse() {
    String most = Long.toString(Long.MAX_VALUE);
    assertThat(contracts.all())
        .filteredOn(contract -> contract.configs().get("cleanup.policy").equals("delete"))
        .allSatisfy(
            contract ->
                assertThat(contract.configs())
                    .containsEntry("message.timestamp.type", "CreateTime")
                    .containsEntry("retention.ms", "-1")
                    .containsKey("retention.bytes")
                    .containsEntry("segment.ms", most)
                    .containsEntry("message.timestamp.after.max.ms", most)
                    .containsEntry("message.timestamp.before.max.ms", most));
  }

  @Test
  void load_together_fitEachOther() {
    TopicComparison comparison =
        TopicRules.compare(contracts.all(), Map.of(), new KafkaCommands("localhost:9092", false));

    assertThat(comparison.differences()).isEmpty();
    assertThat(comparison.missing()).containsExactlyElementsOf(contracts.all());
  }

  @Test
  void get_unknown_errorNamesTheKnown() {
    assertThatThrownBy(() -> contracts.get("feature"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "No topic has the id 'feature', expected one of"
                + " [features, predictions, scores, features-dlq, training-samples, model-scores, model-commands, model-events, models]");
  }

  @Test
  void checkReferences_unknownId_errorNamesFileFieldFoundExpected() {
    TopicContract features = contracts.get(TopicContracts.FEATURES);
    TopicContract lost =
        new TopicContract(
            "lost",
            "lost",
            1,
            false,
            1,
            features.configs(),
            Optional.of("feature"),
            true,
            Optional.empty());

    assertThatThrownBy(() -> TopicContracts.checkReferences(lost, Map.of("features", features)))
        .isInstanceOf(ConfigException.class)
        .hasMessage("topics/lost.yaml: copartitionedWith is 'feature', expected one of [features]");
  }

  @Test
  void with_changes_restStays() {
    TopicContract changed =
        contracts
            .get(TopicContracts.FEATURES)
            .withName("sensors")
            .withPartitions(7)
            .withReplication(3)
            .withConfig("max.message.bytes", "5")
            .withoutConfig("retention.ms");

    assertThat(changed.id()).isEqualTo("features");
    assertThat(List.of(changed.name(), changed.partitions(), changed.replication()))
        .isEqualTo(List.of("sensors", 7, 3));
    assertThat(changed.configs())
        .containsEntry("max.message.bytes", "5")
        .doesNotContainKey("retention.ms")
        .containsEntry("cleanup.policy", "delete");
  }
}
