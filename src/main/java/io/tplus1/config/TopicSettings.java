package io.tplus1.config;

import java.util.Map;
import java.util.Optional;

/**
 * What the configuration says about topics beyond their contracts.
 *
 * @param create whether missing topics are created
 * @param overrides by contract id, such as {@code features}
 */
public record TopicSettings(boolean create, Map<String, Departure> overrides) {

  /**
   * One topic's departures from its contract.
   *
   * @param name the topic's name
   * @param partitions number of partitions
   * @param replication replication factor; −1 is the broker's default
   */
  public record Departure(
      Optional<String> name, Optional<Integer> partitions, Optional<Integer> replication) {}
}
