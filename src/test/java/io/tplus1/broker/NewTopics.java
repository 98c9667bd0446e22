package io.tplus1.broker;

import static org.awaitility.Awaitility.await;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Topics that integration tests make. */
public final class NewTopics {

  private NewTopics() {}

  /** Makes topics, and returns when brokers list them: a moment after the controller does. */
  public static void create(Admin admin, NewTopic... topics)
      throws ExecutionException, InterruptedException {
    create(admin, Arrays.asList(topics));
  }

  /** As above. */
  public static void create(Admin admin, Collection<NewTopic> topics)
      throws ExecutionException, InterruptedException {
    admin.createTopics(topics).all().get();
    List<String> names = topics.stream().map(NewTopic::name).toList();
    await().until(() -> admin.listTopics().names().get().containsAll(names));
  }
}
