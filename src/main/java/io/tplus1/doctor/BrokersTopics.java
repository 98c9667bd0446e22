package io.tplus1.doctor;

import io.tplus1.cluster.ClusterAdmin;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The brokers' own topics, which they make for the first client that asks of a group, or of a
 * transaction.
 */
final class BrokersTopics {
  /** What groups have read. */
  static final String OFFSETS = "__consumer_offsets";

  /** The state of transactions. */
  static final String TRANSACTIONS = "__transaction_state";

  /** The brokers' settings by the topics that are made with so many replicas, or not. */
  static final Map<String, String> REPLICATIONS =
      Map.of(
          OFFSETS,
          "offsets.topic.replication.factor",
          TRANSACTIONS,
          "transaction.state.log.replication.factor");

  private BrokersTopics() {}

  /** What one of them is of, in a word or two. */
  static String holds(String topic) {
    return topic.equals(OFFSETS) ? "groups" : "transactional ids";
  }

  /**
   * Whether one exists, or nobody here may see whether it does.
   *
   * @throws KafkaException when the cluster does not answer
   */
  static boolean mayExist(ClusterAdmin cluster, String topic) {
    try {
      cluster.answer(cluster.admin().describeTopics(List.of(topic)).topicNameValues().get(topic));
      return true;
    } catch (UnknownTopicOrPartitionException e) {
      return false;
    } catch (TopicAuthorizationException e) {
      return true;
    }
  }
}
