package io.tplus1.topic;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether brokers would make topics: they go through all but the making.
 *
 * @param admin a client of the cluster, closed by the caller
 * @param answers waits for each answer
 */
public record TopicTrial(Admin admin, AdminAnswers answers) {
  private static final Logger LOG = LoggerFactory.getLogger(TopicTrial.class);

  /**
   * Why brokers would not make them, by name, a right that is missing among the reasons; of one
   * that exists there is none.
   *
   * @throws TimeoutException if brokers do not tell in time, as without an active controller: that
   *     is neither yes nor no
   */
  public Map<String, KafkaException> refusals(Collection<NewTopic> topics) {
    Map<String, KafkaException> refusals = new HashMap<>();
    admin
        .createTopics(topics, new CreateTopicsOptions().validateOnly(true))
        .values()
        .forEach(
            (name, creation) -> {
              try {
                answers.answer(creation);
              } catch (TopicExistsException e) {
                LOG.debug("Topic {} was not tried: {}", name, e.getMessage());
              } catch (TimeoutException e) {
                throw e;
              } catch (KafkaException e) {
                refusals.put(name, e);
              }
            });
    return refusals;
  }
}
