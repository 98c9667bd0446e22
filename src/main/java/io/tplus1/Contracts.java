package io.tplus1;

import io.tplus1.config.Configuration;
import io.tplus1.config.TopicSettings;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicContracts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The topics' contracts as a configuration wants them. */
final class Contracts {
  /** What a batch may put around a dead letter, in bytes. */
  private static final int AROUND_A_LETTER = 65_536;

  private Contracts() {}

  static List<TopicContract> of(Configuration configuration) {
    Map<String, TopicSettings.Departure> departures = configuration.topics().departures();
    return TopicContracts.load().all().stream()
        .map(contract -> depart(contract, departures))
        .map(contract -> ownTime(contract, configuration.readsTimeField()))
        .map(contract -> deadLetters(contract, configuration.deadLetterMaxBytes()))
        .toList();
  }

  private static TopicContract depart(
      TopicContract contract, Map<String, TopicSettings.Departure> departures) {
    TopicSettings.Departure departure = departures.get(contract.id());
    TopicContract departed =
        contract
            .withName(departure.name())
            .withReplication(departure.replication().orElse(contract.replication()));
    // A topic that is partitioned like another follows it, unless its own number is set.
    Optional<Integer> partitions =
        departure
            .partitions()
            .or(() -> contract.copartitionedWith().flatMap(id -> departures.get(id).partitions()));
    return partitions.isPresent() ? departed.withPartitions(partitions.get()) : departed;
  }

  /** Where the event time stands in a field, the topic may stamp its records as it likes. */
  private static TopicContract ownTime(TopicContract contract, boolean timeInField) {
    return timeInField && contract.id().equals(TopicContracts.FEATURES)
        ? contract.withoutConfig("message.timestamp.type")
        : contract;
  }

  /** The topic of dead letters takes the largest that the setting lets through. */
  private static TopicContract deadLetters(TopicContract contract, int maxBytes) {
    return contract.id().equals(TopicContracts.FEATURES_DLQ)
        ? contract.withConfig("max.message.bytes", Long.toString((long) maxBytes + AROUND_A_LETTER))
        : contract;
  }
}
