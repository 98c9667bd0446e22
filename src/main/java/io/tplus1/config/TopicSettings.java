package io.tplus1.config;

import java.util.Map;
import java.util.Optional;

/**
 * What the configuration says about topics beyond their contracts.
 *
 * @param create whether missing topics are created
 * @param departures by contract id, such as {@code features}
 */
public record TopicSettings(boolean create, Map<String, Departure> departures) {

  /** The name of a topic, by contract id. */
  public String name(String id) {
    return departures.get(id).name();
  }

  /**
   * One topic's departures from its contract.
   *
   * @param name the topic's name
   * @param partitions number of partitions
   * @param replication replication factor; −1 is the broker's default
   */
  public record Departure(
      String name, Optional<Integer> partitions, Optional<Integer> replication) {}
}
