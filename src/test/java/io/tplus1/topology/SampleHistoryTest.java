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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/**
 * Training samples under random order, lateness, corrections, evictions, restarts and revivals: one
 * for each forecast whose whole horizon came, never two, and as a map that never forgets has them.
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

  private static void run(File folder, List<Step> steps, int seriesOnHeap) {
    WindowSettings all = RigSettings.windows(STEPS, HORIZON, MAX_AGE, MAX_LATENESS, seriesOnHeap);
    WindowSettings windows =
        new WindowSettings(
            STEPS,
            HORIZON,
            MINIMUM,
            all.maxAge(),
            all.maxLateness(),
            // Longer than it must be: so windows of samples are whole, whenever they are read.
            all.maxAge().multipliedBy(3).plus(all.maxLateness()),
            all.interval(),
            false,
            seriesOnHeap,
            0.4,
            0);
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
    private final Map<String, List<Long>> inOrder = new HashMap<>();
    private final Map<String, Map<Long, Boolean>> forecast = new HashMap<>();
    private long samples;

    Naive(WindowSettings windows) {
      this.windows = windows;
    }

    List<Sample> push(String key, long time, float[] values) {
      TreeMap<Long, float[]> all = vectors.computeIfAbsent(key, k -> new TreeMap<>());
      boolean newest = all.isEmpty() || time > all.lastKey();
      all.put(time, values);
      List<Long> order = inOrder.computeIfAbsent(key, k -> new ArrayList<>());
      if (!newest) {
        return List.of();
      }
      order.add(time);
      note(key, time);
      if (order.size() <= HORIZON) {
        return List.of();
      }
      // The forecast that this vector answers to the last was made that many in-order vectors ago.
      long madeAt = order.get(order.size() - 1 - HORIZON);
      if (wasTooShort(key, madeAt, time)) {
        return List.of();
      }
      List<FeatureVector> window = new ArrayList<>();
      all.headMap(madeAt, true)
          .tailMap(madeAt - windows.maxAge().toMillis())
          .forEach((t, v) -> window.add(new FeatureVector(t, v)));
      List<FeatureVector> following = new ArrayList<>();
      all.tailMap(madeAt, false).forEach((t, v) -> following.add(new FeatureVector(t, v)));
      // The ring holds N + H vectors, however many came late behind the window.
      int kept = Math.min(STEPS, STEPS + HORIZON - following.size());
      List<FeatureVector> newestOfWindow =
          window.subList(Math.max(0, window.size() - kept), window.size());
      long oldest = time - windows.maxAge().toMillis() * 3;
      List<FeatureVector> young =
          newestOfWindow.stream().filter(vector -> vector.timeMs() >= oldest).toList();
      if (young.size() < MINIMUM) {
        return List.of();
      }
      samples++;
      return List.of(new Sample(key, young, following.subList(0, HORIZON), 1));
    }

    /** Whether no forecast was made then, for want of vectors, or it has expired since. */
    private boolean wasTooShort(String key, long madeAt, long now) {
      return !forecast.getOrDefault(key, Map.of()).getOrDefault(madeAt, false)
          || now - madeAt > windows.retention().toMillis();
    }

    /** Notes whether a forecast follows an in-order vector. */
    private void note(String key, long time) {
      long count = vectors.get(key).tailMap(time - windows.maxAge().toMillis()).size();
      forecast.computeIfAbsent(key, k -> new HashMap<>()).put(time, count >= MINIMUM);
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
