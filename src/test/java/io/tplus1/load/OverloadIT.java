package io.tplus1.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.Provenance;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RawNetworks;
import io.tplus1.rnn.training.TestTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ten times as many vectors as it can carry: {@code mvn verify -Poverload -Dit.test=OverloadIT},
 * where {@code -Doverload.seconds} (120) and {@code -Doverload.heap} (MiB) say how. To catch up
 * takes nine times as long. The readings are in {@code target/overload.csv}.
 */
final class OverloadIT {
  private static final Logger LOG = LoggerFactory.getLogger(OverloadIT.class);
  private static final Path CSV = Path.of("target", "overload.csv");
  private static final int SERIES = 500;
  private static final int STEPS = 48;
  private static final int TIMES = 10;
  private static final long MAX_LAG = 20_000;

  /** What the application may take beside its heap; RocksDB alone is bound to 256 MB. */
  private static final double MOST_OFF_HEAP = 640;

  @TempDir Path directory;

  @Test
  @Tag("overload")
  void tenTimesTheSustainableRate_lagGrowsMemoryDoesNotAndAllIsForecastOnce() throws IOException {
    long seconds = Integer.getInteger("overload.seconds", 120);
    try (LoadRig rig =
        new LoadRig(directory, CSV, SERIES, Integer.getInteger("overload.heap", 256), settings())) {
      double sustained = rig.sustainable(30_000);
      Map<Vital, Double> before = rig.read();
      long taken = rig.rounds().acknowledged();

      rig.rounds().rate(TIMES * sustained);
      rig.watch(Duration.ofSeconds(seconds));
      double rate = (rig.rounds().acknowledged() - taken) / (double) seconds;
      long behind = rig.behind();
      Map<Vital, Double> under = rig.read();
      boolean readyUnder = rig.isReady();
      int rounds = rig.rounds().finish();
      long ended = System.nanoTime();
      LOG.info(
          "{} vectors/s for {} s ({} sustained), {} behind, ready: {}",
          (long) rate,
          seconds,
          (long) sustained,
          behind,
          readyUnder);
      rig.watchUntilCaughtUp(Duration.ofSeconds(4 * TIMES * seconds));
      long recovered = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - ended);
      rig.awaitReady();
      Map<Vital, Double> after = rig.readLive();
      LOG.info(
          "Caught up in {} s: {} vectors, {} forecasts, {} lost, {} again, {} wrong\n{}",
          recovered,
          rig.rounds().acknowledged(),
          rig.once().forecasts(),
          rig.once().lost(),
          rig.once().again(),
          rig.once().wrong(),
          rig.chart());

      assertThat(rate).isGreaterThan(0.9 * TIMES * sustained);
      assertThat(behind).isGreaterThan((long) (0.8 * (TIMES - 1) * sustained * seconds));
      assertThat(under.get(Vital.LAG)).isGreaterThan(MAX_LAG);
      assertThat(readyUnder).isFalse();
      assertThat(after.get(Vital.LAG)).isZero();
      // What nobody read is 0, and would be within both bounds.
      assertThat(before.get(Vital.REBALANCES)).isPositive();
      assertThat(after.get(Vital.REBALANCES)).isEqualTo(before.get(Vital.REBALANCES));
      assertThat(rig.chart().largest(Vital.OFF_HEAP)).isBetween(1.0, MOST_OFF_HEAP);
      assertThat(rig.once().forecasts()).isEqualTo((long) SERIES * rounds);
      assertThat(rig.once().lost()).isZero();
      assertThat(rig.once().again()).isZero();
      assertThat(rig.once().wrong()).isZero();
      assertThat(rig.application().terminate()).isEqualTo(143);
    }
  }

  /** With a network that takes its time, so that a producer can make ten times as many vectors. */
  private Map<String, String> settings() throws IOException {
    Path model = directory.resolve("model.zip");
    Files.write(
        model,
        RawNetworks.artifact(
                TestTasks.network(
                    LoadRig.SCHEMA,
                    STEPS,
                    1,
                    TestTasks.settings().cell(TrainingSettings.Cell.LSTM).hidden(64).build()),
                LoadRig.SCHEMA,
                STEPS,
                1,
                new Provenance("overload", 0, 0, 1, 1, Map.of(), Map.of()),
                List.of())
            .toBytes());
    Map<String, String> settings = new TreeMap<>();
    settings.put("window.steps", Integer.toString(STEPS));
    settings.put("model.file", model.toString());
    settings.put("ready.max.lag", Long.toString(MAX_LAG));
    return settings;
  }
}
