package io.tplus1.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.cluster.Role;
import io.tplus1.instance.StreamUnderTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of rights when brokers refuse something, against brokers that do not tell all. */
final class MissingRightsIT {
  @TempDir Path directory;

  /**
   * As where a broker is away: no topic of transactions can be made, so nobody coordinates them.
   */
  @Test
  void behind_transactionsHaveNoCoordinator_namesWhatTheGroupLacks() throws Exception {
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(
                directory.resolve("broker"),
                Map.of(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    "allow.everyone.if.no.acl.found",
                    "true",
                    "transaction.state.log.replication.factor",
                    "3"));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      StreamUnderTest stream =
          new StreamUnderTest(
              broker.bootstrapServers(),
              "mute",
              directory.resolve("state"),
              Map.of("features", "a,b"));
      admin
          .createAcls(
              List.of(
                  new AclBinding(
                      new ResourcePattern(ResourceType.GROUP, "mute-forecast", PatternType.LITERAL),
                      new AccessControlEntry(
                          "User:ANONYMOUS", "*", AclOperation.ALL, AclPermissionType.DENY))))
          .all()
          .get();

      // Brokers see new rights a moment after the controller took them.
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  assertThat(
                          MissingRights.behind(
                              new GroupAuthorizationException("mute-forecast"),
                              stream.configuration(),
                              Role.FORECAST))
                      .singleElement(STRING)
                      .startsWith(
                          "Read on the group mute-forecast is not allowed → kafka-acls.sh"));
    }
  }
}
