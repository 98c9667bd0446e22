package io.tplus1.broker;

import static org.awaitility.Awaitility.await;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/** Topics that integration tests make. */
public final class NewTopics {

  private NewTopics() {}

  /**
   * Makes topics, and returns when each partition's leader serves it: a moment after the controller
   * says so. A producer that is sooner can lose its first batch.
   */
  public static void create(Admin admin, NewTopic... topics)
      throws ExecutionException, InterruptedException {
    create(admin, Arrays.asList(topics));
  }

  /** As above. */
  public static void create(Admin admin, Collection<NewTopic> topics)
      throws ExecutionException, InterruptedException {
    admin.createTopics(topics).all().get();
    List<String> names = topics.stream().map(NewTopic::name).toList();
    // The broker that is asked may not have heard of them; Kafka's client does not ask again then.
    await("leaders of " + names)
        .ignoreExceptionsMatching(failure -> failure.getCause() instanceof RetriableException)
        .until(
            () -> {
              admin.listOffsets(ends(admin, names)).all().get();
              return true;
            });
  }

  private static Map<TopicPartition, OffsetSpec> ends(Admin admin, List<String> topics)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    admin
        .describeTopics(topics)
        .allTopicNames()
        .get()
        .forEach(
            (name, topic) ->
                topic
                    .partitions()
                    .forEach(
                        each ->
                            ends.put(
                                new TopicPartition(name, each.partition()), OffsetSpec.latest())));
    return ends;
  }
}
