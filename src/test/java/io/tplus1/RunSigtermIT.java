package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.BrokerProcess;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.instance.Watching;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@code tplus1 run} ends where it is told to, in a JVM of its own. */
final class RunSigtermIT {
  /** Ten are promised, seven of them for brokers; a JVM takes some to end on a busy machine. */
  private static final Duration SOON = Duration.ofSeconds(15);

  @TempDir Path directory;
  private RunRig rig;

  @BeforeEach
  void prepare() {
    rig = new RunRig(directory);
  }

  @Test
  void run_sigterm_committedAndGoneWithin10Seconds() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = rig.stream(broker.bootstrapServers());
      try (MainProcess run = rig.start(stream)) {
        RunRig.awaitRunning(run);
        stream.produce(List.of(RunRig.vector(0, 1, 2), RunRig.vector(1, 3, 4)));
        stream.await("predictions", 2);

        long asked = System.nanoTime();
        run.terminate();

        assertThat(run.exitCode()).isEqualTo(143);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(SOON);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
            .contains("the forecasts: closed, everything committed")
            .doesNotContain("\tat ");
      }
      assertThat(stream.read("predictions")).hasSize(2);

      // A clean stop leaves nothing to restore: the window is read, not replayed.
      try (MainProcess run = rig.start(stream)) {
        RunRig.awaitRunning(run);
        stream.produce(List.of(RunRig.vector(2, 5, 6)));
        stream.await("predictions", 3);
        assertThat(stream.await("scores", 2)).hasSize(2);
        assertThat(run.err()).doesNotContain("they are restored from the brokers");
        run.terminate();
        run.exitCode();
      }
      assertThat(stream.read("predictions")).hasSize(3);
    }
  }

  /** What a start has opened and not touched is not to be restored. */
  @Test
  void run_sigtermWhileItStarts_keepsTheStores() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = rig.stream(broker.bootstrapServers());
      try (ForecastApplication application = stream.start(null)) {
        stream.produce(List.of(RunRig.vector(0, 1, 2), RunRig.vector(1, 3, 4)));
        stream.await("predictions", 2);
        assertThat(application.failure()).isNull();
      }
      try (MainProcess run = rig.start(stream)) {
        await()
            .pollInterval(Duration.ofMillis(1))
            .until(() -> run.err().contains("the forecasts: CREATED -> REBALANCING"));

        run.terminate();

        assertThat(run.exitCode()).isEqualTo(143);
        assertThat(run.err())
            .contains("the forecasts: closed, everything committed")
            .doesNotContainPattern("(?m)^tplus1: ")
            .doesNotContain("\tat ");
      }
      try (MainProcess run = rig.start(stream)) {
        RunRig.awaitRunning(run);
        stream.produce(List.of(RunRig.vector(2, 5, 6)));
        stream.await("predictions", 3);
        assertThat(run.err()).doesNotContain("they are restored from the brokers");
      }
    }
  }

  /** Whoever stops it kills it after ten seconds, as Docker does, brokers or not. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void run_sigtermWhileATrainingRuns_goneWithin10Seconds(boolean brokersAnswer) throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(directory.resolve("broker"))) {
      StreamUnderTest stream = rig.stream(broker.bootstrapServers());
      int port = Watching.freePortFrom(28_380);
      RunRig.trainWithoutEnd(stream, port);
      try (MainProcess run = rig.startBoth(stream)) {
        RunRig.awaitTraining(run, stream, port);
        if (!brokersAnswer) {
          broker.pause();
        }

        long asked = System.nanoTime();
        run.terminate();

        assertThat(run.exitCode()).isEqualTo(143);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).as(run.err()).isLessThan(SOON);
        for (String part : List.of("the forecasts", "the retraining")) {
          assertThat(run.err())
              .contains(
                  part + (brokersAnswer ? ": closed, everything" : " did not close within 7 s;"));
        }
      } finally {
        broker.kill();
      }
    }
  }

  /** Who stops leaves its place to the others; who is expected back keeps it. */
  @Test
  void run_sigterm_leavesTheGroupUnlessItIsExpectedBack() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = rig.stream(broker.bootstrapServers());
      // So that whoever is gone is gone because it left.
      stream.settings().put("session.timeout.ms", "300000");
      stream.settings().put("retrain.mode", "refresh");
      for (int members : new int[] {0, 1}) {
        if (members > 0) {
          stream.settings().put("stop.leaves.group", "false");
        }
        try (MainProcess run = rig.startBoth(stream)) {
          RunRig.awaitBothRunning(run);
          run.terminate();
          assertThat(run.exitCode()).as(run.err()).isEqualTo(143);
        }
        assertThat(members(stream, "forecast")).isEqualTo(members);
        assertThat(members(stream, "retrain")).isEqualTo(members);
      }
    }
  }

  private static int members(StreamUnderTest stream, String role) throws Exception {
    String group = "run-" + role;
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", stream.settings().get("bootstrap.servers")))) {
      return admin
          .describeConsumerGroups(List.of(group))
          .describedGroups()
          .get(group)
          .get()
          .members()
          .size();
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(GroupIdNotFoundException.class);
      return 0;
    }
  }

  @Test
  void run_bothRolesSigterm_bothCommittedAndGoneWithin10Seconds() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = rig.stream(broker.bootstrapServers());
      stream.settings().put("retrain.mode", "refresh");
      stream.settings().put("http.port", Integer.toString(Watching.freePortFrom(28_280)));
      try (MainProcess run = rig.startBoth(stream)) {
        RunRig.awaitBothRunning(run);
        stream.produce(List.of(RunRig.vector(0, 1, 2), RunRig.vector(1, 3, 4)));
        stream.await("predictions", 2);

        long asked = System.nanoTime();
        run.terminate();

        assertThat(run.exitCode()).isEqualTo(143);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(SOON);
        assertThat(run.err())
            .contains("the forecasts: closed, everything committed")
            .contains("the retraining: closed, everything committed")
            .doesNotContain("Processing exception handler")
            .doesNotContain("\tat ");
      }
    }
  }
}
