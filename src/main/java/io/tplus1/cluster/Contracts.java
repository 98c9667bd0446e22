package io.tplus1.cluster;

import io.tplus1.config.Configuration;
import io.tplus1.config.ProducerRoom;
import io.tplus1.config.TopicSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.serde.ModelCommandSerde;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.serde.ModelScoresSerde;
import io.tplus1.topic.Application;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.ForecastPlan;
import io.tplus1.topology.retrain.RetrainNodes;
import io.tplus1.topology.state.ForecastStores;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The topics' contracts as a configuration wants them. */
public final class Contracts {
  private Contracts() {}

  /**
   * Those that a role needs, as {@code run} has them.
   *
   * @param schema as below
   */
  public static List<TopicContract> of(
      Configuration configuration, Optional<FeatureSchema> schema, Role role) {
    // Whoever retrains alone may have other settings of what it does not write.
    return of(configuration, schema.filter(any -> role.forecasts())).stream()
        .filter(contract -> role.needs(contract.id()))
        .toList();
  }

  /**
   * All of them.
   *
   * @param schema the configuration's, complete with vocabularies; empty if that is not known, and
   *     with it how large predictions and scores are
   */
  public static List<TopicContract> of(
      Configuration configuration, Optional<FeatureSchema> schema) {
    Map<String, Integer> largest = new HashMap<>();
    largest.put(TopicContracts.FEATURES_DLQ, configuration.deadLetterMaxBytes());
    largest.put(TopicContracts.MODEL_SCORES, ModelScoresSerde.MAX_BYTES);
    largest.put(TopicContracts.MODEL_COMMANDS, ModelCommandSerde.MAX_BYTES);
    largest.put(TopicContracts.MODEL_EVENTS, ModelEventSerde.MAX_BYTES);
    if (schema.isPresent()) {
      ForecastPlan plan = ForecastPlan.of(configuration, schema.get());
      largest.put(TopicContracts.PREDICTIONS, plan.largestPrediction());
      largest.put(TopicContracts.SCORES, plan.largestScore());
    }
    Map<String, TopicSettings.Departure> departures = configuration.topics().departures();
    return TopicContracts.load().all().stream()
        .map(contract -> depart(contract, departures))
        .map(contract -> ownTime(contract, configuration.readsTimeField()))
        .map(contract -> holding(contract, Optional.ofNullable(largest.get(contract.id()))))
        .toList();
  }

  /**
   * By the id of a topic, the application whose tasks are one for each of its partitions. The
   * forecasts go on whatever the one that retrains cannot start on, but make what it reads as its
   * stores are, since the first to start makes it.
   */
  public static Map<String, Application> readers(Configuration configuration, Role role) {
    return Map.of(
        TopicContracts.FEATURES,
        new Application(
            configuration.forecastApplicationId(),
            ForecastStores.contracts(configuration.windows(), additional(configuration)),
            role.forecasts()),
        TopicContracts.TRAINING_SAMPLES,
        new Application(
            configuration.retrainApplicationId(), RetrainNodes.STORES, role.retrains()));
  }

  /**
   * What a user chose to have windows' rows kept longer by; brokers count from when one came. Less
   * than 0 is taken for 0, so that the topic that Kafka Streams make by it is warned of.
   */
  private static Optional<Duration> additional(Configuration configuration) {
    String name = StreamsConfig.WINDOW_STORE_CHANGE_LOG_ADDITIONAL_RETENTION_MS_CONFIG;
    return Optional.ofNullable(configuration.kafka().get(name))
        .map(set -> (Long) ConfigDef.parseType(name, set, ConfigDef.Type.LONG))
        .map(ms -> Duration.ofMillis(Math.max(0, ms)));
  }

  private static TopicContract depart(
      TopicContract contract, Map<String, TopicSettings.Departure> departures) {
    TopicSettings.Departure departure = departures.get(contract.id());
    TopicContract departed =
        contract
            .withName(departure.name())
            .withReplication(departure.replication().orElse(contract.replication()));
    // A topic that is partitioned like another follows it, unless its own number is set.
    return departure
        .partitions()
        .map(departed::withChosenPartitions)
        .or(
            () ->
                contract
                    .copartitionedWith()
                    .flatMap(id -> departures.get(id).partitions())
                    .map(departed::withPartitions))
        .orElse(departed);
  }

  /** Where the event time stands in a field, the topic may stamp its records as it likes. */
  private static TopicContract ownTime(TopicContract contract, boolean timeInField) {
    return timeInField && contract.id().equals(TopicContracts.FEATURES)
        ? contract.withoutConfig("message.timestamp.type")
        : contract;
  }

  /**
   * A topic takes the largest record that is written to it.
   *
   * @param largest most bytes of a value, of a dead letter of all; empty where nobody knows, or the
   *     topic is made for it
   */
  private static TopicContract holding(TopicContract contract, Optional<Integer> largest) {
    if (largest.isEmpty()) {
      return contract;
    }
    if (contract.id().equals(TopicContracts.FEATURES_DLQ)) {
      return contract.withConfig(
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          Long.toString((long) largest.get() + ProducerRoom.AROUND_A_RECORD));
    }
    return contract.holding((long) largest.get() + ProducerRoom.AROUND_A_VALUE);
  }
}
