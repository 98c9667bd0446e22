package io.tplus1.topic;

import java.util.Map;

/**
 * A topic as the cluster has it.
 *
 * @param configs all of its configs with the values in force, wherever they were set; empty if they
 *     were not read
 */
record ExistingTopic(int partitions, Map<String, String> configs) {
  ExistingTopic {
    configs = Map.copyOf(configs);
  }
}
