package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.Folders;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.model.TrainingSample;
import io.tplus1.topology.state.RigSettings;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * Training samples under random order, lateness, corrections, evictions, restarts and revivals: one
 * for each forecast whose whole horizon came, in whatever order, never two, and as a map that never
 * forgets has them.
 */
class SampleHistoryTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x", "y");
  private static final int STEPS = 3;
  private static final int HORIZON = 2;
  private static final int MINIMUM = 2;
  private static final int MAX_AGE = 20;
  private static final int MAX_LATENESS = 15;

  /**
   * One step.
   *
   * @param key −1 for a restart, −2 for a revival
   * @param ahead where a vector lies from stream time
   */
  private record Step(int key, int ahead) {}

  @Property(tries = 200, seed = "20261124")
  void process_anyHistory_emitsEachSampleOnce(
      @ForAll("steps") List<Step> steps, @ForAll @IntRange(min = 1, max = 3) int seriesOnHeap)
      throws Exception {
    Path folder = Files.createTempDirectory("samples");
    try {
      run(folder.toFile(), steps, seriesOnHeap);
    } finally {
      Folders.delete(folder);
    }
  }

  /** Every forecast has a late one among the four vectors that follow it, or just behind them. */
  @Test
  void process_oneOfFiveComesLate_losesNoSample() throws Exception {
    Path folder = Files.createTempDirectory("samples");
    WindowSettings all = RigSettings.windows(4, 4, 100, 10, 1);
    ForecastSettings settings = RigSettings.of(with(all, 4, all.retention()), true);
    try (var rig = new ProcessorRig(folder.toFile(), SCHEMA, settings)) {
      for (int time = 0; time < 39; time++) {
        boolean swapped = time % 5 == 4;
        int first = swapped ? time + 1 : time;
        rig.process("k", first, first, -first);
        if (swapped) {
          rig.process("k", time, time, -time);
          time++;
        }
      }

      List<TrainingSample> samples = rig.take(ForecastNodes.TRAINING_SAMPLES, TrainingSample.class);
      assertThat(samples)
          .hasSize(25) // made at 3 to 34, but for the 7 that came late
          .allSatisfy(
              sample -> {
                long madeAt = sample.window().lastTimeMs();
                assertThat(sample.window().timeMs(0)).isEqualTo(madeAt - 3);
                assertThat(sample.window().steps()).isEqualTo(4);
                assertThat(sample.following().timeMs(0)).isEqualTo(madeAt + 1);
                // What comes after the fourth is not waited for.
                assertThat(sample.following().lastTimeMs())
                    .isEqualTo(madeAt % 5 == 0 ? madeAt + 5 : madeAt + 4);
              });
    } finally {
      Folders.delete(folder);
    }
  }

  private static void run(File folder, List<Step> steps, int seriesOnHeap) {
    WindowSettings all = RigSettings.windows(STEPS, HORIZON, MAX_AGE, MAX_LATENESS, seriesOnHeap);
    // Longer than it must be: so windows of samples are whole, whenever they are read.
    Duration retention = all.maxAge().multipliedBy(3).plus(all.maxLateness());
    WindowSettings windows = with(all, MINIMUM, retention);
    ForecastSettings settings = RigSettings.of(windows, true);
    Naive naive = new Naive(windows);
    try (var rig = new ProcessorRig(folder, SCHEMA, settings)) {
      float value = 1;
      for (Step step : steps) {
        if (step.key() == -1) {
          rig.restart(SCHEMA, settings);
        } else if (step.key() == -2) {
          rig.revive();
        } else {
          long time = Math.max(0, Math.max(0, rig.streamTimeMs()) + step.ahead());
          if (time < rig.streamTimeMs() - MAX_LATENESS) {
            continue; // The decoder turns it down.
          }
          String key = "k" + step.key();
          float[] values = {value, -value};
          value++;
          List<Sample> expected = naive.push(key, time, values);

          rig.process(key, time, values);

          assertThat(rig.take(ForecastNodes.TRAINING_SAMPLES, TrainingSample.class))
              .extracting(SampleHistoryTest::plain)
              .containsExactlyElementsOf(expected);
        }
      }
      assertThat(rig.counters().events(ForecastCounters.Event.SAMPLED)).isEqualTo(naive.samples);
    }
  }

  private static WindowSettings with(WindowSettings all, int minimum, Duration retention) {
    return new WindowSettings(
        all.steps(),
        all.horizon(),
        minimum,
        all.maxAge(),
        all.maxLateness(),
        retention,
        all.interval(),
        false,
        all.seriesOnHeap(),
        0.4,
        0);
  }

  private record Sample(
      String key, List<FeatureVector> window, List<FeatureVector> following, double weight) {}

  private static Sample plain(TrainingSample sample) {
    return new Sample(
        sample.series(),
        List.of(sample.window().toVectors()),
        List.of(sample.following().toVectors()),
        sample.weight());
  }

  /** Maps that never forget a vector. */
  private static final class Naive {
    private final WindowSettings windows;
    private final Map<String, TreeMap<Long, float[]>> vectors = new HashMap<>();
    private final Map<String, List<Long>> waiting = new HashMap<>();
    private long samples;

    Naive(WindowSettings windows) {
      this.windows = windows;
    }

    List<Sample> push(String key, long time, float[] values) {
      TreeMap<Long, float[]> all = vectors.computeIfAbsent(key, k -> new TreeMap<>());
      boolean newest = all.isEmpty() || time > all.lastKey();
      all.put(time, values);
      List<Long> open = waiting.computeIfAbsent(key, k -> new ArrayList<>());
      open.removeIf(madeAt -> all.lastKey() - madeAt > windows.retention().toMillis());
      List<Sample> complete =
          open.stream()
              .filter(madeAt -> all.tailMap(madeAt, false).size() == HORIZON)
              .map(madeAt -> sample(key, all, madeAt))
              .filter(sample -> sample.window().size() >= MINIMUM)
              .toList();
      open.removeIf(madeAt -> all.tailMap(madeAt, false).size() == HORIZON);
      if (newest && all.tailMap(time - windows.maxAge().toMillis()).size() >= MINIMUM) {
        open.add(time);
      }
      samples += complete.size();
      return complete;
    }

    /** Of vectors that the store is sure to hold yet. */
    private Sample sample(String key, NavigableMap<Long, float[]> all, long madeAt) {
      long maxAge = windows.maxAge().toMillis();
      long oldest = Math.max(madeAt - maxAge, all.lastKey() - 3 * maxAge);
      List<FeatureVector> window = new ArrayList<>();
      all.tailMap(oldest)
          .headMap(Math.max(oldest, madeAt + 1))
          .forEach((t, v) -> window.add(new FeatureVector(t, v)));
      List<FeatureVector> following = new ArrayList<>();
      all.tailMap(madeAt, false).forEach((t, v) -> following.add(new FeatureVector(t, v)));
      return new Sample(
          key, window.subList(Math.max(0, window.size() - STEPS), window.size()), following, 1);
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> keys =
        Arbitraries.frequency(Tuple.of(20, 0), Tuple.of(20, 1), Tuple.of(2, -1), Tuple.of(1, -2));
    Arbitrary<Integer> ahead =
        Arbitraries.frequencyOf(
            Tuple.of(12, Arbitraries.integers().between(0, 4)),
            Tuple.of(6, Arbitraries.integers().between(-16, 0)),
            Tuple.of(2, Arbitraries.of(-MAX_LATENESS, MAX_AGE, MAX_LATENESS, 36, 61)));
    return Combinators.combine(keys, ahead).as(Step::new).list().ofMinSize(10).ofMaxSize(60);
  }
}
