package io.tplus1.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.config.Configuration;
import io.tplus1.config.ProducerRoom;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.serde.SampleSerde;
import io.tplus1.topic.StoreContract;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicContracts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a configuration makes of the topics' contracts. */
final class ContractsTest {
  private static TopicContract deadLetters(Map<String, String> settings) {
    return contract(TopicContracts.FEATURES_DLQ, settings);
  }

  private static TopicContract contract(String id, Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    return Contracts.of(configuration, Optional.of(configuration.schema())).stream()
        .filter(contract -> contract.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Brokers are asked for what Kafka Streams would make; for as much only where that was chosen.
   */
  @ParameterizedTest
  @CsvSource({
    ", 691200001, 777600001",
    "2592000000, 3283200001, 3283200001",
    "600000, 691800001, 691800001",
    "-86400000, 691200001, 691200001",
    "9223372036854775807, 9223372036854775807, 9223372036854775807",
  })
  void readers_windows_rowsAreKeptAsLongAsKafkaStreamsKeepThem(
      String additional, long leastMs, long madeMs) {
    Map<String, String> settings = new HashMap<>(Map.of("features", "x", "window.retention", "8d"));
    if (additional != null) {
      settings.put("windowstore.changelog.additional.retention.ms", additional);
    }

    assertThat(
            Contracts.readers(new Configuration(settings), Role.ALL)
                .get(TopicContracts.FEATURES)
                .stores())
        .filteredOn(store -> store.name().equals("vectors"))
        .singleElement()
        .extracting(StoreContract::retention)
        .isEqualTo(
            Optional.of(
                new StoreContract.Retention(
                    Duration.ofMillis(leastMs), Duration.ofMillis(madeMs))));
  }

  @Test
  void of_defaults_deadLettersAsTheFileSays() {
    assertThat(deadLetters(Map.of("features", "x")))
        .isEqualTo(TopicContracts.load().get(TopicContracts.FEATURES_DLQ));
  }

  @Test
  void of_largeDeadLetters_topicTakesThem() {
    assertThat(deadLetters(Map.of("features", "x", "dead.letter.max.bytes", "5000000")).configs())
        .containsEntry("max.message.bytes", "5065536");
  }

  @Test
  void of_smallDeadLetters_topicNeedTakeNoMore() {
    assertThat(deadLetters(Map.of("features", "x", "dead.letter.max.bytes", "100000")).configs())
        .containsEntry("max.message.bytes", "165536");
  }

  @Test
  void of_fewTargets_predictionsAsTheFileSays() {
    assertThat(contract(TopicContracts.PREDICTIONS, Map.of("features", "x")).configs())
        .isEqualTo(TopicContracts.load().get(TopicContracts.PREDICTIONS).configs());
  }

  /** What is written whole, and the topic is made for, is not named apart. */
  @Test
  void of_whatTplus1Writes_saysWhatItsLargestRecordTakes() {
    Map<String, String> settings = Map.of("features", "x", "dead.letter.max.bytes", "100000");

    assertThat(least(TopicContracts.PREDICTIONS, settings)).isBetween(20_000L, 50_000L);
    assertThat(least(TopicContracts.SCORES, settings)).isBetween(20_000L, 50_000L);
    assertThat(least(TopicContracts.MODEL_SCORES, settings)).isEqualTo(408_192);
    assertThat(least(TopicContracts.MODEL_COMMANDS, settings)).isEqualTo(9_192);
    assertThat(least(TopicContracts.MODEL_EVENTS, settings)).isEqualTo(108_192);
    for (String id :
        List.of(
            TopicContracts.FEATURES,
            TopicContracts.FEATURES_DLQ,
            TopicContracts.TRAINING_SAMPLES,
            TopicContracts.MODELS)) {
      assertThat(contract(id, settings).leastMessageBytes()).isEmpty();
    }
  }

  private static long least(String id, Map<String, String> settings) {
    return contract(id, settings).leastMessageBytes().orElseThrow();
  }

  @Test
  void of_manyTargetsAndHorizons_predictionsTakeThem() {
    String names =
        IntStream.range(0, 2_000).mapToObj(i -> "sensor" + i).collect(Collectors.joining(","));
    TopicContract predictions =
        contract(TopicContracts.PREDICTIONS, Map.of("features", names, "forecast.horizon", "8"));

    assertThat(Integer.parseInt(predictions.configs().get("max.message.bytes")))
        .isBetween(1_100_000, 2_000_000);
  }

  @Test
  void of_defaults_trainingSamplesTakeTheLargest() {
    TopicContract samples = contract(TopicContracts.TRAINING_SAMPLES, Map.of("features", "x"));

    assertThat(Integer.parseInt(samples.configs().get("max.message.bytes")))
        .isGreaterThanOrEqualTo(SampleSerde.MAX_BYTES + ProducerRoom.AROUND_A_VALUE);
  }

  @Test
  void of_noSchema_predictionsAsTheFileSays() {
    Configuration configuration =
        new Configuration(Map.of("features", "x", "forecast.horizon", "300"));

    assertThat(Contracts.of(configuration, Optional.empty()))
        .contains(TopicContracts.load().get(TopicContracts.PREDICTIONS));
  }

  @Test
  void of_retrain_onlyWhatItReadsAndWrites() {
    Configuration configuration = new Configuration(Map.of("features", "x"));

    assertThat(Contracts.of(configuration, Optional.of(configuration.schema()), Role.RETRAIN))
        .extracting(TopicContract::id)
        .containsExactly(
            TopicContracts.TRAINING_SAMPLES,
            TopicContracts.MODEL_SCORES,
            TopicContracts.MODEL_COMMANDS,
            TopicContracts.MODEL_EVENTS,
            TopicContracts.MODELS);
  }

  /** Nor does it write them: its settings may leave no room for them. */
  @Test
  void of_retrain_asksForNoRoomForPredictions() {
    Configuration configuration =
        new Configuration(Map.of("features", "x", "producer.max.request.size", "20000"));
    Optional<FeatureSchema> schema = Optional.of(configuration.schema());

    assertThat(Contracts.of(configuration, schema, Role.RETRAIN))
        .isEqualTo(Contracts.of(configuration, Optional.empty(), Role.RETRAIN));
    assertThatThrownBy(() -> Contracts.of(configuration, schema, Role.FORECAST))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void of_forecast_everything() {
    Configuration configuration = new Configuration(Map.of("features", "x"));

    assertThat(Contracts.of(configuration, Optional.of(configuration.schema()), Role.FORECAST))
        .isEqualTo(Contracts.of(configuration, Optional.of(configuration.schema())));
  }

  @Test
  void of_partitionsOfFeatures_chosenForThemAndFollowedByTheRest() {
    Map<String, String> settings = Map.of("features", "x", "topics.features.partitions", "12");

    TopicContract features = contract(TopicContracts.FEATURES, settings);
    TopicContract scores = contract(TopicContracts.SCORES, settings);

    assertThat(features.partitions()).isEqualTo(12);
    assertThat(features.partitionsChosen()).isTrue();
    assertThat(scores.partitions()).isEqualTo(12);
    assertThat(scores.partitionsChosen()).isFalse();
  }
}
