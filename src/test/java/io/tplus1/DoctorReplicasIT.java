package io.tplus1;

import static io.tplus1.DoctorRuns.all;
import static io.tplus1.DoctorRuns.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.broker.KillableCluster;
import io.tplus1.broker.NewTopics;
import io.tplus1.instance.StreamUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tplus1 doctor}, where brokers of three are killed. */
final class DoctorReplicasIT {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @TempDir static Path directory;

  /** Of topics that want two of three in sync the third is spared; of those on two it is not. */
  @Test
  @Timeout(300)
  void doctor_brokerThatIsAway_isNamedWithWhatTakesNoWrites() throws Exception {
    DoctorRuns runs = new DoctorRuns(directory);
    try (KillableCluster cluster = KillableCluster.start(directory, 0, Map.of());
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      StreamUnderTest stream =
          new StreamUnderTest(
              cluster.bootstrapServers(),
              "away",
              directory.resolve("state"),
              Map.of("features", "a", "window.steps", "2"));
      assertThat(runs.topicsCreate(stream)).isZero();
      DoctorRuns.askFirst(admin);
      NewTopics.create(admin, new NewTopic("away-forecast-vectors-changelog", 4, (short) 3));
      await()
          .atMost(LONGEST)
          .untilAsserted(
              () ->
                  assertThat(found(runs.doctor(0, stream), "replicas", "ok"))
                      .matches("all partitions of \\d+ topics.* take writes"));

      cluster.kill(3);
      await()
          .atMost(LONGEST)
          .untilAsserted(
              () ->
                  assertThat(all(runs.doctor(0, stream), "replicas", "warning"))
                      .singleElement(STRING)
                      .contains(
                          "brokers [3] are away; all partitions of ", "take writes", "start them"));

      cluster.launchMissing();
      cluster.awaitAll();
      NewTopics.create(
          admin,
          new NewTopic(
              "away-forecast-series-changelog",
              Map.of(0, List.of(1, 2), 1, List.of(2, 1), 2, List.of(1, 2), 3, List.of(1, 3))));
      await()
          .atMost(LONGEST)
          .untilAsserted(
              () -> assertThat(found(runs.doctor(0, stream), "replicas", "ok")).isNotBlank());
      cluster.kill(3);
      await()
          .atMost(LONGEST)
          .untilAsserted(
              () ->
                  assertThat(all(runs.doctor(4, stream), "replicas", "failed"))
                      .singleElement(STRING)
                      .contains(
                          "brokers [3] are away",
                          "1 of 4 of away-forecast-series-changelog",
                          "start these brokers"));
    }
  }

  /** Nobody makes topics then, nor says whether they would be made: that is not consent. */
  @Test
  @Timeout(300)
  void doctor_noActiveController_saysOfEachKindOfTopicThatNobodyTells() throws Exception {
    DoctorRuns runs = new DoctorRuns(directory);
    Path folder = Files.createDirectories(directory.resolve("headless"));
    try (KillableCluster cluster = KillableCluster.start(folder, 0, Map.of())) {
      StreamUnderTest stream =
          new StreamUnderTest(
              cluster.bootstrapServers(),
              "headless",
              folder.resolve("state"),
              Map.of("features", "a", "window.steps", "2"));
      cluster.kill(2);
      cluster.kill(3);

      // a controller that leads goes on for some seconds, until it misses the two
      await().atMost(LONGEST).untilAsserted(() -> assertNobodyTells(runs.doctor(0, stream)));
    }
  }

  private static void assertNobodyTells(JsonNode report) {
    assertThat(all(report, "topics", "warning"))
        .satisfiesExactly(
            own -> assertUntold(own, "those that do not exist"),
            stores -> assertUntold(stores, "the topics of stores"));
    assertThat(all(report, "permissions", "warning"))
        .satisfiesExactly(one -> assertUntold(one, "topics for this principal"));
  }

  private static void assertUntold(String finding, String topics) {
    assertThat(finding)
        .startsWith("whether brokers would make %s, they do not tell: ".formatted(topics))
        .endsWith(" → see whether the cluster has an active controller");
  }
}
