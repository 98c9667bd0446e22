package io.tplus1.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A million series in a heap that has no room for them, by the settings that ship but for short
 * windows: {@code mvn verify -Poverload -Dit.test=ManySeriesIT}, where {@code -Dmany.series},
 * {@code -Dmany.rounds} and {@code -Dmany.heap} (MiB) say how many. The readings are in {@code
 * target/many-series.csv}.
 */
final class ManySeriesIT {
  private static final Logger LOG = LoggerFactory.getLogger(ManySeriesIT.class);
  private static final Path CSV = Path.of("target", "many-series.csv");
  private static final int SERIES = Integer.getInteger("many.series", 1_000_000);
  private static final int ROUNDS = Integer.getInteger("many.rounds", 3);
  private static final int HEAP_MEGABYTES = Integer.getInteger("many.heap", 160);

  /** A window and a state take more than twice as much: few have room. */
  private static final long MOST_HEAP_BYTES_A_SERIES = 500;

  @TempDir Path directory;

  /** Where all windows fit, none comes from the store, and no heap is too small. */
  private static void assumeThatFewFit() {
    assumeThat(((long) HEAP_MEGABYTES << 20) / SERIES)
        .as("bytes of heap a series")
        .isLessThanOrEqualTo(MOST_HEAP_BYTES_A_SERIES);
  }

  @Test
  @Tag("overload")
  void millionSeries_heapForSomeOfThem_theOthersComeFromTheStore() {
    assumeThatFewFit();
    assumeThat(ROUNDS).as("rounds, of which the first reads nothing").isGreaterThan(1);
    try (LoadRig rig = new LoadRig(directory, CSV, SERIES, HEAP_MEGABYTES, settings())) {
      rig.rounds().most(ROUNDS);
      rig.rounds().rate(100_000);
      rig.watchUntil(() -> rig.rounds().areMade());
      assertThat(rig.rounds().finish()).isEqualTo(ROUNDS);
      rig.watchUntilCaughtUp(Duration.ofMinutes(60));
      rig.readLive();
      Chart chart = rig.chart();
      long rebuilt = (long) rig.metric("tplus1_events_total{event=\"window_rebuilt\"");
      LOG.info(
          "{} vectors of {} series, {} forecasts, {} lost, {} again, {} wrong, {} windows from the"
              + " store\n{}",
          rig.rounds().acknowledged(),
          SERIES,
          rig.once().forecasts(),
          rig.once().lost(),
          rig.once().again(),
          rig.once().wrong(),
          rebuilt,
          chart);
      assertThat(rig.application().terminate()).isEqualTo(143);
      assertThat(rig.once().forecasts()).isEqualTo((long) SERIES * ROUNDS);
      assertThat(rig.once().lost()).isZero();
      assertThat(rig.once().again()).isZero();
      // Each tells how many vectors its window has: what was not on the heap came from the store.
      assertThat(rig.once().wrong()).isZero();
      // A first round reads none, and of each later one most.
      assertThat(rebuilt).isGreaterThan((long) SERIES * (ROUNDS - 1) / 2);
    }
  }

  /** The same heap with nearly all of it for series, or the test above would show nothing. */
  @Test
  @Tag("overload")
  void millionSeries_heapForAllOfThemBySetting_isTooSmall() {
    assumeThatFewFit();
    Map<String, String> settings = settings();
    settings.put("window.heap.share", "0.9");
    try (LoadRig rig =
        new LoadRig(directory, directory.resolve(CSV), SERIES, HEAP_MEGABYTES, settings)) {
      rig.rounds().rate(100_000);
      int code = rig.application().exitCode(Duration.ofMinutes(30));
      LOG.info("Ended with {} after {} forecasts", code, rig.once().forecasts());
      assertThat(code).isNotZero();
      assertThat(rig.application().log()).contains("OutOfMemoryError");
    }
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    // A sixth of the rows that ship, of which few rounds fill each.
    settings.put("window.steps", "4");
    // Else the dashboard's take a tenth of it.
    settings.put("http.series", "1000");
    return settings;
  }
}
