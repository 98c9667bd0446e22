package io.tplus1.topic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes topics as their contracts say, and waits until they can be written.
 *
 * <p>Safe for use by several threads, and by several instances of the program at the same time. The
 * caller closes the {@code Admin}.
 */
final class TopicMaker {
  private static final Logger LOG = LoggerFactory.getLogger(TopicMaker.class);
  private static final long POLL_MS = 50;

  private final Admin admin;
  private final ClusterTopics cluster;
  private final AdminAnswers answers;
  private final Supplier<KafkaCommands> commands;

  /**
   * @param commands what people are told to do by; asked for when something is refused
   */
  TopicMaker(
      Admin admin, ClusterTopics cluster, AdminAnswers answers, Supplier<KafkaCommands> commands) {
    this.admin = admin;
    this.cluster = cluster;
    this.answers = answers;
    this.commands = commands;
  }

  /**
   * Makes those that another has not made meanwhile.
   *
   * @throws TopicMismatchException if brokers refuse any, with all of these
   * @throws KafkaException when the cluster does not answer
   */
  void make(Collection<TopicContract> topics) {
    List<Deviation> failures = new ArrayList<>();
    Map<String, KafkaFuture<Void>> creations =
        admin.createTopics(topics.stream().map(TopicMaker::newTopic).toList()).values();
    topics.forEach(
        topic -> {
          try {
            answers.answer(creations.get(topic.name()));
            LOG.info("Created topic {} with {} partitions", topic.name(), topic.partitions());
          } catch (TopicExistsException e) {
            LOG.info("Topic {} was created by another at the same time", topic.name());
          } catch (TimeoutException e) {
            throw new KafkaException(
                "the brokers have not said within %s whether they made the topic %s: see whether the cluster has an active controller, and start again"
                    .formatted(AdminAnswers.text(answers.longestWait()), topic.name()),
                e);
          } catch (KafkaException e) {
            failures.add(refusal(topic, "could not be created", e));
          }
        });
    if (!failures.isEmpty()) {
      throw new TopicMismatchException(failures);
    }
  }

  /** As {@link TopicProvisioner#refusals}. */
  List<Deviation> refusals(Collection<TopicContract> missing) {
    Map<String, KafkaException> refused =
        new TopicTrial(admin, answers)
            .refusals(missing.stream().map(TopicMaker::newTopic).toList());
    return missing.stream()
        .filter(topic -> refused.containsKey(topic.name()))
        .filter(topic -> !(refused.get(topic.name()) instanceof AuthorizationException))
        .map(topic -> refusal(topic, "brokers would not make it", refused.get(topic.name())))
        .toList();
  }

  private Deviation refusal(TopicContract topic, String what, KafkaException e) {
    String first = "";
    if (e instanceof InvalidReplicationFactorException) {
      first =
          "start as many brokers, or set topics.%s.replication to what there are; then "
              .formatted(topic.id());
    } else if (e instanceof InvalidConfigurationException) {
      first =
          "upgrade the brokers if they are older than Kafka 3.6, which knows all of these settings,"
              + " or have it made with those that they take, of ";
    } else if (e instanceof PolicyViolationException) {
      first = "ask whoever runs the brokers for what their policy takes, in place of ";
    }
    return Deviation.of(
        "%s: %s: %s".formatted(topic.name(), what, e.getMessage()),
        first + commands.get().create(topic));
  }

  private static NewTopic newTopic(TopicContract topic) {
    return new NewTopic(topic.name(), Optional.of(topic.partitions()), topic.replicas())
        .configs(topic.configs());
  }

  /**
   * Waits until somebody leads each partition of topics that were made.
   *
   * <p>A broker that has heard of a partition may not lead it yet. It refuses a producer's first
   * batch, takes the second that was on its way, and from then on refuses the first as out of
   * sequence, until the producer gives it up (KAFKA-15591; brokers before 4.5). Whoever leads tells
   * the partition's end. Where the broker that is asked has not heard of a topic, Kafka's client
   * does not ask again.
   */
  void awaitLeaders(Collection<TopicContract> created) {
    long began = System.nanoTime();
    Map<TopicPartition, RetriableException> waiting = withoutLeader(partitions(created));
    while (!waiting.isEmpty()) {
      if (answers.isOver(System.nanoTime() - began)) {
        Map.Entry<TopicPartition, RetriableException> one = waiting.entrySet().iterator().next();
        // No TimeoutException: that is of brokers that do not answer.
        throw new KafkaException(
            "Topics were created, but no broker leads %s yet: start again".formatted(one.getKey()),
            one.getValue());
      }
      pause();
      waiting = withoutLeader(waiting.keySet());
    }
  }

  private Set<TopicPartition> partitions(Collection<TopicContract> created) {
    Set<TopicPartition> all = new HashSet<>();
    // The broker that answers may not have heard of all: another may have answered before.
    Map<String, Integer> known =
        cluster.partitions(created.stream().map(TopicContract::name).toList());
    for (TopicContract topic : created) {
      int partitions = known.getOrDefault(topic.name(), topic.partitions());
      for (int i = 0; i < partitions; i++) {
        all.add(new TopicPartition(topic.name(), i));
      }
    }
    return all;
  }

  /** Those that nobody who was asked leads, and what was answered. */
  private Map<TopicPartition, RetriableException> withoutLeader(Set<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    partitions.forEach(partition -> ends.put(partition, OffsetSpec.latest()));
    ListOffsetsResult asked = admin.listOffsets(ends);
    Map<TopicPartition, RetriableException> without = new HashMap<>();
    for (TopicPartition partition : partitions) {
      try {
        answers.answer(asked.partitionResult(partition));
      } catch (RetriableException e) {
        without.put(partition, e);
      }
    }
    return without;
  }

  /** Between two questions of what has to come. */
  static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
