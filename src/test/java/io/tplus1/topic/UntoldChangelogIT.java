package io.tplus1.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeConfigsResult;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why nothing is said of a changelog's settings, where they may be read. */
final class UntoldChangelogIT {
  private static final String CHANGELOG = Application.changelog("app", "series");

  @TempDir Path directory;

  @Test
  void compare_changelogThatIsDeletedMeanwhile_doesNotBlameARight() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
        Admin admin = new Deleting(broker.bootstrapServers())) {
      NewTopics.create(admin, new NewTopic(CHANGELOG, Optional.of(4), Optional.empty()));
      TopicProvisioner provisioner =
          new TopicProvisioner(
              admin,
              new AdminAnswers(broker.bootstrapServers(), Duration.ofSeconds(30)),
              false,
              Map.of(
                  TopicContracts.FEATURES,
                  new Application("app", List.of(StoreContract.ofValues("series")), true)));

      assertThat(
              provisioner
                  .compare(List.of(TopicContracts.load().get(TopicContracts.FEATURES)))
                  .untold())
          .singleElement()
          .asString()
          .startsWith("of %s: ".formatted(CHANGELOG));
    }
  }

  /** Somebody deletes the changelog before its settings are asked for. */
  private static final class Deleting extends ForwardingAdmin {
    private Deleting(String bootstrapServers) {
      super(Map.of("bootstrap.servers", bootstrapServers));
    }

    @Override
    public DescribeConfigsResult describeConfigs(
        Collection<ConfigResource> resources, DescribeConfigsOptions options) {
      if (resources.stream().anyMatch(one -> one.name().equals(CHANGELOG))) {
        assertThatCode(() -> deleteTopics(List.of(CHANGELOG)).all().get())
            .doesNotThrowAnyException();
        await("the deletion").until(() -> !listTopics().names().get().contains(CHANGELOG));
      }
      return super.describeConfigs(resources, options);
    }
  }
}
