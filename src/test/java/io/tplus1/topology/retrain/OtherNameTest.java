package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.tplus1.LogCapture;
import io.tplus1.model.TrainingSample;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another model name that is meant, whose records lie in another partition than the old one's. */
class OtherNameTest {
  private static final Map<String, String> NOW = with(REFRESH, "model.name=other");

  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();
  private RetrainRig left;
  private RetrainRig learning;

  /** Both tasks have begun under the new name, of which one has samples of the old one. */
  @BeforeEach
  void rename() {
    left = new RetrainRig(directory.toFile(), REFRESH, Runnable::run);
    samples.subList(0, 20).forEach(left::sample);
    learning = new RetrainRig(directory.toFile(), NOW, 2, left);
    left.restart(NOW);
  }

  @AfterEach
  void close() {
    left.close();
    learning.close();
  }

  private static void assertSaid(LogCapture log, Level level, String... parts) {
    assertThat(log.events())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(level);
              assertThat(line.getFormattedMessage()).contains(parts);
            });
  }

  @Test
  void init_nobodyLearnsTheNewNameHere_warnsOfThePartition() {
    try (LogCapture log = LogCapture.of(RetrainProcessor.class)) {
      left.tick(1);
      left.tick(1);

      assertSaid(
          log,
          Level.WARN,
          "what is kept of partition 0 is of another model: model.name default was found",
          "where they give them to another one, they are learnt there");
    }
  }

  /** Whichever of the two tasks begins first. */
  @Test
  void init_anotherTaskLearnsTheNewName_isNoWarning() {
    learning.sample(samples.get(20));
    try (LogCapture log = LogCapture.of(RetrainProcessor.class)) {
      left.restart();
      learning.restart();
      left.tick(1);
      left.tick(1);

      assertSaid(log, Level.INFO, "what model default left in partition 0 stays there, of no use");
    }
    assertThat(left.kept()).isEqualTo(20);
  }

  @Test
  void init_otherTaskWentToAnotherProcess_warnsAgain() {
    learning.sample(samples.get(20));
    learning.closeProcessor();
    try (LogCapture log = LogCapture.of(RetrainProcessor.class)) {
      left.restart();
      left.tick(1);

      assertThat(log.events()).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN);
    }
  }
}
